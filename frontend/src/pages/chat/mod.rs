//! `/`: a conversation with Claude.

mod conversation;
mod desk;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::Store;
use crate::browser::keys::{self, Key};
use crate::browser::{clipboard, clock, frame, page};
use crate::components::composer::COMPOSER_ID;
use crate::components::history_list::{HISTORY_ID, HistoryList, ListActions};
use crate::components::key_strip::KeyStrip;
use crate::components::part::{IntoPart, Part};
use crate::components::preflight_panel::{PANEL_ID, PreflightPanel};
use crate::components::rail::Rail;
use crate::components::transfer::draw_transfer;
use crate::route::Route;
use crate::state::chat::ChatState;
use crate::state::draft::Verdict;
use crate::state::settings::Settings;

use conversation::Conversation;
use desk::Desk;

/// The element id of what scrolls the conversation.
pub(crate) const LOG_ID: &str = "scroll";

/// What lies over the conversation on a screen that is too narrow for columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    None,
    History,
    Preflight,
}

impl Sheet {
    /// The name by which the stylesheet knows it.
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::History => "history",
            Self::Preflight => "preflight",
        }
    }
}

/// The chat page.
#[component]
pub(crate) fn ChatPage(
    /// What the page knows.
    store: Store,
) -> Part {
    let sheet = RwSignal::new(Sheet::None);
    let verdict = verdict(store);
    let budget_left = Memo::new(move |_| {
        store
            .server
            .with(|server| server.session()?.policy.budget_left)
    });
    let toggle_preflight = Callback::new(move |()| toggle_preflight(store, sheet));
    let toggle_history = Callback::new(move |()| toggle_history(store, sheet));
    let shows_preflight = Signal::derive(move || shows(store, sheet, Sheet::Preflight));
    let shows_history = Signal::derive(move || shows(store, sheet, Sheet::History));
    listen(store, sheet);
    view! {
        <div
            class=Signal::derive(move || store.settings.with(frame_class))
            data-sheet=Signal::derive(move || sheet.get().name().to_owned())
        >
            <Rail
                current=Route::Chat
                theme=Signal::derive(move || store.settings.with(theme_words))
                shows_history
                on_history=toggle_history
                on_theme=Callback::new(move |()| {
                    store.settings.update(|settings| settings.theme = settings.theme.next());
                })
            />
            <KeyStrip server=store.server />
            <ChatsList store sheet />
            <main>
                <h1 class="unseen">"Airlock: chat with Claude"</h1>
                <Conversation store />
                <Desk store verdict budget_left shows_preflight on_preflight=toggle_preflight />
            </main>
            <PreflightPanel verdict budget_left on_close=toggle_preflight />
            <button
                type="button"
                class="backdrop"
                tabindex="-1"
                aria-hidden="true"
                on:click=move |_| sheet.set(Sheet::None)
            ></button>
            <p class="unseen" role="status" aria-live="polite" data-testid="status">
                {store.status}
            </p>
        </div>
    }
    .part()
}

fn theme_words(settings: &Settings) -> String {
    format!("Theme: {}", settings.theme.label())
}

/// The frame's class: which columns the person has put away.
fn frame_class(settings: &Settings) -> String {
    let history = if settings.shows_history {
        ""
    } else {
        " no-history"
    };
    let panel = if settings.shows_preflight {
        ""
    } else {
        " no-panel"
    };
    format!("shell{history}{panel}")
}

