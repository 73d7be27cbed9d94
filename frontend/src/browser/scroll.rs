//! Following the end of the conversation, and yielding to a reader who scrolls away from it.

use web_sys::Element;

/// Pixels from the end that still count as being there: about two lines, so that a half-scrolled line does not unhook.
const SLACK_PX: i32 = 48;

/// Whether the end of the element with this id is in view. True where there is no such element.
pub(crate) fn is_at_end(id: &str) -> bool {
    element(id).is_none_or(|element| {
        element.scroll_height() - element.scroll_top() - element.client_height() <= SLACK_PX
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
