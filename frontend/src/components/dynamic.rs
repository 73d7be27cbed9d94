//! The parts of a view that change, with their types erased: the renderer is compiled once for all of them instead of once for each, which
//! halves the page's size.

use leptos::prelude::*;

/// Names an entry of a keyed list.
pub(crate) type Key = (u64, u64);

/// A part that is drawn anew whenever what it was drawn from changes.
pub(crate) fn redrawn(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let draw: Box<dyn Fn() -> AnyView + Send> = Box::new(draw);
    draw.into_any()
}

/// A part that is there while `condition` holds.
pub(crate) fn shown(
    condition: Signal<bool>,
    draw: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let condition = Memo::new(move |_| condition.get());
    redrawn(move || if condition.get() { draw() } else { nothing() })
}

/// A list of which an entry is drawn when its key comes, and stays as it is while its key does.
pub(crate) fn keyed(keys: Signal<Vec<Key>>, draw: Callback<Key, AnyView>) -> AnyView {
    view! { <For each=move || keys.get() key=|key| *key children=move |key| draw.run(key) /> }
        .into_any()
}

/// A part that is not there.
pub(crate) fn nothing() -> AnyView {
    ().into_any()
}
