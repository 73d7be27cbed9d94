//! Which model to ask when the person leaves it to the rules.

use serde::{Deserialize, Serialize};

use crate::money::NanoUsd;

/// What a request names as its model to leave the choice to the rules.
pub const AUTO: &str = "auto";

/// The model that the rules chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The model to ask.
    pub model: String,
    /// Why, in one sentence.
    pub why: String,
    /// The model that was the nearest other choice; absent where there is only one.
    pub instead: Option<Alternative>,
}

/// A model that was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Its id.
    pub model: String,
    /// What the request would probably have cost with it.
    pub likely: NanoUsd,
}

/// What a text tells about the work that it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {}

impl Hints {
    /// Reads `text`.
    pub(super) const fn of(_text: &str) -> Self {
        Self {}
    }
}
