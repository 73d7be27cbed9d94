//! Following the end of the conversation, and yielding to a reader who scrolls away from it.

use web_sys::Element;

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

fn element(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
