//! One chat in the list: to open, to rename, to delete.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn};
use crate::browser::keys::{self, Key};
use crate::state::transcript::Format;

/// What the item is being used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It can be opened.
    Shown,
    /// Its title is being changed.
    Renaming,
    /// It is about to become a file.
    Exporting,
    /// It is about to be deleted.
    Deleting,
}

/// What a chat shows of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// What it is called.
    pub(crate) title: Signal<String>,
    /// How long ago something was last said in it.
    pub(crate) age: Signal<String>,
    /// Whether it is the one on the screen.
    pub(crate) is_open: Signal<bool>,
}

/// What can be done with a chat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemActions {
    /// Opens it.
    pub(crate) open: Callback<()>,
    /// Calls it by another title.
    pub(crate) rename: Callback<String>,
    /// Forgets it.
    pub(crate) delete: Callback<()>,
    /// Hands it out as a file.
    pub(crate) export: Callback<Format>,
}

/// Draws one chat.
pub(crate) fn draw_item(facts: Facts, actions: ItemActions) -> Part {
    let mode = RwSignal::new(Mode::Shown);
    let body = redrawn(move || match mode.get() {
        Mode::Shown => shown(facts, mode, actions),
        Mode::Renaming => renaming(facts.title.get_untracked(), mode, actions.rename),
        Mode::Exporting => exporting(mode, actions.export),
        Mode::Deleting => deleting(mode, actions.delete),
    });
    view! { <li data-testid="history-item">{body}</li> }.part()
}

fn shown(facts: Facts, mode: RwSignal<Mode>, actions: ItemActions) -> Part {
    let Facts {
        title,
        age,
        is_open,
    } = facts;
    let named = move |verb: &'static str| {
        Signal::derive(move || title.with(|title| format!("{verb} {title}")))
    };
    view! {
        <button
            type="button"
            class="open"
            aria-current=Signal::derive(move || is_open.get().to_string())
            on:click=move |_| actions.open.run(())
        >
            <span class="title">{title}</span>
            <span class="age">{age}</span>
        </button>
        <Button
            look="bare"
            test_id="rename"
            icon=Icon::Pencil
            label=named("Rename")
            on_press=move |()| mode.set(Mode::Renaming)
        />
        <Button
            look="bare"
            test_id="export"
            icon=Icon::Export
            label=named("Export")
            on_press=move |()| mode.set(Mode::Exporting)
        />
        <Button
            look="bare"
            test_id="delete"
            icon=Icon::Trash
            label=named("Delete")
            on_press=move |()| mode.set(Mode::Deleting)
        />
    }
    .part()
}

fn renaming(title: String, mode: RwSignal<Mode>, on_rename: Callback<String>) -> Part {
    let changed = RwSignal::new(title.clone());
    let save = Callback::new(move |()| {
        on_rename.run(changed.get_untracked());
        mode.set(Mode::Shown);
    });
    let press = move |event: leptos::ev::KeyboardEvent| match keys::of(&event) {
        Some(Key::Enter) => save.run(()),
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
            prop:value=title
            on:input:target=move |event| changed.set(event.target().value())
            on:keydown=press
        />
        <Button look="bare" icon=Icon::Check label="Save the title" on_press=save />
    }
    .part()
}

fn exporting(mode: RwSignal<Mode>, on_export: Callback<Format>) -> Part {
    let export = move |format: Format| {
        Callback::new(move |()| {
            mode.set(Mode::Shown);
            on_export.run(format);
        })
    };
    view! {
        <span class="ask">"Export as"</span>
        <Button
            look="quiet"
            test_id="export-markdown"
            icon=Icon::Export
            label="Markdown"
            on_press=export(Format::Markdown)
        />
        <Button look="quiet" test_id="export-json" icon=Icon::Export label="JSON" on_press=export(Format::Json) />
        <Button
            look="bare"
            icon=Icon::Cross
            label="Do not export"
            on_press=move |()| mode.set(Mode::Shown)
        />
    }
    .part()
}

fn deleting(mode: RwSignal<Mode>, on_delete: Callback<()>) -> Part {
    view! {
        <span class="ask">"Delete this chat?"</span>
        <Button look="danger" test_id="delete-yes" icon=Icon::Trash label="Delete" on_press=on_delete />
        <Button
            look="bare"
            icon=Icon::Cross
            label="Keep it"
            on_press=move |()| mode.set(Mode::Shown)
        />
    }
    .part()
}
