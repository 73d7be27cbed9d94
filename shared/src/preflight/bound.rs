//! How many tokens a request can have at most.
//!
//! A byte-level tokenizer never makes more tokens than there are bytes, so that the byte count plus the frame around each
//! message is a bound and not a guess. Money is reserved by it.
#![deny(clippy::arithmetic_side_effects)]

use crate::money::TokenCount;

/// Tokens that the frame of one message takes at most; six or seven were seen.
pub const TOKENS_PER_MESSAGE_MAX: u64 = 16;

/// Tokens that the frame of a whole request takes at most.
pub const TOKENS_PER_REQUEST_MAX: u64 = 64;

/// The most tokens that `text_bytes` of text in `messages` messages can have.
pub const fn input_bound(text_bytes: u64, messages: u64) -> TokenCount {
    TokenCount(
        text_bytes
            .saturating_add(messages.saturating_mul(TOKENS_PER_MESSAGE_MAX))
            .saturating_add(TOKENS_PER_REQUEST_MAX),
    )
}
