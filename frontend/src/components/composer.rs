//! Where the person writes.

use leptos::prelude::*;

use super::icon::{Icon, draw};
use crate::browser::keys::{self, Key};

/// The composer's element id, to move the focus to.
pub(crate) const COMPOSER_ID: &str = "composer";

/// Lines that the field grows to before it scrolls; the stylesheet holds the same height for wrapped lines.
const LINES_MAX: usize = 10;

/// The text field with Send or Stop, and the choices below it.
#[component]
pub(crate) fn Composer(
    /// What stands in the field.
    draft: RwSignal<String>,
    /// Whether an answer is on its way.
    #[prop(into)]
    is_streaming: Signal<bool>,
    /// Whether Send may be pressed.
    #[prop(into)]
    may_send: Signal<bool>,
    /// Sends what stands in the field.
    on_send: Callback<()>,
    /// Stops the answer.
    on_stop: Callback<()>,
    /// The choices.
    children: Children,
) -> impl IntoView {
    let lines = Memo::new(move |_| draft.with(|draft| draft.lines().count().clamp(1, LINES_MAX)));
    let send = move || {
        if may_send.get_untracked() && !is_streaming.get_untracked() {
            on_send.run(());
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        if keys::of(&event) == Some(Key::Enter) {
            event.prevent_default();
            send();
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let button = move || {
        if is_streaming.get() {
            view! {
                <button type="button" class="round stop" data-testid="stop" on:click=move |_| on_stop.run(())>
                    {draw(Icon::Stop)}
                    <span class="unseen">"Stop"</span>
                </button>
            }
            .into_any()
        } else {
            view! {
                <button type="submit" class="round" data-testid="send" disabled=move || !may_send.get()>
                    {draw(Icon::Send)}
                    <span class="unseen">"Send"</span>
                </button>
            }
            .into_any()
        }
    };
    view! {
        <form class="composer" aria-label="Message" on:submit=submit>
            <textarea
                id=COMPOSER_ID
                data-testid="composer"
                aria-label="Message to Claude"
                placeholder="Ask Claude"
                rows=move || lines.get().to_string()
                prop:value=move || draft.get()
                on:input:target=move |event| draft.set(event.target().value())
                on:keydown=press
            ></textarea>
            <div class="controls">{children()} {button}</div>
        </form>
    }
}
