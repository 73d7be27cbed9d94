//! What a request will cost: at most, and probably.
#![deny(clippy::arithmetic_side_effects)]

use serde::{Deserialize, Serialize};

use super::bound::input_bound;
use super::case::Case;
use super::facts::{Facts, Memo};
use super::tokens::{Classes, TokenRange};
use crate::api::chat::ChatRequest;
use crate::models::{Catalogue, Model, Tokenizer};
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

    /// How many tokens `tokenizer` probably makes of the prompt.
    pub(super) fn tokens(&self, tokenizer: Tokenizer) -> TokenRange {
        let frames = |tokens| TokenCount(self.messages.saturating_mul(tokens));
        self.classes.tokens(tokenizer).plus(TokenRange {
            low: frames(FRAME.0),
            likely: frames(FRAME.1),
            high: frames(FRAME.1),
        })
    }

    /// What the prompt and an answer of `output` will take of `model`; `None` where it has no price at `now`.
    pub(super) fn estimate(
        &self,
        output: Output,
        model: &Model,
        now: UnixMillis,
    ) -> Option<Estimate> {
        let bytes = self.bytes.saturating_add(self.system_bytes);
        let bound = input_bound(bytes, self.messages);
        of(model, self.tokens(model.tokenizer), bound, output, now)
    }
}

/// The tokens of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// How many it probably has, if nothing cuts it off.
    pub(super) likely: TokenCount,
    /// A number that it cannot pass.
    pub(super) max: TokenCount,
}

/// What a prompt of these tokens and an answer of `output` will take of `model`; `None` where it has no price at `now`.
pub(super) fn of(
    model: &Model,
    input: TokenRange,
    input_bound: TokenCount,
    output: Output,
    now: UnixMillis,
) -> Option<Estimate> {
    let input = input.at_most(input_bound);
    let output_likely = output.likely.min(output.max);
    let likely = TokenUsage {
        input: input.likely,
        output: output_likely,
        ..TokenUsage::default()
    };
    Some(Estimate {
        input,
        input_bound,
        output_likely,
        output_max: output.max,
        likely: model.cost(now, &likely)?,
        worst_case: model.worst_case(now, input_bound, output.max)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;
    use crate::time::Day;

    fn now() -> UnixMillis {
        Day::from_date(2026, 11, 23).start()
    }

    fn estimate(model: &Model, input: u64, output: u64) -> Option<Estimate> {
        let input = TokenCount(input);
        let range = TokenRange {
            low: input,
            likely: input,
            high: input,
        };
        let output = Output {
            likely: TokenCount(output),
            max: TokenCount(output),
        };
        of(model, range, input, output, now())
    }

    #[test]
    fn an_answer_is_never_likely_to_pass_its_cap() {
        let catalogue = Catalogue::builtin();
        let model = catalogue.find("claude-haiku-5-5").expect("a model");
        let output = Output {
            likely: TokenCount(900),
            max: TokenCount(200),
        };
        let estimate = of(model, TokenRange::default(), TokenCount(64), output, now());
        let estimate = estimate.expect("a price");
        assert_eq!(estimate.output_likely, TokenCount(200));
        // Haiku's output is 500 nano-dollars a token.
        assert_eq!(estimate.likely, NanoUsd(200 * 500));
    }

    #[test]
    fn the_prompts_size_decides_the_price_of_all_of_it() {
        let catalogue = Catalogue::builtin();
        let model = catalogue.find("claude-haiku-5-5").expect("a model");
        let likely = |input| estimate(model, input, 10).expect("a price").likely;
        assert_eq!(likely(100_000), NanoUsd(100_000 * 100 + 10 * 500));
        assert_eq!(likely(100_001), NanoUsd(100_001 * 500 + 10 * 2_500));
    }

    proptest! {
        /// More tokens never cost less, with any model and across the steps of its prices.
        #[test]
        fn more_tokens_never_cost_less(
            input in 0..2_000_000_u64,
            output in 0..200_000_u64,
            more in any::<u16>(),
        ) {
            for model in Catalogue::builtin().iter() {
                let Some(less) = estimate(model, input, output) else { continue };
                let more = u64::from(more);
                for larger in [estimate(model, input.saturating_add(more), output), estimate(model, input, output.saturating_add(more))] {
                    let larger = larger.expect("it has a price");
                    prop_assert!(larger.likely >= less.likely && larger.worst_case >= less.worst_case);
                }
            }
        }
    }
}
