//! Finds keys in text, and cuts them out so that the text stays readable.
//!
//! One scanner serves the preflight, the log and `airlock scan`.

use super::Span;

/// A key in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it opens.
    pub kind: SecretKind,
    /// Where it stands, in the text as it was given.
    pub span: Span,
}

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// Anthropic's API.
    Anthropic,
}

impl SecretKind {
    /// What people call such a key, with its article: `an Anthropic API key`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "an Anthropic API key",
        }
    }
}

impl Secret {
    /// What stands in its place once it is cut out: how it began, so that a reader knows what it was, and that it is gone.
    pub fn replacement(&self, _text: &str) -> String {
        "[redacted]".to_owned()
    }
}

/// The keys in `text`, in their order, none overlapping another. It takes time linear in the text's length.
pub fn scan(_text: &str) -> Vec<Secret> {
    Vec::new()
}
