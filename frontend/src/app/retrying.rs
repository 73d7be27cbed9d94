//! The wait before the second attempt: it counts down on the page, and ends when the conversation is left or something else is asked.

use std::time::Duration;

use leptos::prelude::*;

use super::Store;
use crate::browser::{clock, frame};
use crate::state::message::Message;
use crate::state::retry::Retry;

/// How often the page looks at the clock: often enough that no second is skipped on the screen.
const TICK: Duration = Duration::from_millis(250);

impl Store {
    /// Begins to wait, where `answer` was refused for a reason that passes; gives how many seconds.
    pub(super) fn wait_to_retry(self, answer: &Message) -> Option<u64> {
        let retry = Retry::of(answer, clock::now())?;
        self.retry.set(Some(retry));
        self.tick();
        Some(retry.left_s)
    }

    /// Gives the second attempt up.
    pub(crate) fn cancel_retry(self) {
        if self.retry.with_untracked(Option::is_some) {
            self.retry.set(None);
            self.say("Not sent again.");
        }
    }

    /// Looks at the clock until it is time, or until there is nothing to wait for. A hidden tab looks less often, and is late by that.
    fn tick(self) {
        let turn = self.turn.get_value();
        frame::after(TICK, move || {
            let Some(retry) = self.retry.get_untracked() else {
                return;
            };
            // Another turn has a wait of its own, and looks at the clock itself.
            if self.turn.get_value() != turn {
                return;
            }
            match retry.at(clock::now()) {
                Some(later) => {
                    if later != retry {
                        self.retry.set(Some(later));
                    }
                    self.tick();
                }
                None => self.send_again(),
            }
        });
    }
}
