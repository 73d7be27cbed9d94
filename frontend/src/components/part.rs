//! A drawn part of a view, of one type whatever it consists of.
//!
//! Leptos gives every view a type of its own and compiles its renderer for each, with code to draw it, to draw it again over
//! an old one, and to erase its type. A page that is drawn in the browser alone needs the first only: a [`Part`] is drawn at once, and
//! replaced as a whole where it changes. That makes the page a fifth smaller than `AnyView` does.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::element::ElementState;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::renderer::{CastFrom as _, Rndr};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::strings::{StrState, StringState};
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;

/// A part that stands in memory, drawn, until it is put on the page.
pub(crate) struct Part(SendWrapper<Drawn>);

/// What was drawn, with what keeps it alive. Nearly every part is one element, which is moved about in one way whatever is in it: so
/// the renderer's own ways of doing that are compiled for the few others alone.
pub(crate) enum Drawn {
    /// One element.
    Element(
        Element,
        #[expect(
            dead_code,
            reason = "what makes the element change lives as long as this"
        )]
        Box<dyn Kept>,
    ),
    /// Several parts, side by side.
    Several(Vec<Self>),
    /// Anything else.
    Other(Box<dyn Mountable>),
}

/// Anything that is only kept.
pub(crate) trait Kept {}

impl<T> Kept for T {}

/// What a view becomes when it is drawn.
pub(crate) trait Draw: 'static {
    /// The same, of the one type.
    fn drawn(self) -> Drawn;
}

/// Names an entry of a keyed list.
pub(crate) type Key = (u64, u64);

/// Makes parts of views.
pub(crate) trait IntoPart {
    /// Draws this view.
    fn part(self) -> Part;
}

impl<T> IntoPart for T
where
    T: Render<State: Draw>,
{
    fn part(self) -> Part {
        Part(SendWrapper::new(self.build().drawn()))
    }
}

impl<A: 'static, C: 'static> Draw for ElementState<A, C> {
    fn drawn(self) -> Drawn {
        Drawn::Element(Element::clone(&self), Box::new(self))
    }
}

impl Draw for Drawn {
    fn drawn(self) -> Drawn {
        self
    }
}

impl Draw for StringState {
    fn drawn(self) -> Drawn {
        Drawn::Other(Box::new(self))
    }
}

impl Draw for StrState<'static> {
    fn drawn(self) -> Drawn {
        Drawn::Other(Box::new(self))
    }
}

impl<A: Draw, B: Draw> Draw for (A, B) {
    fn drawn(self) -> Drawn {
        Drawn::Several(vec![self.0.drawn(), self.1.drawn()])
    }
}

/// Draws a view that is neither an element nor a text.
fn other(view: impl Render<State: 'static>) -> Part {
    Part(SendWrapper::new(Drawn::Other(Box::new(view.build()))))
}

/// The namespace of drawings.
pub(crate) const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");

/// An element that never changes: its words, and the parts behind them. Nothing is compiled for it but these arguments, so that
/// what is drawn from a report (a table, a chart) is drawn with this.
pub(crate) fn still(
    namespace: Option<&str>,
    tag: &str,
    attributes: &[(&str, &str)],
    words: &str,
    parts: Vec<Part>,
) -> Part {
    let element = Rndr::create_element(tag, namespace);
    for (name, value) in attributes {
        Rndr::set_attribute(&element, name, value);
    }
    if !words.is_empty() {
        Rndr::insert_node(&element, &Rndr::create_text_node(words), None);
    }
    let mut drawn: Vec<Drawn> = parts.into_iter().map(|part| part.0.take()).collect();
    for part in &mut drawn {
        part.mount(&element, None);
    }
    Part(SendWrapper::new(Drawn::Element(element, Box::new(drawn))))
}

/// Parts that stand side by side. Where there are none, something that cannot be seen holds their place.
pub(crate) fn several(mut parts: Vec<Part>) -> Part {
    if parts.is_empty() {
        parts.push(nothing());
    }
    let drawn = parts.into_iter().map(|part| part.0.take()).collect();
    Part(SendWrapper::new(Drawn::Several(drawn)))
}

/// A part that is drawn anew whenever what it was drawn from changes.
pub(crate) fn redrawn(draw: impl Fn() -> Part + Send + 'static) -> Part {
    let draw: Box<dyn Fn() -> Part + Send> = Box::new(draw);
    other(draw)
}

/// A part that is there while `condition` holds.
pub(crate) fn shown(condition: Signal<bool>, draw: impl Fn() -> Part + Send + 'static) -> Part {
    let condition = Memo::new(move |_| condition.get());
    redrawn(move || if condition.get() { draw() } else { nothing() })
}

/// A list of which an entry is drawn when its key comes, and stays as it is while its key does.
pub(crate) fn keyed(keys: Signal<Vec<Key>>, draw: Callback<Key, Part>) -> Part {
    other(
        view! { <For each=move || keys.get() key=|key| *key children=move |key| draw.run(key) /> },
    )
}

/// A part that is not there.
pub(crate) fn nothing() -> Part {
    other(())
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
        match self {
            Self::Element(element, _) => Rndr::remove(element),
            Self::Several(drawn) => drawn.iter_mut().for_each(Mountable::unmount),
            Self::Other(drawn) => drawn.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match self {
            Self::Element(element, _) => Rndr::insert_node(parent, element, marker),
            Self::Several(drawn) => drawn
                .iter_mut()
                .for_each(|drawn| drawn.mount(parent, marker)),
            Self::Other(drawn) => drawn.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self {
            Self::Element(element, _) => {
                let parent = Rndr::get_parent(element).and_then(Element::cast_from);
                if let Some(parent) = &parent {
                    child.mount(parent, Some(element));
                }
                parent.is_some()
            }
            Self::Several(drawn) => drawn.iter().any(|drawn| drawn.insert_before_this(child)),
            Self::Other(drawn) => drawn.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::Element(element, _) => vec![element.clone()],
            Self::Several(drawn) => drawn.iter().flat_map(Mountable::elements).collect(),
            Self::Other(drawn) => drawn.elements(),
        }
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
