//! `/`: a conversation with Claude.

mod conversation;
mod desk;
mod sheet;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::money::NanoUsd;

use crate::app::Store;
use crate::browser::keys::{self, Key};
use crate::browser::{clipboard, clock, page};
use crate::components::composer::COMPOSER_ID;
use crate::components::history_list::{HISTORY_ID, HistoryList, ListActions};
use crate::components::key_strip::KeyStrip;
use crate::components::part::{IntoPart, Part};
use crate::components::preflight_panel::{PanelActions, PreflightPanel};
use crate::components::rail::Rail;
use crate::components::transfer::draw_transfer;
use crate::pages::xray::draw_xray;
use crate::route::Route;
use crate::state::chat::ChatState;
use crate::state::settings::Settings;

use conversation::Conversation;
use desk::Desk;
use sheet::{Aside, Sheets};

/// The element id of what scrolls the conversation.
pub(crate) const LOG_ID: &str = "scroll";

/// The chat page.
#[component]
pub(crate) fn ChatPage(
    /// What the page knows.
    store: Store,
) -> Part {
    let sheets = Sheets::new(store.settings);
    let budget_left = Memo::new(move |_| {
        store
            .server
            .with(|server| server.session()?.policy.budget_left)
    });
    let toggle_preflight = Callback::new(move |()| {
        // The X-ray lies over the preflight's column: whoever asks for that sees it, if it was there.
        let was_covered = store.close_xray() && sheets.shows(Aside::Preflight);
        if !was_covered {
            sheets.toggle(Aside::Preflight);
        }
    });
    let toggle_history = Callback::new(move |()| sheets.toggle(Aside::History));
    let shows_preflight =
        Signal::derive(move || sheets.shows(Aside::Preflight) && !store.is_xray_open());
    let shows_history = Signal::derive(move || sheets.shows(Aside::History));
    listen(store, sheets);
    view! {
        <div
            class=Signal::derive(move || store.settings.with(frame_class))
            data-sheet=Signal::derive(move || sheets.name().to_owned())
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
            <ChatsList store sheets />
            <main>
                <h1 class="unseen">"Airlock: chat with Claude"</h1>
                <Conversation store />
                <Desk store budget_left shows_preflight on_preflight=toggle_preflight />
            </main>
            {draw_panel(store, budget_left, toggle_preflight)}
            {draw_xray(store)}
            <button
                type="button"
                class="backdrop"
                tabindex="-1"
                aria-hidden="true"
                on:click=move |_| _ = sheets.close() || store.close_xray()
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
fn ChatsList(store: Store, sheets: Sheets) -> Part {
    let actions = ListActions {
        begin: Callback::new(move |()| {
            sheets.close();
            store.new_chat();
            page::focus(COMPOSER_ID);
        }),
        open: Callback::new(move |id| {
            if sheets.close() {
                page::focus(LOG_ID);
            }
            store.open_chat(id);
        }),
        rename: Callback::new(move |(id, title): (_, String)| store.rename_chat(id, &title)),
        delete: Callback::new(move |id| {
            store.delete_chat(id);
            page::focus(HISTORY_ID);
        }),
        export: Callback::new(move |(id, format)| store.export_chat(id, format)),
        keep: Callback::new(move |keeps| store.set_keeping(keeps)),
        close: Callback::new(move |()| _ = sheets.close()),
    };
    let transfer = draw_transfer(
        store.moved.into(),
        store.has_failed_to_move.into(),
        Callback::new(move |()| store.export_all()),
        move |file| store.import(file),
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

/// The preflight in full, connected.
fn draw_panel(store: Store, budget_left: Memo<Option<NanoUsd>>, close: Callback<()>) -> Part {
    let actions = PanelActions {
        mend: Callback::new(move |fix| store.mend(&fix)),
        bring_back: Callback::new(move |()| store.bring_back()),
        count: Callback::new(move |()| store.count()),
        close,
    };
    let left_out = Memo::new(move |_| store.chat.with(ChatState::left_out));
    view! {
        <PreflightPanel
            verdict=store.verdict
            budget_left
            left_out
            is_counting=store.is_counting
            not_counted=store.not_counted
            actions
        />
    }
    .part()
}

/// Listens to the keys that work anywhere on the page.
fn listen(store: Store, sheets: Sheets) {
    let handle = window_event_listener(ev::keydown, move |event| match keys::of(&event) {
        Some(Key::Escape) if sheets.close() || store.close_xray() => {}
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
