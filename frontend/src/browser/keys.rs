//! Which key was pressed, in the page's own words.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};

/// The keys that the page listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Enter alone.
    Enter,
    /// Escape.
    Escape,
    /// A slash, typed outside of any text field.
    Slash,
}

/// The key of `event`, if it is one of ours. An Enter that only confirms an input method's suggestion, or that comes
/// with Shift for a new line, is none.
pub(crate) fn of(event: &KeyboardEvent) -> Option<Key> {
    let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
    match event.key().as_str() {
        "Enter" if !event.is_composing() && !event.shift_key() && !has_modifier => Some(Key::Enter),
        "Escape" if !event.is_composing() => Some(Key::Escape),
        "/" if !has_modifier && !is_in_text_field(event) => Some(Key::Slash),
        _ => None,
    }
}

fn is_in_text_field(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        })
}
