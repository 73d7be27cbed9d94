//! One chat in the list: to open, to rename, to delete.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn, several};
use crate::browser::keys::{self, Key};
use crate::browser::{frame, page};

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
    /// Hands it out for people to read.
    pub(crate) export_markdown: Callback<()>,
    /// Hands it out to be imported again.
    pub(crate) export_json: Callback<()>,
}

/// Draws one chat; `number` is nobody else's. Whatever is chosen takes its own button away, so the focus goes to what comes in its
/// place: to what can be done without harm.
pub(crate) fn draw_item(number: u64, facts: Facts, actions: ItemActions) -> Part {
    let mode = RwSignal::new(Mode::Shown);
    let id = format!("chat-{number}");
    let item = id.clone();
    Effect::new(move |before: Option<()>| {
        let place = match mode.get() {
            Mode::Deleting => "button:last-child",
            _ => "button, input",
        };
        if before.is_some() {
            let item = item.clone();
            frame::next(move || page::focus_in(&item, place));
        }
    });
    let body = redrawn(move || match mode.get() {
        Mode::Shown => shown(facts, mode, actions),
        Mode::Renaming => renaming(facts.title.get_untracked(), mode, actions.rename),
        Mode::Exporting => exporting(mode, actions),
        Mode::Deleting => deleting(mode, actions.delete),
    });
    view! { <li id=id data-testid="history-item">{body}</li> }.part()
}

fn shown(facts: Facts, mode: RwSignal<Mode>, actions: ItemActions) -> Part {
    let Facts {
        title,
        age,
        is_open,
    } = facts;
    let open = view! {
        <button
            type="button"
            class="open"
            aria-current=Signal::derive(move || is_open.get().to_string())
            on:click=move |_| actions.open.run(())
        >
            <span class="title">{title}</span>
            <span class="age">{age}</span>
        </button>
    };
    let turn_to = |verb: &'static str, test_id: &'static str, icon: Icon, next: Mode| {
        let label = Signal::derive(move || title.with(|title| format!("{verb} {title}")));
        let on_press = move |()| mode.set(next);
        view! { <Button look="bare" test_id icon label on_press /> }.part()
    };
    several(vec![
        open.part(),
        turn_to("Rename", "rename", Icon::Pencil, Mode::Renaming),
        turn_to("Export", "export", Icon::Export, Mode::Exporting),
        turn_to("Delete", "delete", Icon::Trash, Mode::Deleting),
    ])
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

fn exporting(mode: RwSignal<Mode>, actions: ItemActions) -> Part {
    let button = |test_id: &'static str, label: &'static str, export: Callback<()>| {
        let on_press = move |()| {
            mode.set(Mode::Shown);
            export.run(());
        };
        view! { <Button look="quiet" test_id icon=Icon::Export label on_press /> }.part()
    };
    let buttons = vec![
        button("export-markdown", "Markdown", actions.export_markdown),
        button("export-json", "JSON", actions.export_json),
    ];
    asking(mode, "Export as", buttons, "Do not export")
}

fn deleting(mode: RwSignal<Mode>, on_delete: Callback<()>) -> Part {
    let delete = view! {
        <Button look="danger" test_id="delete-yes" icon=Icon::Trash label="Delete" on_press=on_delete />
    };
    asking(mode, "Delete this chat?", vec![delete.part()], "Keep it")
}

/// A question in the chat's place, with its answers and the way back.
fn asking(
    mode: RwSignal<Mode>,
    question: &'static str,
    mut answers: Vec<Part>,
    back: &'static str,
) -> Part {
    let on_press = move |()| mode.set(Mode::Shown);
    let back = view! { <Button look="bare" icon=Icon::Cross label=back on_press /> };
    answers.insert(0, view! { <span class="ask">{question}</span> }.part());
    answers.push(back.part());
    several(answers)
}
