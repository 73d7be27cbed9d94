//! The preflight: judges a request before it costs anything, in the tab and again on the server.
//!
//! [`check`] is one function with one answer: it is pure and total, so that both sides arrive at the same verdict, and the
//! server never has to trust the browser's.

mod answer;
mod bound;
mod case;
mod cost;
mod facts;
mod finding;
mod fix;
mod kept;
mod limits;
mod outline;
mod route;
pub mod secrets;
pub mod tokens;
mod trim;
mod validate;

use serde::{Deserialize, Serialize};

pub use bound::{TOKENS_PER_MESSAGE_MAX, TOKENS_PER_REQUEST_MAX, input_bound};
use case::Case;
pub use cost::{Estimate, ModelCost};
use facts::Facts;
pub use facts::Memo;
pub use finding::{Finding, Place, Rule, Severity, Span};
pub use fix::Fix;
pub use kept::Kept;
pub use outline::{MessageOutline, check_outline};
pub use route::{AUTO, Alternative, Route};
pub use tokens::{Classes, TokenRange};
pub use trim::Trim;

use crate::api::chat::ChatRequest;
use crate::models::Catalogue;
use crate::policy::Policy;
use crate::time::UnixMillis;

/// The verdict on one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preflight {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// What it will take; absent where the model is unknown or has no price.
    pub estimate: Option<Estimate>,
    /// The model that the rules chose, where the request left that to them.
    pub route: Option<Route>,
    /// What Claude is asked to keep of it, so that sending that again soon costs less.
    pub kept: Kept,
}

impl Preflight {
    /// Whether something was found that must not be sent.
    pub fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Block)
    }

    /// The model that `request`, of which this is the verdict, asks in effect: the one that the rules chose, or the one it names.
    pub fn model<'a>(&'a self, request: &'a ChatRequest) -> &'a str {
        let chosen = self.route.as_ref().map(|route| &route.model);
        chosen.unwrap_or(&request.model)
    }
}

/// Judges `request` by `policy`, with what `catalogue` says of its model at `now`.
///
/// It takes time linear in the length of the request and looks at each message's text once; no input makes it fail.
pub fn check(
    request: &ChatRequest,
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Preflight {
    let messages = request.messages.iter();
    let facts: Vec<Facts> = messages
        .map(|message| Facts::of(&message.content))
        .collect();
    let facts: Vec<&Facts> = facts.iter().collect();
    judge(&Case::new(request, &facts, policy, catalogue, now))
}

impl Memo {
    /// The same verdict as [`check`]'s, for the cost of the messages that have changed since the last one.
    pub fn check(
        &mut self,
        request: &ChatRequest,
        policy: &Policy,
        catalogue: &Catalogue,
        now: UnixMillis,
    ) -> Preflight {
        let facts = self.facts(&request.messages);
        judge(&Case::new(request, &facts, policy, catalogue, now))
    }
}

/// Judges a request by one rule after the other.
fn judge(case: &Case<'_>) -> Preflight {
    let choice = route::choose(case);
    let model = route::in_effect(case, choice.as_ref());
    let estimate = model.and_then(|model| case.estimate(model));
    let shorter = if trim::fits(case, &case.prompt, model) {
        None
    } else {
        trim::to_fit(case, model).map(|trim| trim.fix)
    };
    let kept = model.map_or_else(Kept::default, |model| kept::of(case, model));
    let mut findings = Vec::new();
    match model {
        None if case.is_auto() => validate::no_model(&mut findings),
        _ => {
            let id = model.map_or(case.request.model.as_str(), |model| model.id);
            validate::model(id, case.policy, case.catalogue, case.now, &mut findings);
        }
    }
    validate::effort(case.request.effort, model, &mut findings);
    validate::messages(case, shorter.as_ref(), &mut findings);
    secrets::findings(case.facts, case.policy.on_secret, &mut findings);
    limits::output_cap(case.output_cap(), 1, case.policy, model, &mut findings);
    if let (Some(model), Some(estimate)) = (model, &estimate) {
        limits::fits(case, estimate, model, shorter, &mut findings);
        limits::long_conversation(case, estimate, model, kept, &mut findings);
        kept::finding(case, model, kept, &mut findings);
    }
    Preflight {
        findings: worst_first(findings),
        estimate,
        route: choice.map(|choice| choice.route()),
        kept,
    }
}

/// The findings by severity, those of equal severity in the order of the rules.
fn worst_first(findings: Vec<Finding>) -> Vec<Finding> {
    let (mut sorted, others): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| finding.severity == Severity::Block);
    let (warnings, rest): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|finding| finding.severity == Severity::Warn);
    sorted.extend(warnings);
    sorted.extend(rest);
    sorted
}

#[cfg(test)]
mod tests;
