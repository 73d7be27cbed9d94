//! What lies over the conversation on a screen that is too narrow for columns, and what the same parts are on a wide one.

use leptos::prelude::*;

use crate::browser::{frame, page};
use crate::components::history_list::HISTORY_ID;
use crate::components::preflight_panel::PANEL_ID;
use crate::state::settings::Settings;

/// A part that is a column where there is room for one, and a sheet elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aside {
    History,
    Preflight,
}

/// The sheets: at most one lies open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheets {
    settings: RwSignal<Settings>,
    open: RwSignal<Option<Aside>>,
}

impl Aside {
    /// Its element's id, which also leads from it to the button that opens it.
    const fn id(self) -> &'static str {
        match self {
            Self::History => HISTORY_ID,
            Self::Preflight => PANEL_ID,
        }
    }

    fn has_room(self) -> bool {
        match self {
            Self::History => page::has_room_for_history(),
            Self::Preflight => page::has_room_for_preflight(),
        }
    }
}

impl Sheets {
    /// All closed.
    pub(super) fn new(settings: RwSignal<Settings>) -> Self {
        Self {
            settings,
            open: RwSignal::new(None),
        }
    }

    /// The name by which the stylesheet knows the open sheet.
    pub(super) fn name(self) -> &'static str {
        match self.open.get() {
            None => "none",
            Some(Aside::History) => "history",
            Some(Aside::Preflight) => "preflight",
        }
    }

    /// Whether the part is to be seen: as a sheet, or as a column.
    pub(super) fn shows(self, aside: Aside) -> bool {
        let has_column = self.settings.with(|settings| match aside {
            Aside::History => settings.shows_history,
            Aside::Preflight => settings.shows_preflight,
        });
        let is_sheet = self.open.get() == Some(aside);
        if aside.has_room() {
            has_column
        } else {
            is_sheet
        }
    }

    /// Shows the part, or puts it away and gives the focus back to the button that shows it. A sheet takes the focus when it opens.
    pub(super) fn toggle(self, aside: Aside) {
        if !aside.has_room() {
            if self.open.get_untracked() == Some(aside) {
                self.close();
            } else {
                self.open.set(Some(aside));
                // Registered now, it runs once the sheet is there to take the focus.
                frame::next(move || page::focus(aside.id()));
            }
            return;
        }
        self.settings.update(|settings| match aside {
            Aside::History => settings.shows_history = !settings.shows_history,
            Aside::Preflight => settings.shows_preflight = !settings.shows_preflight,
        });
        page::focus_opener_of(aside.id());
    }

    /// Closes the open sheet, if there is one, and gives the focus back to the button that opened it. Says whether there was one.
    pub(super) fn close(self) -> bool {
        let Some(aside) = self.open.get_untracked() else {
            return false;
        };
        self.open.set(None);
        page::focus_opener_of(aside.id());
        true
    }
}
