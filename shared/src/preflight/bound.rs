//! How many tokens a request can have at most, and probably has.
//!
//! A byte-level tokenizer never makes more tokens than there are bytes, so that the byte count plus the frame around each
//! message is a bound and not a guess. Money is reserved by it. The range is for people: between five bytes a token (plain English
//! under the older tokenizer) and two and a half (code under the newer one).
#![deny(clippy::arithmetic_side_effects)]

use super::Estimate;
use crate::api::chat::ChatRequest;
use crate::models::Model;
use crate::money::TokenCount;
use crate::policy::Policy;
use crate::time::UnixMillis;

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

/// What `request` will take of `model`; `None` where the model has no price at `now`.
pub(super) fn estimate(
    request: &ChatRequest,
    policy: &Policy,
    model: &Model,
    now: UnixMillis,
) -> Option<Estimate> {
    let messages = request.messages.len() as u64;
    let bytes = request
        .messages
        .iter()
        .map(|message| message.content.len() as u64)
        .fold(policy.system_bytes, u64::saturating_add);
    let input_bound = input_bound(bytes, messages);
    let output = request.max_tokens.unwrap_or(policy.output_tokens_default);
    let output_max = TokenCount(u64::from(output));
    Some(Estimate {
        input_range: range(bytes, messages),
        input_bound,
        output_max,
        worst_case: model.worst_case(now, input_bound, output_max)?,
    })
}

/// Tokens that `bytes` of text in `messages` messages probably have, from few to many.
pub(super) fn range(bytes: u64, messages: u64) -> (TokenCount, TokenCount) {
    /// Tokens of a message's frame, as seen.
    const FRAME: u64 = 7;
    let frames = messages.saturating_mul(FRAME);
    let low = bytes.div_ceil(5).saturating_add(frames);
    let high = bytes.saturating_mul(2).div_ceil(5).saturating_add(frames);
    (TokenCount(low), TokenCount(high))
}
