//! One chat in the list: to open, to rename, to delete.

use leptos::prelude::*;
use shared::time::UnixMillis;

use super::icon::{Icon, draw};
use crate::browser::keys::{self, Key};
use crate::state::history::Entry;
use crate::state::words;

/// What the item is being used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It can be opened.
    Shown,
    /// Its title is being changed.
    Renaming,
    /// It is about to be deleted.
    Deleting,
}

/// What can be done with a chat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemActions {
    /// Opens it.
    pub(crate) on_open: Callback<()>,
    /// Calls it by another title.
    pub(crate) on_rename: Callback<String>,
    /// Forgets it.
    pub(crate) on_delete: Callback<()>,
}

/// One chat.
#[component]
pub(crate) fn HistoryItem(
    /// The chat.
    entry: Entry,
    /// Now, to tell its age.
    now: UnixMillis,
    /// Whether it is the one on the screen.
    #[prop(into)]
    is_open: Signal<bool>,
    /// What can be done with it.
    actions: ItemActions,
) -> impl IntoView {
    let mode = RwSignal::new(Mode::Shown);
    let title = entry.title;
    let age = words::age(entry.updated_at, now);
    let body = move || match mode.get() {
        Mode::Shown => shown(&title, &age, is_open, mode, actions),
        Mode::Renaming => renaming(&title, mode, actions.on_rename),
        Mode::Deleting => deleting(&title, mode, actions.on_delete),
    };
    view! { <li data-testid="history-item">{body}</li> }
}

fn shown(
    title: &str,
    age: &str,
    is_open: Signal<bool>,
    mode: RwSignal<Mode>,
    actions: ItemActions,
) -> AnyView {
    let rename = format!("Rename {title}");
    let delete = format!("Delete {title}");
    view! {
        <button
            type="button"
            class="open"
            aria-current=move || is_open.get().then_some("true")
            on:click=move |_| actions.on_open.run(())
        >
            <span class="title">{title.to_owned()}</span>
            <span class="age">{age.to_owned()}</span>
        </button>
        <button
            type="button"
            class="bare"
            data-testid="rename"
            aria-label=rename
            on:click=move |_| mode.set(Mode::Renaming)
        >
            {draw(Icon::Pencil)}
        </button>
        <button
            type="button"
            class="bare"
            data-testid="delete"
            aria-label=delete
            on:click=move |_| mode.set(Mode::Deleting)
        >
            {draw(Icon::Trash)}
        </button>
    }
    .into_any()
}

fn renaming(title: &str, mode: RwSignal<Mode>, on_rename: Callback<String>) -> AnyView {
    let changed = RwSignal::new(title.to_owned());
    let save = move || {
        mode.set(Mode::Shown);
        on_rename.run(changed.get_untracked());
    };
    let press = move |event: leptos::ev::KeyboardEvent| match keys::of(&event) {
        Some(Key::Enter) => save(),
        Some(Key::Escape) => {
            event.stop_propagation();
            mode.set(Mode::Shown);
        }
        _ => {}
    };
    view! {
        <input
            type="text"
            aria-label="Title"
            data-testid="rename-text"
            autofocus
            prop:value=title.to_owned()
            on:input:target=move |event| changed.set(event.target().value())
            on:keydown=press
        />
        <button type="button" class="bare" aria-label="Save the title" on:click=move |_| save()>
            {draw(Icon::Check)}
        </button>
    }
    .into_any()
}

fn deleting(title: &str, mode: RwSignal<Mode>, on_delete: Callback<()>) -> AnyView {
    let label = format!("Delete {title} for good");
    view! {
        <span class="ask">"Delete this chat?"</span>
        <button
            type="button"
            class="danger"
            data-testid="delete-yes"
            aria-label=label
            on:click=move |_| on_delete.run(())
        >
            "Delete"
        </button>
        <button type="button" class="quiet" on:click=move |_| mode.set(Mode::Shown)>
            "Keep"
        </button>
    }
    .into_any()
}
