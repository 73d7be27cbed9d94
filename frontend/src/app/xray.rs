//! Looking at a request's way: what the tab notes while it happens, and what it asks the server afterwards.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::RequestId;

use super::Store;
use super::store::UnderWay;
use crate::api;
use crate::browser::{clock, frame, page};
use crate::components::xray_panel::XRAY_ID;
use crate::state::xray::tab::TabTimes;
use crate::state::xray::{Found, Sight};

impl Store {
    /// Opens the X-ray of the request `id`, whichever page it is named on, and moves the focus there.
    pub(crate) fn open_xray(self, id: RequestId) {
        self.find(id);
        // Registered now, it runs once the panel is there to take the focus.
        frame::next(|| page::focus(XRAY_ID));
    }

    /// Opens the X-ray of the request `id`, or closes it where it is open.
    pub(crate) fn toggle_xray(self, id: RequestId) {
        if self.shows_xray_of(Some(id)) {
            self.close_xray();
        } else {
            self.open_xray(id);
        }
    }

    /// Asks anew how the request went that is looked at.
    pub(crate) fn look_again(self) {
        if let Ok(id) = self.xray.with_untracked(|id| id.parse()) {
            self.find(id);
        }
    }

    /// Closes the X-ray and gives the focus back to the button that opened it. Says whether it was open.
    pub(crate) fn close_xray(self) -> bool {
        let is_open = self.xray.with_untracked(|id| !id.is_empty());
        if is_open {
            page::focus_opener_of(XRAY_ID);
            self.xray.set(String::new());
        }
        is_open
    }

    /// Whether the X-ray of any request is open.
    pub(crate) fn is_xray_open(self) -> bool {
        self.xray.with(|id| !id.is_empty())
    }

    /// Whether the X-ray of the request `id` is open.
    pub(crate) fn shows_xray_of(self, id: Option<RequestId>) -> bool {
        self.xray
            .with(|shown| id.is_some_and(|id| id.to_string() == *shown))
    }

    /// Hands out what was found of the request that is looked at.
    pub(crate) fn with_found<T>(self, look: impl FnOnce(&Found) -> T) -> T {
        self.under_way
            .with_value(|under_way| look(&under_way.found))
    }

    /// Asks the server how the request `id` went.
    fn find(self, id: RequestId) {
        self.show_found(id, Found::Asking);
        spawn_local(async move {
            let found = match api::xray::xray(id).await {
                Ok(xray) => {
                    let tab = self.under_way.with_value(|under_way| under_way.seen.of(id));
                    Found::Known(Sight { xray, tab })
                }
                Err(error) => Found::Failed(error),
            };
            // Meanwhile it may have been closed, or another one opened.
            if self.shows_xray_of(Some(id)) {
                self.show_found(id, found);
            }
        });
    }

    /// Shows what was found. The signal holds no more than the request's name: whoever follows it draws anew whenever it is set.
    fn show_found(self, id: RequestId, found: Found) {
        self.under_way
            .update_value(|under_way| under_way.found = found);
        self.xray.set(id.to_string());
    }

    /// Notes that the turn began at `began_us`, and that the preflight has just let it go.
    pub(super) fn note_checked(self, began_us: u64) {
        self.under_way.update_value(|under_way| {
            under_way.began_us = began_us;
            under_way.times = TabTimes {
                checked_us: under_way.passed_us(),
                ..TabTimes::default()
            };
        });
    }

    /// Notes that the answer's head has just come.
    pub(super) fn note_headed(self) {
        self.under_way
            .update_value(|under_way| under_way.times.headed_us = Some(under_way.passed_us()));
    }

    /// Notes that the turn that the request `id` was made for has just ended.
    pub(super) fn note_done(self, id: RequestId) {
        self.under_way.update_value(|under_way| {
            under_way.times.done_us = under_way.passed_us();
            under_way.seen.note(id, under_way.times);
        });
    }
}

impl UnderWay {
    /// Microseconds since the turn began.
    fn passed_us(&self) -> u64 {
        clock::passed_us().saturating_sub(self.began_us)
    }
}
