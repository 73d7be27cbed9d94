//! Where the person writes.

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn, several};
use crate::browser::keys::{self, Key};
use crate::browser::scroll;
use crate::state::underline::Piece;
use crate::state::words;

/// The composer's element id, to move the focus to.
pub(crate) const COMPOSER_ID: &str = "composer";

/// The id of what lies behind its text and underlines parts of it.
const MIRROR_ID: &str = "mirror";

/// Lines that the field grows to before it scrolls; the stylesheet holds the same height for wrapped lines.
const LINES_MAX: usize = 10;

/// The text field with Send or Stop, and the choices below it.
#[component]
pub(crate) fn Composer(
    /// What stands in the field.
    draft: RwSignal<String>,
    /// The same in pieces, where some are to be underlined.
    pieces: Memo<Vec<Piece>>,
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
    let press = move |event: leptos::ev::KeyboardEvent| {
        if keys::of(&event) == Some(Key::Enter) {
            event.prevent_default();
            // Whether it may go is judged there and then: what the button knows may be a frame old.
            on_send.run(());
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
                <Button look="round" test_id="send" icon=Icon::Send label="Send" is_disabled on_press=on_send />
            }
            .part()
        }
    });
    view! {
        <div class="composer" role="group" aria-label="Message">
            <div class="field">
                {draw_mirror(pieces)}
                <textarea
                    id=COMPOSER_ID
                    data-testid="composer"
                    aria-label="Message to Claude"
                    placeholder="Ask Claude"
                    rows=Signal::derive(lines)
                    prop:value=draft
                    on:input:target=move |event| draft.set(event.target().value())
                    on:scroll=move |_| scroll::align(MIRROR_ID, COMPOSER_ID)
                    on:keydown=press
                ></textarea>
            </div>
            <div class="controls">{choices} {stop_or_send}</div>
        </div>
    }
    .part()
}

/// What lies behind the text: the same text, invisible, with lines below what was found in it. A text field can underline nothing.
fn draw_mirror(pieces: Memo<Vec<Piece>>) -> Part {
    let drawn = redrawn(move || {
        let draw = |piece: &Piece| {
            let severity = piece.severity.map(words::severity);
            view! { <span data-found=severity>{piece.text.clone()}</span> }.part()
        };
        pieces.with(|pieces| several(pieces.iter().map(draw).collect()))
    });
    view! {
        <div class="mirror" id=MIRROR_ID aria-hidden="true">
            {drawn} "\n"
        </div>
    }
    .part()
}
