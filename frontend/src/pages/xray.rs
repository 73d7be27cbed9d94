//! The X-ray, connected: any page can have it in its frame.

use leptos::prelude::*;

use crate::app::Store;
use crate::components::part::Part;
use crate::components::xray_panel::{draw_found, draw_panel};

/// Draws the X-ray of the request that is looked at.
pub(crate) fn draw_xray(store: Store) -> Part {
    let is_open = Signal::derive(move || store.is_xray_open());
    let close = Callback::new(move |()| _ = store.close_xray());
    let again = Callback::new(move |()| store.look_again());
    let draw = move || {
        let id = store.xray.get();
        store.with_found(|found| draw_found(&id, found, again))
    };
    draw_panel(is_open, draw, close)
}
