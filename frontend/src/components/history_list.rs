//! The chats on this device, and the switch that keeps none.

use leptos::prelude::*;
use shared::time::UnixMillis;

use super::button::Button;
use super::history_item::{Facts, ItemActions, draw_item};
use super::icon::Icon;
use super::part::{IntoPart, Key, Part, keyed, nothing, redrawn, shown};
use crate::state::chat::ChatId;
use crate::state::history::{Entry, History};
use crate::state::transcript::Format;
use crate::state::words;

/// The list's element id, to move the focus to.
pub(crate) const HISTORY_ID: &str = "chats";

/// What can be done with the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListActions {
    /// Begins a chat.
    pub(crate) begin: Callback<()>,
    /// Opens a chat.
    pub(crate) open: Callback<ChatId>,
    /// Calls a chat by another title.
    pub(crate) rename: Callback<(ChatId, String)>,
    /// Forgets a chat.
    pub(crate) delete: Callback<ChatId>,
    /// Hands a chat out as a file.
    pub(crate) export: Callback<(ChatId, Format)>,
    /// Chooses whether chats are kept.
    pub(crate) keep: Callback<bool>,
    /// Closes the list, where it is a sheet.
    pub(crate) close: Callback<()>,
}

/// The list.
#[component]
pub(crate) fn HistoryList(
    /// The chats.
    history: RwSignal<History>,
    /// Whether a chat is the one on the screen.
    is_open: Callback<ChatId, bool>,
    /// Whether chats are kept.
    #[prop(into)]
    keeps: Signal<bool>,
    /// Tells the time.
    now: Callback<(), UnixMillis>,
    /// What can be done.
    actions: ListActions,
    /// The ways to files and back, drawn.
    transfer: Part,
) -> Part {
    let keys = move || history.with(|history| history.entries().iter().map(key_of).collect());
    let item =
        Callback::new(move |(id, _): Key| draw_entry(history, ChatId(id), is_open, now, actions));
    let is_empty = move || history.with(|history| history.entries().is_empty());
    let hint = shown(Signal::derive(is_empty), move || {
        let words = if keeps.get() {
            "Your chats are kept here, on this device alone."
        } else {
            "Nothing is kept: chats go when you leave the page."
        };
        view! { <p class="aside">{words}</p> }.part()
    });
    view! {
        <aside class="history" id=HISTORY_ID tabindex="-1" aria-label="Chats">
            <header>
                <Button
                    look="solid"
                    test_id="new-chat"
                    icon=Icon::Plus
                    label="New chat"
                    on_press=actions.begin
                />
                <Button
                    look="bare narrow"
                    icon=Icon::Cross
                    label="Close the chats"
                    on_press=actions.close
                />
            </header>
            <ul class="chats">{keyed(Signal::derive(keys), item)}</ul>
            {hint}
            <footer>{transfer} {draw_switch(history, keeps, actions.keep)}</footer>
        </aside>
    }
    .part()
}

fn key_of(entry: &Entry) -> Key {
    (entry.id.0, 0)
}

fn draw_entry(
    history: RwSignal<History>,
    id: ChatId,
    is_open: Callback<ChatId, bool>,
    now: Callback<(), UnixMillis>,
    actions: ListActions,
) -> Part {
    let fact = move |fact: fn(&Entry, UnixMillis) -> String| {
        Signal::derive(move || {
            history.with(|history| {
                let entry = history.entry(id);
                entry.map_or_else(String::new, |entry| fact(entry, now.run(())))
            })
        })
    };
    let facts = Facts {
        title: fact(|entry, _| entry.title.clone()),
        age: fact(|entry, now| words::age(entry.updated_at, now)),
        is_open: Signal::derive(move || is_open.run(id)),
    };
    let actions = ItemActions {
        open: Callback::new(move |()| actions.open.run(id)),
        rename: Callback::new(move |title| actions.rename.run((id, title))),
        delete: Callback::new(move |()| actions.delete.run(id)),
        export_markdown: Callback::new(move |()| actions.export.run((id, Format::Markdown))),
        export_json: Callback::new(move |()| actions.export.run((id, Format::Json))),
    };
    draw_item(id.0, facts, actions)
}

/// Draws the switch. To keep nothing forgets what was kept, so it asks first where there is something to forget.
fn draw_switch(history: RwSignal<History>, keeps: Signal<bool>, on_keep: Callback<bool>) -> Part {
    let is_asking = RwSignal::new(false);
    let count = move || history.with(|history| history.entries().len());
    let press = move |_| {
        if keeps.get_untracked() && untrack(count) > 0 {
            is_asking.set(true);
        } else {
            on_keep.run(!keeps.get_untracked());
        }
    };
    let forget = move |()| {
        is_asking.set(false);
        on_keep.run(false);
    };
    let question = redrawn(move || {
        if !is_asking.get() {
            return nothing();
        }
        let words = format!("Forget {} on this device?", chats(count()));
        view! {
            <p class="ask">{words}</p>
            <p class="actions">
                <Button look="danger" test_id="forget-yes" icon=Icon::Trash label="Forget" on_press=forget />
                <Button
                    look="quiet"
                    icon=Icon::Cross
                    label="Keep"
                    on_press=move |()| is_asking.set(false)
                />
            </p>
        }
        .part()
    });
    view! {
        <div class="keeping">
            {question}
            <button
                type="button"
                class="switch"
                role="switch"
                data-testid="keep-history"
                aria-checked=Signal::derive(move || keeps.get().to_string())
                on:click=press
            >
                <span class="knob" aria-hidden="true"></span>
                <span>"Keep chats on this device"</span>
            </button>
        </div>
    }
    .part()
}

fn chats(count: usize) -> String {
    if count == 1 {
        "1 chat".to_owned()
    } else {
        format!("{count} chats")
    }
}
