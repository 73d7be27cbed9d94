//! What the person wrote, and a second thought about it.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::icon::{Icon, draw};
use crate::browser::keys::{self, Key};
use crate::state::message::Shown;

/// One question.
#[component]
pub(crate) fn Question(
    /// The message.
    message: Shown,
    /// Whether a change could be sent now.
    #[prop(into)]
    may_edit: Signal<bool>,
    /// Sends the changed text in the question's place.
    on_resend: Callback<String>,
) -> impl IntoView {
    let is_editing = RwSignal::new(false);
    let text = message.text.clone();
    let body = move || {
        if is_editing.get() {
            let text = text.clone();
            let on_close = Callback::new(move |()| is_editing.set(false));
            view! { <Editor text on_resend on_close /> }.into_any()
        } else {
            view! { <p class="said" dir="auto">{text.clone()}</p> }.into_any()
        }
    };
    view! {
        <article class="question" data-testid="message-user" data-state=message.status.as_str()>
            <h2 class="unseen">"You"</h2>
            {body}
            <div class="tools">
                <button
                    type="button"
                    class="quiet"
                    data-testid="edit"
                    disabled=move || !may_edit.get()
                    hidden=move || is_editing.get()
                    on:click=move |_| is_editing.set(true)
                >
                    {draw(Icon::Pencil)}
                    <span>"Edit"</span>
                </button>
            </div>
        </article>
    }
}

/// The text of a question, to be changed.
#[component]
fn Editor(text: String, on_resend: Callback<String>, on_close: Callback<()>) -> impl IntoView {
    let changed = RwSignal::new(text.clone());
    let field = NodeRef::<Textarea>::new();
    Effect::new(move || {
        if let Some(field) = field.get() {
            // A field that cannot take the focus can still be clicked.
            field.focus().ok();
        }
    });
    let send = move || {
        on_close.run(());
        on_resend.run(changed.get_untracked());
    };
    let press = move |event: leptos::ev::KeyboardEvent| match keys::of(&event) {
        Some(Key::Enter) => {
            event.prevent_default();
            send();
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
                node_ref=field
                aria-label="Edit your message"
                data-testid="edit-text"
                rows="3"
                prop:value=text
                on:input:target=move |event| changed.set(event.target().value())
                on:keydown=press
            ></textarea>
            <p class="note">"Sending replaces this message and all that follows it."</p>
            <p class="actions">
                <button type="button" class="solid" data-testid="edit-send" on:click=move |_| send()>
                    "Send"
                </button>
                <button type="button" class="quiet" on:click=move |_| on_close.run(())>
                    "Cancel"
                </button>
            </p>
        </div>
    }
}
