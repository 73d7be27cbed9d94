//! The checkout as text: its files, the code in them apart from words, and names in code.

mod lexer;
mod tree;
pub(crate) mod words;

pub(crate) use tree::{SourceFile, Tree};
