//! A button that copies, and says for a moment that it did.

use std::time::Duration;

use leptos::prelude::*;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part};
use crate::browser::frame;

/// How long the button says that it copied.
const SAID_FOR: Duration = Duration::from_millis(1_600);

/// A button that hands `text` to `on_copy`.
#[component]
pub(crate) fn CopyButton(
    /// What the button does, in words.
    label: &'static str,
    /// The hook for tests.
    test_id: &'static str,
    /// What to copy, asked for when the button is pressed.
    text: Callback<(), String>,
    /// Copies.
    on_copy: Callback<String>,
) -> Part {
    let is_copied = RwSignal::new(false);
    let press = move |()| {
        on_copy.run(text.run(()));
        is_copied.set(true);
        frame::after(SAID_FOR, move || {
            // The button may be gone by then.
            _ = is_copied.try_set(false);
        });
    };
    let words = move || if is_copied.get() { "Copied" } else { label };
    view! {
        <Button
            look="quiet"
            test_id
            icon=Icon::Copy
            label=Signal::derive(move || words().to_owned())
            on_press=press
        />
    }
    .part()
}
