//! The next animation frame: where all writes to the page are gathered.

use std::time::Duration;

/// Runs `action` once, in the next animation frame.
///
/// A hidden tab has no frames; there it runs when the tab is shown again.
pub(crate) fn next(action: impl FnOnce() + 'static) {
    leptos::leptos_dom::helpers::request_animation_frame(action);
}

/// Runs `action` once, after `wait`.
pub(crate) fn after(wait: Duration, action: impl FnOnce() + 'static) {
    leptos::leptos_dom::helpers::set_timeout(action, wait);
}
