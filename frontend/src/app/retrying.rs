//! The wait before the second attempt: it counts down on the page, and ends when the conversation is left or something else is asked.

use std::time::Duration;

use leptos::prelude::*;

use super::Store;
use crate::browser::{clock, frame};
use crate::state::message::Message;
use crate::state::retry::Retry;
use crate::state::words;

/// How often the page looks at the clock: often enough that no second is skipped on the screen.
const TICK: Duration = Duration::from_millis(250);

impl Store {
    /// Begins to wait, where `answer` was refused for a reason that passes; gives how many seconds.
    pub(super) fn wait_to_retry(self, answer: &Message) -> Option<u64> {
        let retry = Retry::of(answer, clock::now())?;
        self.set_retry(Some(retry));
        self.tick();
        Some(retry.left_s)
    }

    /// Gives the second attempt up.
    pub(crate) fn cancel_retry(self) {
        if self.retry().is_some() {
            self.set_retry(None);
            self.say("Not sent again.");
        }
    }

    /// The second attempt that is about to be made.
    pub(super) fn retry(self) -> Option<Retry> {
        self.under_way.with_value(|under_way| under_way.retry)
    }

    pub(super) fn set_retry(self, retry: Option<Retry>) {
        self.under_way
            .update_value(|under_way| under_way.retry = retry);
        let left = |retry: Retry| words::wait(retry.left_s.saturating_mul(1_000));
        let wait = retry.map(left).unwrap_or_default();
        if self.wait.with_untracked(|shown| *shown != wait) {
            self.wait.set(wait);
        }
    }

    /// Looks at the clock until it is time, or until there is nothing to wait for. A hidden tab looks less often, and is late by that.
    fn tick(self) {
        let turn = self.turn();
        frame::after(TICK, move || {
            // Another turn has a wait of its own, and looks at the clock itself.
            let Some(retry) = self.retry().filter(|_| self.turn() == turn) else {
                return;
            };
            match retry.at(clock::now()) {
                Some(later) => {
                    self.set_retry(Some(later));
                    self.tick();
                }
                None => self.send_again(),
            }
        });
    }
}
