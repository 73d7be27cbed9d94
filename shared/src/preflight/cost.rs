//! What a request will cost: at most, and probably.
#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use super::bound::input_bound;
use super::facts::{Facts, Memo};
use super::tokens::{Classes, TokenRange};
use crate::api::chat::ChatRequest;
use crate::models::{Catalogue, Model};
use crate::money::{NanoUsd, TokenCount, TokenUsage};
use crate::policy::Policy;
use crate::time::UnixMillis;

/// What a request will take: a range for people, and bounds for money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The prompt's tokens, probably. For people's eyes only; money is reserved by the bound.
    pub input: TokenRange,
    /// A number of tokens that the prompt cannot pass.
    pub input_bound: TokenCount,
    /// The answer's tokens, probably.
    pub output_likely: TokenCount,
    /// A number of tokens that the answer cannot pass.
    pub output_max: TokenCount,
    /// What the request will probably cost.
    pub likely: NanoUsd,
    /// The most that the request can cost.
    pub worst_case: NanoUsd,
}

/// What one model would take for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCost {
    /// Its id.
    pub model: String,
    /// What it would take.
    pub estimate: Estimate,
}

impl Memo {
    /// What each of the policy's models would take for `request`, in the policy's order. A model that is unknown, or has no
    /// price any more, is left out.
    pub fn compare(
        &mut self,
        request: &ChatRequest,
        policy: &Policy,
        catalogue: &Catalogue,
        now: UnixMillis,
    ) -> Vec<ModelCost> {
        let facts = self.facts(&request.messages);
        let models = policy.models.iter().filter_map(|id| catalogue.find(id));
        let costs = models.filter_map(|model| {
            Some(ModelCost {
                model: model.id.to_owned(),
                estimate: estimate(request, &facts, policy, model, now)?,
            })
        });
        costs.collect()
    }
}

/// Tokens of a message's frame, as seen.
const FRAME: u64 = 7;

/// What `request` will take of `model`; `None` where the model has no price at `now`.
pub(super) fn estimate(
    request: &ChatRequest,
    facts: &[&Facts],
    policy: &Policy,
    model: &Model,
    now: UnixMillis,
) -> Option<Estimate> {
    let messages = facts.len() as u64;
    let bytes = facts
        .iter()
        .map(|facts| facts.bytes)
        .fold(policy.system_bytes, u64::saturating_add);
    let classes = facts
        .iter()
        .map(|facts| facts.classes)
        .fold(Classes::of_unseen(policy.system_bytes), Classes::plus);
    let output = request.max_tokens.unwrap_or(policy.output_tokens_default);
    let range = classes
        .tokens(model.tokenizer)
        .plus(messages.saturating_mul(FRAME));
    of(
        model,
        range,
        input_bound(bytes, messages),
        TokenCount(u64::from(output)),
        now,
    )
}

/// What a prompt of these tokens and an answer of `output_max` will take of `model`; `None` where it has no price at `now`.
pub(super) fn of(
    model: &Model,
    input: TokenRange,
    input_bound: TokenCount,
    output_max: TokenCount,
    now: UnixMillis,
) -> Option<Estimate> {
    let input = input.at_most(input_bound);
    let likely = TokenUsage {
        input: input.likely,
        output: output_max,
        ..TokenUsage::default()
    };
    Some(Estimate {
        input,
        input_bound,
        output_likely: output_max,
        output_max,
        likely: model.cost(now, &likely)?,
        worst_case: model.worst_case(now, input_bound, output_max)?,
    })
}
