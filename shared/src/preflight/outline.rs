//! The preflight of requests in Claude's own form, of which no more is known than what bounds their cost.
//!
//! Their shape is for Claude to judge, in its own words, which its clients know.
#![deny(clippy::arithmetic_side_effects)]

use super::{Estimate, Preflight, bound, validate};
use crate::models::{Catalogue, Model};
use crate::money::TokenCount;
use crate::policy::Policy;
use crate::time::UnixMillis;

/// Tokens that one image has at most: 8,000 pixels square, in tiles of 28.
const TOKENS_PER_IMAGE_MAX: u64 = 286 * 286;

/// Tokens that the API may add of its own for tools and forms of answer; about 700 were seen.
const HIDDEN_TOKENS_MAX: u64 = 2_048;

/// Tokens of one tool whose definition lies at the API and not in the request; about 700 were seen.
const TOKENS_PER_HOSTED_TOOL_MAX: u64 = 4_096;

/// What bounds the cost of a request in Claude's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutline {
    /// The model's id.
    pub model: String,
    /// Most tokens to answer with; zero only warms the cache.
    pub max_tokens: u32,
    /// Bytes of the body, which its text has no more of.
    pub body_bytes: u64,
    /// Images in it, whose tokens follow from their pixels and not from their bytes.
    pub images: u64,
    /// Tools in it whose definition lies at the API.
    pub hosted_tools: u64,
    /// Whether it holds something that its bytes do not bound, such as a PDF. It counts as filling the model's context.
    pub has_unbounded: bool,
}

impl MessageOutline {
    /// A number of tokens that the prompt cannot pass: no prompt is larger than the model's context.
    fn input_bound(&self, model: &Model) -> TokenCount {
        let context = u64::from(model.context_tokens);
        if self.has_unbounded {
            return TokenCount(context);
        }
        let images = self.images.saturating_mul(TOKENS_PER_IMAGE_MAX);
        let tools = self.hosted_tools.saturating_mul(TOKENS_PER_HOSTED_TOOL_MAX);
        let tokens = self
            .body_bytes
            .saturating_add(images)
            .saturating_add(tools)
            .saturating_add(HIDDEN_TOKENS_MAX);
        TokenCount(tokens.min(context))
    }
}

/// Judges a request in Claude's own form by `policy`, with what `catalogue` says of its model at `now`.
pub fn check_outline(
    outline: &MessageOutline,
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Preflight {
    let model = catalogue.find(&outline.model);
    let estimate = model.and_then(|model| estimate(outline, model, now));
    let mut findings = Vec::new();
    validate::model(&outline.model, policy, model, now, &mut findings);
    validate::size(outline.body_bytes, policy, &mut findings);
    validate::output_cap(outline.max_tokens, 0, policy, model, &mut findings);
    Preflight { findings, estimate }
}

fn estimate(outline: &MessageOutline, model: &Model, now: UnixMillis) -> Option<Estimate> {
    let input_bound = outline.input_bound(model);
    let output_max = TokenCount(u64::from(outline.max_tokens));
    let (low, high) = bound::range(outline.body_bytes, 0);
    Some(Estimate {
        input_range: (low.min(input_bound), high.min(input_bound)),
        input_bound,
        output_max,
        worst_case: model.worst_case(now, input_bound, output_max)?,
    })
}
