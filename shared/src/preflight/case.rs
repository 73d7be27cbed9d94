//! A request together with all that it is judged by.

use super::cost::{Output, Prompt};
use super::facts::Facts;
use super::{AUTO, Estimate, answer};
use crate::api::chat::ChatRequest;
use crate::models::{Catalogue, Model};
use crate::money::TokenCount;
use crate::policy::Policy;
use crate::time::UnixMillis;

/// A request, and what the rules go by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    /// What is asked.
    pub(super) request: &'a ChatRequest,
    /// What each of its messages says.
    pub(super) facts: &'a [&'a Facts],
    /// All messages together.
    pub(super) prompt: Prompt,
    /// What the caller may do.
    pub(super) policy: &'a Policy,
    /// The models that there are.
    pub(super) catalogue: &'a Catalogue,
    /// When it is asked.
    pub(super) now: UnixMillis,
}

impl<'a> Case<'a> {
    /// Takes the parts together. There is one of `facts` for each message.
    pub(super) fn new(
        request: &'a ChatRequest,
        facts: &'a [&'a Facts],
        policy: &'a Policy,
        catalogue: &'a Catalogue,
        now: UnixMillis,
    ) -> Self {
        Self {
            request,
            facts,
            prompt: Prompt::of(facts, policy),
            policy,
            catalogue,
            now,
        }
    }

    /// Whether the choice of a model is left to the rules.
    pub(super) fn is_auto(&self) -> bool {
        self.request.model == AUTO
    }

    /// The output cap that holds for the request.
    pub(super) fn output_cap(&self) -> u32 {
        let asked = self.request.max_tokens;
        asked.unwrap_or(self.policy.output_tokens_default)
    }

    /// What the request will take of `model`; `None` where that has no price.
    pub(super) fn estimate(&self, model: &Model) -> Option<Estimate> {
        self.estimate_of(&self.prompt, model)
    }

    /// What the request would take of `model` if its prompt were `prompt`.
    pub(super) fn estimate_of(&self, prompt: &Prompt, model: &Model) -> Option<Estimate> {
        let output = Output {
            likely: self.answer_likely(model),
            max: TokenCount(u64::from(self.output_cap())),
        };
        prompt.estimate(output, model, self.now)
    }

    /// How many tokens `model` probably answers with, if nothing cuts it off.
    fn answer_likely(&self, model: &Model) -> TokenCount {
        self.facts.last().map_or(TokenCount(0), |question| {
            let tokens = question.classes.tokens(model.tokenizer).likely;
            answer::likely(question.ask, tokens, self.request.effort, model)
        })
    }
}
