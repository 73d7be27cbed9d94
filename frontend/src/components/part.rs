//! A drawn part of a view, of one type whatever it consists of.
//!
//! Leptos gives every view a type of its own and compiles its renderer for each, with code to draw it, to draw it again over
//! an old one, and to erase its type. A page that is drawn in the browser alone needs the first only: a [`Part`] is drawn at once, and
//! replaced as a whole where it changes. That makes the page a fifth smaller than `AnyView` does.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;

/// A part that stands in memory, drawn, until it is put on the page.
pub(crate) struct Part(SendWrapper<Drawn>);

/// What keeps a drawn part, and what makes it change, alive.
pub(crate) struct Drawn(Box<dyn Mountable>);

/// Names an entry of a keyed list.
pub(crate) type Key = (u64, u64);

/// Makes parts of views.
pub(crate) trait IntoPart {
    /// Draws this view.
    fn part(self) -> Part;
}

impl<T> IntoPart for T
where
    T: Render<State: 'static>,
{
    fn part(self) -> Part {
        Part(SendWrapper::new(Drawn(Box::new(self.build()))))
    }
}

/// A part that is drawn anew whenever what it was drawn from changes.
pub(crate) fn redrawn(draw: impl Fn() -> Part + Send + 'static) -> Part {
    let draw: Box<dyn Fn() -> Part + Send> = Box::new(draw);
    draw.part()
}

/// A part that is there while `condition` holds.
pub(crate) fn shown(condition: Signal<bool>, draw: impl Fn() -> Part + Send + 'static) -> Part {
    let condition = Memo::new(move |_| condition.get());
    redrawn(move || if condition.get() { draw() } else { nothing() })
}

/// A list of which an entry is drawn when its key comes, and stays as it is while its key does.
pub(crate) fn keyed(keys: Signal<Vec<Key>>, draw: Callback<Key, Part>) -> Part {
    view! { <For each=move || keys.get() key=|key| *key children=move |key| draw.run(key) /> }
        .part()
}

/// A part that is not there.
pub(crate) fn nothing() -> Part {
    ().part()
}

impl Render for Part {
    type State = Drawn;

    fn build(self) -> Drawn {
        self.0.take()
    }

    fn rebuild(self, before: &mut Drawn) {
        let mut drawn = self.build();
        before.insert_before_this(&mut drawn);
        before.unmount();
        *before = drawn;
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

impl AddAnyAttr for Part {
    type Output<NewAttr: Attribute> = Self;

    /// A part is drawn already: there is nothing to add an attribute to.
    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

/// What the view macro asks for of everything. None of it is called on a page that no server draws.
impl RenderHtml for Part {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Drawn {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
