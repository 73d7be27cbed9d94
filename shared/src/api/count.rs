//! `POST /api/count`: how many tokens a turn has, counted and not estimated.
//!
//! What is asked is a [`ChatRequest`](super::chat::ChatRequest), just as it would be sent.

use serde::{Deserialize, Serialize};

use crate::money::TokenCount;

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokensCounted {
    /// The prompt's tokens, what the operator puts in front of it included.
    pub input_tokens: TokenCount,
    /// The model that they were counted for: each cuts text in its own way. Where the request left the choice to the rules, the model that
    /// they chose.
    pub model: String,
}
