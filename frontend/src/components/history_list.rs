//! The chats on this device, and the switch that keeps none.

use leptos::prelude::*;
use shared::time::UnixMillis;

use super::history_item::{HistoryItem, ItemActions};
use super::icon::{Icon, draw};
use crate::state::chat::ChatId;
use crate::state::history::History;

/// What can be done with the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListActions {
    /// Begins a chat.
    pub(crate) on_new: Callback<()>,
    /// Opens a chat.
    pub(crate) on_open: Callback<ChatId>,
    /// Calls a chat by another title.
    pub(crate) on_rename: Callback<(ChatId, String)>,
    /// Forgets a chat.
    pub(crate) on_delete: Callback<ChatId>,
    /// Chooses whether chats are kept.
    pub(crate) on_keep: Callback<bool>,
    /// Closes the list, where it is a sheet.
    pub(crate) on_close: Callback<()>,
}

/// The list.
#[component]
pub(crate) fn HistoryList(
    /// The chats.
    history: RwSignal<History>,
    /// The chat on the screen.
    #[prop(into)]
    open: Signal<ChatId>,
    /// Whether chats are kept.
    #[prop(into)]
    keeps: Signal<bool>,
    /// Tells the time.
    now: Callback<(), UnixMillis>,
    /// What can be done.
    actions: ListActions,
) -> impl IntoView {
    let each = move || history.with(|history| history.entries().to_vec());
    let is_empty = move || history.with(|history| history.entries().is_empty());
    view! {
        <aside class="history" aria-label="Chats">
            <header>
                <button
                    type="button"
                    class="solid"
                    data-testid="new-chat"
                    on:click=move |_| actions.on_new.run(())
                >
                    {draw(Icon::Plus)}
                    <span>"New chat"</span>
                </button>
                <button type="button" class="bare narrow" on:click=move |_| actions.on_close.run(())>
                    {draw(Icon::Cross)}
                    <span class="unseen">"Close the chats"</span>
                </button>
            </header>
            <ul class="chats">
                <For each=each key=|entry| (entry.id, entry.title.clone(), entry.updated_at) let:entry>
                    {
                        let id = entry.id;
                        let item = ItemActions {
                            on_open: Callback::new(move |()| actions.on_open.run(id)),
                            on_rename: Callback::new(move |title| actions.on_rename.run((id, title))),
                            on_delete: Callback::new(move |()| actions.on_delete.run(id)),
                        };
                        let is_open = Signal::derive(move || open.get() == id);
                        view! { <HistoryItem entry now=now.run(()) is_open actions=item /> }
                    }
                </For>
            </ul>
            <Show when=is_empty>
                <p class="aside">
                    {move || {
                        if keeps.get() {
                            "Your chats are kept here, on this device alone."
                        } else {
                            "Nothing is kept: chats go when you leave the page."
                        }
                    }}
                </p>
            </Show>
            <KeepSwitch history keeps on_keep=actions.on_keep />
        </aside>
    }
}

/// The switch. To keep nothing forgets what was kept, so it asks first where there is something to forget.
#[component]
fn KeepSwitch(
    history: RwSignal<History>,
    keeps: Signal<bool>,
    on_keep: Callback<bool>,
) -> impl IntoView {
    let is_asking = RwSignal::new(false);
    let press = move |_| {
        let count = history.with_untracked(|history| history.entries().len());
        if keeps.get_untracked() && count > 0 {
            is_asking.set(true);
        } else {
            on_keep.run(!keeps.get_untracked());
        }
    };
    let answer = move |forgets: bool| {
        is_asking.set(false);
        if forgets {
            on_keep.run(false);
        }
    };
    let question = move || {
        let count = history.with(|history| history.entries().len());
        let chats = if count == 1 { "chat" } else { "chats" };
        format!("Forget {count} {chats} on this device?")
    };
    view! {
        <footer>
            <Show when=move || is_asking.get()>
                <p class="ask">{question}</p>
                <p class="actions">
                    <button
                        type="button"
                        class="danger"
                        data-testid="forget-yes"
                        on:click=move |_| answer(true)
                    >
                        "Forget"
                    </button>
                    <button type="button" class="quiet" on:click=move |_| answer(false)>
                        "Keep"
                    </button>
                </p>
            </Show>
            <button
                type="button"
                class="switch"
                role="switch"
                data-testid="keep-history"
                aria-checked=move || keeps.get().to_string()
                on:click=press
            >
                <span class="knob" aria-hidden="true"></span>
                <span>"Keep chats on this device"</span>
            </button>
        </footer>
    }
}
