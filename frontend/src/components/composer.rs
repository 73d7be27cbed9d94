//! Where the person writes.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn};
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
    /// The choices, drawn.
    choices: Part,
) -> Part {
    let lines = move || draft.with(|draft| draft.lines().count().clamp(1, LINES_MAX).to_string());
    let send = Callback::new(move |()| {
        if may_send.get_untracked() && !is_streaming.get_untracked() {
            on_send.run(());
        }
    });
    let press = move |event: leptos::ev::KeyboardEvent| {
        if keys::of(&event) == Some(Key::Enter) {
            event.prevent_default();
            send.run(());
        }
    };
    let may_not_send = Signal::derive(move || !may_send.get());
    let stop_or_send = redrawn(move || {
        if is_streaming.get() {
            view! {
                <Button look="round stop" test_id="stop" icon=Icon::Stop label="Stop" on_press=on_stop />
            }
            .part()
        } else {
            let is_disabled = may_not_send;
            view! {
                <Button look="round" test_id="send" icon=Icon::Send label="Send" is_disabled on_press=send />
            }
            .part()
        }
    });
    view! {
        <div class="composer" role="group" aria-label="Message">
            <textarea
                id=COMPOSER_ID
                data-testid="composer"
                aria-label="Message to Claude"
                placeholder="Ask Claude"
                rows=Signal::derive(lines)
                prop:value=draft
                on:input:target=move |event| draft.set(event.target().value())
                on:keydown=press
            ></textarea>
            <div class="controls">{choices} {stop_or_send}</div>
        </div>
    }
    .part()
}
