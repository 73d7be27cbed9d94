//! The document around the application: its theme, its focus, its width and the shell that stood in for it.

use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement};

/// From this width on the preflight has a column of its own; the stylesheet has the same number.
const PREFLIGHT_COLUMN: &str = "(min-width: 1200px)";
/// From this width on the list of chats has a column of its own; the stylesheet has the same number.
const HISTORY_COLUMN: &str = "(min-width: 960px)";

/// Shows the page in the theme with this name; by the system's wish where there is none.
pub(crate) fn set_theme(name: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    match name {
        Some(name) => root.set_attribute("data-theme", name).ok(),
        None => root.remove_attribute("data-theme").ok(),
    };
}

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id) {
        element.focus().ok();
    }
}

/// Moves the focus to the first of what `selector` names within the element with this id.
pub(crate) fn focus_in(id: &str, selector: &str) {
    focus_first(&format!("#{id} :is({selector})"));
}

/// Moves the focus to the button that says that it controls the element with this id.
pub(crate) fn focus_opener_of(id: &str) {
    focus_first(&format!("[aria-controls={id}]"));
}

fn focus_first(selector: &str) {
    let found = document().and_then(|document| {
        let found = document.query_selector(selector);
        found.ok()??.dyn_into::<HtmlElement>().ok()
    });
    if let Some(found) = found {
        found.focus().ok();
    }
}

/// Takes the static shell away, now that the application stands in its place.
pub(crate) fn remove_shell() {
    if let Some(shell) = element("shell") {
        shell.remove();
    }
}

/// Whether the window is wide enough for the preflight's column.
pub(crate) fn has_room_for_preflight() -> bool {
    matches(PREFLIGHT_COLUMN)
}

/// Whether the window is wide enough for the column of chats.
pub(crate) fn has_room_for_history() -> bool {
    matches(HISTORY_COLUMN)
}

/// The page's own origin, such as `http://localhost:8080`.
pub(crate) fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

fn matches(query: &str) -> bool {
    web_sys::window()
        .and_then(|window| window.match_media(query).ok()?)
        .is_some_and(|query| query.matches())
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}
