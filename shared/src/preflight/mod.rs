//! The preflight: judges a request before it costs anything, in the tab and again on the server.
//!
//! [`check`] is one function with one answer: it is pure and total, so that both sides arrive at the same verdict, and the
//! server never has to trust the browser's.

mod bound;
mod outline;
mod validate;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use bound::{TOKENS_PER_MESSAGE_MAX, TOKENS_PER_REQUEST_MAX, input_bound};
pub use outline::{MessageOutline, check_outline};

use crate::api::chat::ChatRequest;
use crate::models::Catalogue;
use crate::money::{NanoUsd, TokenCount};
use crate::policy::Policy;
use crate::time::UnixMillis;

/// The verdict on one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preflight {
    /// What was found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What it will take; absent where the model is unknown or has no price.
    pub estimate: Option<Estimate>,
}

impl Preflight {
    /// Whether something was found that must not be sent.
    pub fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Block)
    }
}

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// The message that it is in, counted from 0; absent where it concerns the whole request.
    pub message: Option<usize>,
    /// What is the matter, with the numbers.
    pub what: String,
    /// Why that matters and what to do.
    pub why: Cow<'static, str>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth a second look.
    Warn,
    /// Must not be sent.
    Block,
}

/// The rules, by their stable names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The catalogue has no such model.
    ModelUnknown,
    /// The model does not answer any more.
    ModelRetired,
    /// The model answers only for a while yet.
    ModelEnding,
    /// The policy does not list the model.
    ModelNotAllowed,
    /// The model cannot be asked for effort.
    EffortNotAccepted,
    /// There is nothing to answer.
    NoMessages,
    /// There are more messages than the policy allows.
    TooManyMessages,
    /// A message has no text.
    EmptyMessage,
    /// The last message is not the user's.
    LastTurnNotUser,
    /// The request has more bytes than the policy allows.
    RequestTooLarge,
    /// The output cap is zero, or above the policy's or the model's.
    OutputCap,
    /// Prompt and answer together may not fit the model's context.
    ContextOverflow,
    /// The worst case costs more than is left of the budget.
    OverBudget,
}

/// What a request will take: a range for people, and bounds for money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The prompt's tokens, probably between these two. For people's eyes only; money is reserved by the bound.
    pub input_range: (TokenCount, TokenCount),
    /// A number of tokens that the prompt cannot pass.
    pub input_bound: TokenCount,
    /// A number of tokens that the answer cannot pass.
    pub output_max: TokenCount,
    /// The most that the request can cost.
    pub worst_case: NanoUsd,
}

/// Judges `request` by `policy`, with what `catalogue` says of its model at `now`.
///
/// It takes time linear in the number of messages and looks at each message's text once at most; no input makes it fail.
pub fn check(
    request: &ChatRequest,
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Preflight {
    let model = catalogue.find(&request.model);
    let estimate = model.and_then(|model| bound::estimate(request, policy, model, now));
    let mut findings = Vec::new();
    validate::model(&request.model, policy, model, now, &mut findings);
    validate::effort(request.effort, model, &mut findings);
    validate::messages(request, policy, &mut findings);
    let asked = request.max_tokens.unwrap_or(policy.output_tokens_default);
    validate::output_cap(asked, 1, policy, model, &mut findings);
    if let (Some(model), Some(estimate)) = (model, &estimate) {
        validate::fits(estimate, policy, model, &mut findings);
    }
    Preflight { findings, estimate }
}

#[cfg(test)]
mod tests;