/// The list of chats, connected. Whoever picks a chat wants to see it, so the sheet closes.
#[component]
fn ChatsList(store: Store, sheet: RwSignal<Sheet>) -> Part {
    let actions = ListActions {
        begin: Callback::new(move |()| {
            sheet.set(Sheet::None);
            store.new_chat();
            page::focus(COMPOSER_ID);
        }),
        open: Callback::new(move |id| {
            sheet.set(Sheet::None);
            store.open_chat(id);
        }),
        rename: Callback::new(move |(id, title): (_, String)| store.rename_chat(id, &title)),
        delete: Callback::new(move |id| store.delete_chat(id)),
        export: Callback::new(move |(id, format)| store.export_chat(id, format)),
        keep: Callback::new(move |keeps| store.set_keeping(keeps)),
        close: Callback::new(move |()| sheet.set(Sheet::None)),
    };
    let transfer = draw_transfer(
        store.moved.into(),
        Callback::new(move |()| store.export_all()),
        Callback::new(move |file| store.import(file)),
    );
    view! {
        <HistoryList
            history=store.history
            is_open=Callback::new(move |id| store.chat.with(|chat| chat.id == id))
            keeps=Signal::derive(move || store.settings.with(|settings| settings.keeps_history))
            now=Callback::new(move |()| clock::now())
            actions
            transfer
        />
    }
    .part()
}

/// The verdict on what stands in the composer. While an answer grows nothing can be sent, and the last one stays.
fn verdict(store: Store) -> Memo<Option<Verdict>> {
    let is_streaming = Memo::new(move |_| store.chat.with(ChatState::is_streaming));
    Memo::new(move |before: Option<&Option<Verdict>>| {
        if is_streaming.get() {
            return before.cloned().flatten().map(Verdict::sent);
        }
        store.draft.with(|draft| store.verdict_on(draft))
    })
}

/// Whether the part is to be seen: as a sheet, or as a column.
fn shows(store: Store, sheet: RwSignal<Sheet>, part: Sheet) -> bool {
    let has_column = store.settings.with(|settings| match part {
        Sheet::History => settings.shows_history,
        Sheet::Preflight => settings.shows_preflight,
        Sheet::None => false,
    });
    let is_sheet = sheet.get() == part;
    let has_room = match part {
        Sheet::History => page::has_room_for_history(),
        Sheet::Preflight | Sheet::None => page::has_room_for_preflight(),
    };
    if has_room { has_column } else { is_sheet }
}

fn toggle_preflight(store: Store, sheet: RwSignal<Sheet>) {
    if page::has_room_for_preflight() {
        store
            .settings
            .update(|settings| settings.shows_preflight = !settings.shows_preflight);
    } else {
        toggle_sheet(sheet, Sheet::Preflight);
    }
}

fn toggle_history(store: Store, sheet: RwSignal<Sheet>) {
    if page::has_room_for_history() {
        store
            .settings
            .update(|settings| settings.shows_history = !settings.shows_history);
    } else {
        toggle_sheet(sheet, Sheet::History);
    }
}

/// Opens the sheet and moves the focus into it, or closes it.
fn toggle_sheet(sheet: RwSignal<Sheet>, part: Sheet) {
    if sheet.get_untracked() == part {
        sheet.set(Sheet::None);
        return;
    }
    sheet.set(part);
    let id = match part {
        Sheet::History => HISTORY_ID,
        Sheet::Preflight | Sheet::None => PANEL_ID,
    };
    // Registered now, it runs once the sheet is there to take the focus.
    frame::next(move || page::focus(id));
}

/// Listens to the keys that work anywhere on the page.
fn listen(store: Store, sheet: RwSignal<Sheet>) {
    let handle = window_event_listener(ev::keydown, move |event| match keys::of(&event) {
        Some(Key::Escape) if sheet.get_untracked() != Sheet::None => {
            sheet.set(Sheet::None);
            page::focus(COMPOSER_ID);
        }
        Some(Key::Escape) => store.stop(),
        Some(Key::Slash) => {
            event.prevent_default();
            page::focus(COMPOSER_ID);
        }
        _ => {}
    });
    on_cleanup(move || handle.remove());
}

/// Copies, and says whether it worked.
fn copy(store: Store) -> Callback<String> {
    Callback::new(move |text: String| {
        spawn_local(async move {
            let is_copied = clipboard::copy(&text).await;
            store.say(if is_copied {
                "Copied."
            } else {
                "The browser did not let this page copy. Mark the text and copy it by hand."
            });
        });
    })
}
