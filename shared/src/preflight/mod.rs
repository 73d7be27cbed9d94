//! The preflight: judges a request before it costs anything, in the tab and again on the server.
//!
//! [`check`] is one function with one answer: it is pure and total, so that both sides arrive at the same verdict, and the
//! server never has to trust the browser's.

mod bound;
mod cost;
mod facts;
mod finding;
mod fix;
mod outline;
mod route;
pub mod secrets;
mod tokens;
mod validate;

use serde::{Deserialize, Serialize};

pub use bound::{TOKENS_PER_MESSAGE_MAX, TOKENS_PER_REQUEST_MAX, input_bound};
pub use cost::{Estimate, ModelCost};
use facts::Facts;
pub use facts::Memo;
pub use finding::{Finding, Place, Rule, Severity, Span};
pub use fix::Fix;
pub use outline::{MessageOutline, check_outline};
pub use route::{AUTO, Alternative, Route};
pub use tokens::{Classes, TokenRange};

use crate::api::chat::ChatRequest;
use crate::models::Catalogue;
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
    /// The model that the rules chose, where the request left that to them.
    pub route: Option<Route>,
}

impl Preflight {
    /// Whether something was found that must not be sent.
    pub fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Block)
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
    judge(request, &facts, policy, catalogue, now)
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
        judge(request, &facts, policy, catalogue, now)
    }
}

/// Judges a request of which `facts` tell what its messages say.
fn judge(
    request: &ChatRequest,
    facts: &[&Facts],
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
) -> Preflight {
    let model = catalogue.find(&request.model);
    let estimate = model.and_then(|model| cost::estimate(request, facts, policy, model, now));
    let mut findings = Vec::new();
    validate::model(&request.model, policy, model, now, &mut findings);
    validate::effort(request.effort, model, &mut findings);
    validate::messages(request, facts, policy, &mut findings);
    let asked = request.max_tokens.unwrap_or(policy.output_tokens_default);
    validate::output_cap(asked, 1, policy, model, &mut findings);
    if let (Some(model), Some(estimate)) = (model, &estimate) {
        validate::fits(estimate, policy, model, &mut findings);
    }
    Preflight {
        findings,
        estimate,
        route: None,
    }
}

#[cfg(test)]
mod tests;
