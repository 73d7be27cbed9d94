//! The rules on a request's shape: model, messages, sizes, caps. Each rule adds its finding and changes nothing else.

use super::facts::Facts;
use super::{Estimate, Finding, Fix, Rule, Severity};
use crate::api::chat::{ChatRequest, Effort, Role};
use crate::models::{Lifecycle, Model};
use crate::policy::Policy;
use crate::time::UnixMillis;

fn block(rule: Rule, what: String, why: &'static str) -> Finding {
    Finding::new(rule, Severity::Block, what, why)
}

/// Unknown, retired, ending and forbidden models.
pub(super) fn model(
    id: &str,
    policy: &Policy,
    model: Option<&Model>,
    now: UnixMillis,
    findings: &mut Vec<Finding>,
) {
    let Some(model) = model else {
        findings.push(block(
            Rule::ModelUnknown,
            format!("No model is called {:?}.", shortened(id)),
            "Claude would answer 404. Choose a model from the list.",
        ));
        return;
    };
    if let Lifecycle::Ends { on, use_instead } = model.lifecycle {
        let name = model.display_name;
        findings.push(if model.is_available(now) {
            Finding::new(
                Rule::ModelEnding,
                Severity::Warn,
                format!("{name} answers until {on}; {use_instead} follows it."),
                "After that day Claude answers 404. Change over while both answer.",
            )
        } else {
            block(
                Rule::ModelRetired,
                format!("{name} was retired on {on}; use {use_instead}."),
                "Claude answers 404 for a retired model.",
            )
        });
    }
    if !policy.models.iter().any(|allowed| allowed == model.id) {
        findings.push(block(
            Rule::ModelNotAllowed,
            format!(
                "{} is not among the models allowed here.",
                model.display_name
            ),
            "The policy lists the models that may be asked. Choose one of them.",
        ));
    }
}

/// Effort that the model does not know.
pub(super) fn effort(effort: Option<Effort>, model: Option<&Model>, findings: &mut Vec<Finding>) {
    if let (Some(effort), Some(model)) = (effort, model)
        && !model.accepts_effort()
    {
        let finding = block(
            Rule::EffortNotAccepted,
            format!(
                "{} takes no effort; {:?} was asked.",
                model.display_name,
                effort.as_str()
            ),
            "Claude would answer 400. Leave effort at the model's default.",
        );
        findings.push(finding.mended_by(Fix::LeaveOutEffort));
    }
}

/// Counts, sizes and roles.
pub(super) fn messages(
    request: &ChatRequest,
    facts: &[&Facts],
    policy: &Policy,
    findings: &mut Vec<Finding>,
) {
    let count = facts.len();
    if count > policy.messages_max as usize {
        findings.push(block(
            Rule::TooManyMessages,
            format!(
                "{count} messages; at most {} may be sent.",
                policy.messages_max
            ),
            "Start a new conversation, or drop old turns.",
        ));
    }
    size(text_bytes(facts), policy, findings);
    for (index, facts) in facts.iter().enumerate() {
        if facts.is_blank {
            let finding = block(
                Rule::EmptyMessage,
                format!("Message {} has no text.", index.saturating_add(1)),
                "Claude would answer 400: every message needs text.",
            );
            findings.push(finding.in_message(index));
        }
    }
    match request.messages.last() {
        None => findings.push(block(
            Rule::NoMessages,
            "There is no message to answer.".to_owned(),
            "Write something first.",
        )),
        Some(last) if last.role != Role::User => {
            let finding = block(
                Rule::LastTurnNotUser,
                "The last message is not yours.".to_owned(),
                "Current models refuse to carry on an answer of their own: Claude would answer 400.",
            );
            findings.push(finding.in_message(count.saturating_sub(1)));
        }
        Some(_) => {}
    }
}

/// The size against the policy.
pub(super) fn size(bytes: u64, policy: &Policy, findings: &mut Vec<Finding>) {
    if bytes > policy.request_bytes_max {
        findings.push(block(
            Rule::RequestTooLarge,
            format!(
                "{bytes} bytes; at most {} may be sent.",
                policy.request_bytes_max
            ),
            "Shorten the message, or drop old turns.",
        ));
    }
}

/// The output cap against `least`, the policy and the model.
pub(super) fn output_cap(
    asked: u32,
    least: u32,
    policy: &Policy,
    model: Option<&Model>,
    findings: &mut Vec<Finding>,
) {
    let cap = model.map_or(policy.output_tokens_max, |model| {
        model.output_tokens_max.min(policy.output_tokens_max)
    });
    if !(least..=cap).contains(&asked) {
        findings.push(block(
            Rule::OutputCap,
            format!("{asked} output tokens asked; {least} to {cap} are allowed."),
            "The cap bounds what an answer can cost.",
        ));
    }
}

/// Context and budget against what the request can take at most.
pub(super) fn fits(
    estimate: &Estimate,
    policy: &Policy,
    model: &Model,
    findings: &mut Vec<Finding>,
) {
    let low = estimate.input.low;
    let context = u64::from(model.context_tokens);
    if low.saturating_add(estimate.output_max).0 > context {
        findings.push(block(
            Rule::ContextOverflow,
            format!("At least {low} tokens and {} of answer; {context} fit.", estimate.output_max),
            "The model's context holds prompt and answer together. Drop old turns, or ask for fewer output tokens.",
        ));
    }
    if let Some(left) = policy.budget_left
        && estimate.worst_case > left
    {
        findings.push(block(
            Rule::OverBudget,
            format!("Could cost up to {}; {left} is left today.", estimate.worst_case),
            "The budget must hold the worst case before a request is sent. Ask for fewer output tokens, or choose a smaller model.",
        ));
    }
}

/// Bytes of text in the request: what its JSON has at least.
fn text_bytes(facts: &[&Facts]) -> u64 {
    let bytes = facts.iter().map(|facts| facts.bytes);
    bytes.fold(0, u64::saturating_add)
}

/// The first characters of a name that somebody else chose, enough to recognise it by.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
