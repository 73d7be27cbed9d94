//! The rules on a request's shape: model, effort, messages, sizes, caps. Each rule adds its finding and changes nothing else.

use super::case::Case;
use super::{Finding, Fix, Rule, route};
use crate::api::chat::{Effort, Role};
use crate::models::{Catalogue, Lifecycle, Model};
use crate::policy::Policy;
use crate::time::UnixMillis;

/// Messages without text that are told one by one: enough to see what went wrong, and no bound is left to whoever sends thousands.
const EMPTY_MESSAGES_TOLD: usize = 20;

/// Unknown, retired, ending and forbidden models.
pub(super) fn model(
    id: &str,
    policy: &Policy,
    catalogue: &Catalogue,
    now: UnixMillis,
    findings: &mut Vec<Finding>,
) {
    let another = |follows| route::substitute(follows, policy, catalogue);
    let Some(model) = catalogue.find(id) else {
        let finding = Finding::new(
            Rule::ModelUnknown,
            format!("No model is called {:?}.", shortened(id)),
            "Claude would answer 404. Choose a model from the list.",
        );
        findings.push(finding.mended_by(another(None)));
        return;
    };
    let name = model.display_name;
    let mut follows = None;
    if let Lifecycle::Ends { on, use_instead } = model.lifecycle {
        follows = Some(use_instead);
        let finding = if model.is_available(now) {
            Finding::new(
                Rule::ModelEnding,
                format!("{name} answers until {on}; {use_instead} follows it."),
                "From that day on Claude answers 404. Change over while both answer.",
            )
        } else {
            Finding::new(
                Rule::ModelRetired,
                format!("{name} was retired on {on}; {use_instead} follows it."),
                "Claude answers 404 for a retired model.",
            )
        };
        findings.push(finding.mended_by(another(follows)));
    }
    if !policy.models.iter().any(|allowed| allowed == model.id) {
        let finding = Finding::new(
            Rule::ModelNotAllowed,
            format!("{name} is not among the models allowed here."),
            "The policy lists the models that may be asked. Choose one of them.",
        );
        findings.push(finding.mended_by(another(follows)));
    }
}

/// No model that could be asked, where the choice is left to the rules.
pub(super) fn no_model(findings: &mut Vec<Finding>) {
    findings.push(Finding::new(
        Rule::ModelNotAllowed,
        "No model that answers is allowed here.".to_owned(),
        "The policy lists the models that may be asked. Whoever runs this server can add one.",
    ));
}

/// Effort that the model does not know.
pub(super) fn effort(effort: Option<Effort>, model: Option<&Model>, findings: &mut Vec<Finding>) {
    if let (Some(effort), Some(model)) = (effort, model)
        && !model.accepts(effort)
    {
        let (name, asked) = (model.display_name, effort.as_str());
        let finding = Finding::new(
            Rule::EffortNotAccepted,
            format!("{name} takes no effort of the level {asked}."),
            "Claude would answer 400. Leave effort at the model's default.",
        );
        findings.push(finding.mended_by(Some(Fix::LeaveOutEffort)));
    }
}

/// Counts, sizes and roles. `shorter` leaves out as many old turns as it takes.
pub(super) fn messages(case: &Case<'_>, shorter: Option<&Fix>, findings: &mut Vec<Finding>) {
    let count = case.facts.len();
    let most = case.policy.messages_max;
    if count > most as usize {
        let finding = Finding::new(
            Rule::TooManyMessages,
            format!("{count} messages; at most {most} may be sent."),
            "Start a new conversation, or drop old turns.",
        );
        findings.push(finding.mended_by(shorter.cloned()));
    }
    size(case.prompt.bytes, case.policy, shorter, findings);
    let blank = case
        .facts
        .iter()
        .enumerate()
        .filter(|(_, facts)| facts.is_blank);
    findings.extend(
        blank
            .take(EMPTY_MESSAGES_TOLD)
            .map(|(index, _)| empty(index, count)),
    );
    roles(case, findings);
}

/// The size against the policy.
pub(super) fn size(
    bytes: u64,
    policy: &Policy,
    shorter: Option<&Fix>,
    findings: &mut Vec<Finding>,
) {
    let most = policy.request_bytes_max;
    if bytes > most {
        let finding = Finding::new(
            Rule::RequestTooLarge,
            format!("{bytes} bytes; at most {most} may be sent."),
            "Shorten the message, or drop old turns.",
        );
        findings.push(finding.mended_by(shorter.cloned()));
    }
}

/// A message without text, at `index` of `count`. The last one is for the person to write.
fn empty(index: usize, count: usize) -> Finding {
    let number = index.saturating_add(1);
    let finding = Finding::new(
        Rule::EmptyMessage,
        format!("Message {number} has no text."),
        "Claude would answer 400: every message needs text.",
    );
    let leave_out = Fix::LeaveOutMessage { message: index };
    let fix = (number < count).then_some(leave_out);
    finding.in_message(index).mended_by(fix)
}

/// Who speaks first and last.
fn roles(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let messages = &case.request.messages;
    let Some(last) = messages.last() else {
        findings.push(Finding::new(
            Rule::NoMessages,
            "There is no message to answer.".to_owned(),
            "Write something first.",
        ));
        return;
    };
    let first_question = messages.iter().position(|one| one.role == Role::User);
    if first_question != Some(0) {
        let finding = Finding::new(
            Rule::FirstTurnNotUser,
            "The conversation begins with an answer.".to_owned(),
            "Its question is missing: Claude may be confused, and some gateways answer 400.",
        );
        let fix = first_question.map(|messages| Fix::DropOldest { messages });
        findings.push(finding.in_message(0).mended_by(fix));
    }
    if last.role != Role::User {
        let finding = Finding::new(
            Rule::LastTurnNotUser,
            "The last message is not yours.".to_owned(),
            "Current models refuse to carry on an answer of their own: Claude would answer 400.",
        );
        findings.push(finding.in_message(messages.len().saturating_sub(1)));
    }
}

/// The first characters of a name that somebody else chose, enough to recognise it by.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
