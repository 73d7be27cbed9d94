//! Following the end of the conversation, and yielding to a reader who scrolls away from it.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// Where a scrolling element stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Pixels above the part that is in view.
    pub(crate) top_px: i32,
    /// Whether the end is in view.
    pub(crate) is_at_end: bool,
}

/// Pixels from the end that still count as being there: about two lines, so that a half-scrolled line does not unhook.
const SLACK_PX: i32 = 48;

/// Where the element with this id stands after it scrolled.
pub(crate) fn place(id: &str) -> Option<Place> {
    let element = element(id)?;
    let top = element.scroll_top();
    Some(Place {
        top_px: top,
        is_at_end: element.scroll_height() - top - element.client_height() <= SLACK_PX,
    })
}

/// Scrolls the element with this id to its end.
pub(crate) fn to_end(id: &str) {
    if let Some(element) = element(id) {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Moves the element `layer`, which does not scroll, as far up as the text field `field` has scrolled down.
pub(crate) fn align(layer: &str, field: &str) {
    if let (Some(layer), Some(field)) = (element(layer), element(field)) {
        let shift = format!("translateY(-{}px)", field.scroll_top());
        if let Ok(layer) = layer.dyn_into::<HtmlElement>() {
            layer.style().set_property("transform", &shift).ok();
        }
    }
}

fn element(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
