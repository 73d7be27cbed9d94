//! What a request will cost: at most, and probably.
#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use super::bound::input_bound;
use super::case::Case;
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

impl Estimate {
    /// By how many tokens prompt and answer pass `model`'s context at least.
    pub(super) const fn overflow(&self, model: &Model) -> u64 {
        let least = self.input.low.saturating_add(self.output_max);
        least.0.saturating_sub(model.context_tokens as u64)
    }
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
        let case = Case::new(request, &facts, policy, catalogue, now);
        let models = policy.models.iter().filter_map(|id| catalogue.find(id));
        let costs = models.filter_map(|model| {
            Some(ModelCost {
                model: model.id.to_owned(),
                estimate: case.estimate(model)?,
            })
        });
        costs.collect()
    }
}

/// Tokens that the frame of one message takes: six or seven were seen.
const FRAME: (u64, u64) = (6, 7);

/// What is known of a prompt, or of the end of one: as much as its price depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prompt {
    /// Bytes of text in the messages.
    pub(super) bytes: u64,
    /// Messages, each of which has a frame.
    pub(super) messages: u64,
    /// Bytes of text that the server adds.
    system_bytes: u64,
    /// The characters of both.
    classes: Classes,
}

impl Prompt {
    /// A prompt of nothing but what the server adds.
    pub(super) fn of_system(policy: &Policy) -> Self {
        Self {
            bytes: 0,
            messages: 0,
            system_bytes: policy.system_bytes,
            classes: Classes::of_unseen(policy.system_bytes),
        }
    }

    /// The whole prompt of a request.
    pub(super) fn of(facts: &[&Facts], policy: &Policy) -> Self {
        let facts = facts.iter();
        facts.fold(Self::of_system(policy), |prompt, facts| prompt.with(facts))
    }

    /// The prompt with one message more.
    #[must_use]
    pub(super) fn with(self, facts: &Facts) -> Self {
        Self {
            bytes: self.bytes.saturating_add(facts.bytes),
            messages: self.messages.saturating_add(1),
            classes: self.classes.plus(facts.classes),
            ..self
        }
    }

    /// What the prompt and an answer of `output_max` will take of `model`; `None` where it has no price at `now`.
    pub(super) fn estimate(
        &self,
        output_max: TokenCount,
        model: &Model,
        now: UnixMillis,
    ) -> Option<Estimate> {
        let frames = |tokens| TokenCount(self.messages.saturating_mul(tokens));
        let range = self.classes.tokens(model.tokenizer).plus(TokenRange {
            low: frames(FRAME.0),
            likely: frames(FRAME.1),
            high: frames(FRAME.1),
        });
        let bytes = self.bytes.saturating_add(self.system_bytes);
        let bound = input_bound(bytes, self.messages);
        of(model, range, bound, output_max, now)
    }
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
