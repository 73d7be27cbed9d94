//! Markdown as a tree of our own: what a model wrote, reduced to what this page is willing to show.
//!
//! Model output is untrusted. The tree has no place for raw HTML, images or foreign link schemes: they are turned into text
//! here, so that whoever draws the tree cannot get it wrong. No HTML string is ever made.

mod block;
mod inline;
mod link;
mod stream;
mod stress;
mod table;
mod visible;

pub(crate) use link::Target;
pub(crate) use stream::Growing;
pub(crate) use visible::visible;

/// A block: something that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Code, with what its fence says of it, which is its language and sometimes more; empty where it says nothing.
    Code {
        /// The first word behind the fence.
        language: String,
        /// The code, as it is to be shown and copied.
        text: String,
    },
    /// A quotation.
    Quote(Vec<Self>),
    /// A list, numbered from `start` where it has one.
    List {
        /// The first number of a numbered list.
        start: Option<u64>,
        /// The items.
        items: Vec<Item>,
    },
    /// A table.
    Table(Table),
    /// A line across.
    Rule,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// Whether its box is ticked, in a list of tasks.
    pub(crate) is_done: Option<bool>,
    /// What the item says.
    pub(crate) blocks: Vec<Block>,
}

/// A table: a row of headings, and rows of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// How each column is aligned.
    pub(crate) columns: Vec<Align>,
    /// The headings.
    pub(crate) head: Vec<Vec<Inline>>,
    /// The rows below.
    pub(crate) rows: Vec<Vec<Vec<Inline>>>,
}

/// How a column's cells are aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Align {
    /// At the start of the line.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the end, as figures like it.
    End,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Text as it is.
    Text(String),
    /// Code within text.
    Code(String),
    /// Stressed.
    Emphasis(Vec<Self>),
    /// Stressed more.
    Strong(Vec<Self>),
    /// Struck through.
    Struck(Vec<Self>),
    /// A link that may be followed.
    Link(Target, Vec<Self>),
    /// A line break.
    Break,
}

#[cfg(test)]
mod tests;
