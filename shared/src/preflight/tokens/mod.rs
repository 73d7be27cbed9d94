//! How many tokens a text probably has: a weighted count of its pieces by class, shown as a range.
//!
//! A tokenizer's vocabulary weighs more than the whole page. What it does to a text shows nearly as well in how many words, numbers,
//! runs of punctuation and letters of each script the text has.

mod classes;
mod family;
mod kind;
mod reader;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use classes::{CLASS_NAMES, PerClass};
pub use family::Family;

use crate::models::Tokenizer;
use crate::money::TokenCount;

/// What a byte of text weighs that nobody here can read, in thousandths of a token: at least, probably, at most. Five bytes a token
/// is plain English, two and a half is dense code.
const UNSEEN: (u64, u64, u64) = (200, 286, 400);

/// A text's pieces, counted by what they weigh in tokens. Counts of two texts add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    counts: PerClass<u64>,
    /// Bytes of text that nobody here can read.
    unseen: u64,
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
    /// Counts the pieces of `text`, in time linear in its length.
    pub fn of(text: &str) -> Self {
        Self {
            counts: reader::read(text),
            unseen: 0,
        }
    }

    /// Of a text of `bytes` bytes that nobody here can read.
    pub fn of_unseen(bytes: u64) -> Self {
        Self {
            counts: PerClass::default(),
            unseen: bytes,
        }
    }

    /// Both texts together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            counts: self.counts.plus(other.counts),
            unseen: self.unseen.saturating_add(other.unseen),
        }
    }

    /// How many pieces of each class there are.
    pub const fn counts(&self) -> PerClass<u64> {
        self.counts
    }

    /// How many tokens `tokenizer` probably makes of such a text.
    pub fn tokens(&self, tokenizer: Tokenizer) -> TokenRange {
        self.tokens_of(Family::of(tokenizer))
    }

    /// How many tokens the models of `family` probably make of such a text.
    pub fn tokens_of(&self, family: &Family) -> TokenRange {
        let weights = family.weights.to_array();
        let weighed = self.counts.to_array().into_iter().zip(weights);
        let seen = weighed
            .map(|(count, weight)| count.saturating_mul(u64::from(weight)))
            .fold(0, u64::saturating_add);
        let tokens = |permille: u64, unseen_weight: u64| {
            let seen = (seen / 1_000).saturating_mul(permille);
            let unseen = self.unseen.saturating_mul(unseen_weight);
            TokenCount(seen.saturating_add(unseen).div_ceil(1_000))
        };
        TokenRange {
            low: tokens(family.low, UNSEEN.0),
            likely: tokens(1_000, UNSEEN.1),
            high: tokens(family.high, UNSEEN.2),
        }
    }
}

impl TokenRange {
    /// Both together, end by end.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            low: self.low.saturating_add(other.low),
            likely: self.likely.saturating_add(other.likely),
            high: self.high.saturating_add(other.high),
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
