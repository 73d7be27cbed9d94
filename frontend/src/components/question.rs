//! What the person wrote, and a second thought about it.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn, shown};
use crate::browser::keys::{self, Key};
use crate::browser::{frame, page};
use crate::state::message::{MessageId, Shown};

/// Draws one question. It can be changed while `may_edit` holds; `on_resend` sends the changed text in its place, or says
/// why not.
pub(crate) fn draw_question(
    message: &Shown,
    may_edit: Signal<bool>,
    on_resend: Callback<String, Result<(), String>>,
) -> Part {
    let is_editing = RwSignal::new(false);
    let id = message.id;
    let text = message.text.clone();
    let body = redrawn(move || {
        let text = text.clone();
        if is_editing.get() {
            let on_close = Callback::new(move |()| is_editing.set(false));
            view! { <Editor id text on_resend on_close /> }.part()
        } else {
            view! { <p class="said" dir="auto">{text}</p> }.part()
        }
    });
    let is_shown = Signal::derive(move || !is_editing.get());
    let is_disabled = Signal::derive(move || !may_edit.get());
    let edit = shown(is_shown, move || {
        let on_press = move |()| is_editing.set(true);
        view! {
            <Button look="quiet" test_id="edit" icon=Icon::Pencil label="Edit" is_disabled on_press />
        }
        .part()
    });
    view! {
        <article class="question" data-testid="message-user" data-state=message.status.as_str()>
            <h2 class="unseen">"You"</h2>
            {body}
            <div class="tools">{edit}</div>
        </article>
    }
    .part()
}

/// The text of a question, to be changed.
#[component]
fn Editor(
    id: MessageId,
    text: String,
    on_resend: Callback<String, Result<(), String>>,
    on_close: Callback<()>,
) -> Part {
    let changed = RwSignal::new(text.clone());
    let note = RwSignal::new("Sending replaces this message and all that follows it.".to_owned());
    let id = format!("edit-{}", id.0);
    let field = id.clone();
    frame::next(move || page::focus(&field));
    // It closes once its text was sent: until then that stands nowhere else.
    let send = Callback::new(move |()| match on_resend.run(changed.get_untracked()) {
        Ok(()) => on_close.run(()),
        Err(refusal) => note.set(refusal),
    });
    let press = move |event: leptos::ev::KeyboardEvent| match keys::of(&event) {
        Some(Key::Enter) => {
            event.prevent_default();
            send.run(());
        }
        Some(Key::Escape) => {
            event.stop_propagation();
            on_close.run(());
        }
        _ => {}
    };
    view! {
        <div class="editor">
            <textarea
                id=id
                aria-label="Edit your message"
                data-testid="edit-text"
                rows="3"
                prop:value=text
                on:input:target=move |event| changed.set(event.target().value())
                on:keydown=press
            ></textarea>
            <p class="note">{note}</p>
            <p class="actions">
                <Button look="solid" test_id="edit-send" icon=Icon::Send label="Send" on_press=send />
                <Button look="quiet" icon=Icon::Cross label="Cancel" on_press=on_close />
            </p>
        </div>
    }
    .part()
}
