//! The button: all that look and work alike are this one, so that the renderer is compiled for it once.

use leptos::prelude::*;

use super::icon::{Icon, draw};
use super::part::{IntoPart, Part};

/// A button with an icon and words; the look decides whether the words are to be seen or only to be heard.
#[component]
pub(crate) fn Button(
    /// The class of its look.
    look: &'static str,
    /// The hook for tests.
    #[prop(default = "")]
    test_id: &'static str,
    /// The drawing.
    icon: Icon,
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it cannot be pressed now.
    #[prop(into, default = Signal::from(false))]
    is_disabled: Signal<bool>,
    /// The element that it opens, by its id, and whether that is open; absent where it opens nothing.
    #[prop(into, default = None)]
    opens: Option<(&'static str, Signal<bool>)>,
    /// What happens when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> Part {
    let expanded: Signal<Option<String>> =
        Signal::derive(move || opens.map(|(_, is_open)| is_open.get().to_string()));
    view! {
        <button
            type="button"
            class=look
            data-testid=test_id
            aria-expanded=expanded
            aria-controls=opens.map(|(id, _)| id)
            disabled=is_disabled
            on:click=move |_| on_press.run(())
        >
            {draw(icon)}
            <span>{label}</span>
        </button>
    }
    .part()
}
