//! What is about to be sent, and what the preflight says of it.

use shared::api::chat::{ChatMessage, ChatRequest};
use shared::models::Catalogue;
use shared::policy::Policy;
use shared::preflight::{Estimate, Finding, Preflight, Severity, check};
use shared::time::UnixMillis;

use super::settings::Settings;

/// The request that sends `messages` by the person's choices, within `policy`.
pub(crate) fn request(
    messages: Vec<ChatMessage>,
    settings: &Settings,
    policy: &Policy,
) -> ChatRequest {
    let model = settings.model_under(policy);
    ChatRequest {
        effort: settings.effort_for(&model, &Catalogue::builtin()),
        max_tokens: Some(settings.output_cap_under(policy)),
        model,
        messages,
    }
}

/// The verdict on what stands in the composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The model that would be asked.
    pub(crate) model: String,
    /// What it will take; absent where the model is unknown.
    pub(crate) estimate: Option<Estimate>,
    /// What was found, what blocks first.
    pub(crate) findings: Vec<Finding>,
    /// What has become of the draft.
    pub(crate) stage: Stage,
}

/// What has become of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// There is nothing to send yet.
    #[default]
    Empty,
    /// There are words.
    Written,
    /// It was sent, and its answer is on its way.
    Sent,
}

impl Verdict {
    /// Judges the request that sends `messages`, the last of which is the draft.
    pub(crate) fn on(
        messages: Vec<ChatMessage>,
        settings: &Settings,
        policy: &Policy,
        now: UnixMillis,
    ) -> Self {
        let has_words = messages
            .last()
            .is_some_and(|last| !last.content.trim().is_empty());
        let request = request(messages, settings, policy);
        let report = check(&request, policy, &Catalogue::builtin(), now);
        let Preflight {
            findings, estimate, ..
        } = report;
        // An empty draft is no mistake yet: what the rules say of its emptiness would only be in the way.
        let last = request.messages.len().saturating_sub(1);
        let (blocking, others): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .filter(|finding| has_words || finding.message() != Some(last))
            .partition(|finding| finding.severity == Severity::Block);
        Self {
            model: request.model,
            estimate,
            findings: [blocking, others].concat(),
            stage: if has_words {
                Stage::Written
            } else {
                Stage::Empty
            },
        }
    }

    /// The verdict on what was sent, while its answer is on its way.
    #[must_use]
    pub(crate) fn sent(self) -> Self {
        Self {
            stage: Stage::Sent,
            ..self
        }
    }

    /// Whether it must not be sent.
    pub(crate) fn is_blocked(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Block)
    }

    /// Whether Send may be pressed.
    pub(crate) fn may_send(&self) -> bool {
        self.stage == Stage::Written && !self.is_blocked()
    }
}

#[cfg(test)]
mod tests {
    use shared::api::chat::Role;
    use shared::money::NanoUsd;
    use shared::preflight::Rule;

    use shared::policy::OnSecret;

    use super::*;

    fn policy(budget_left: u64) -> Policy {
        Policy {
            models: vec!["claude-haiku-5-5".to_owned()],
            output_tokens_max: 16_384,
            output_tokens_default: 4_096,
            messages_max: 10,
            request_bytes_max: 10_000,
            system_bytes: 0,
            budget_left: Some(NanoUsd(budget_left)),
            on_secret: OnSecret::Block,
        }
    }

    fn verdict(draft: &str, budget_left: u64) -> Verdict {
        let message = ChatMessage {
            role: Role::User,
            content: draft.to_owned(),
        };
        let now = UnixMillis(1_795_000_000_000);
        Verdict::on(
            vec![message],
            &Settings::default(),
            &policy(budget_left),
            now,
        )
    }

    #[test]
    fn words_within_the_policy_may_be_sent() {
        let verdict = verdict("Hello?", 1_000_000_000);
        assert!(verdict.may_send());
        assert!(verdict.estimate.is_some());
    }

    #[test]
    fn an_empty_draft_may_not_be_sent_and_is_not_blamed_for_it() {
        let verdict = verdict("  ", 1_000_000_000);
        assert!(!verdict.may_send());
        assert_eq!(verdict.findings, []);
    }

    #[test]
    fn a_budget_below_the_worst_case_blocks() {
        let verdict = verdict("Hello?", 1_000);
        assert!(!verdict.may_send());
        assert_eq!(verdict.findings[0].rule, Rule::OverBudget);
    }
}
