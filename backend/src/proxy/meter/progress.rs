//! How far a call has come, and so what it owes and how it ended.

use shared::anthropic::{Delta, StreamEvent, Usage};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use store::Outcome;

use crate::admission::Admission;

/// Output tokens that an aborted answer is charged for beyond those seen: what the model had written and the wire not yet
/// delivered.
const UNSEEN_OUTPUT: TokenCount = TokenCount(1_024);

/// How far the call has come, and so what it owes.
#[derive(Debug)]
pub(super) enum Progress {
    /// Nothing was sent.
    Unsent,
    /// The request may have reached the upstream, which may be working for it.
    Sent,
    /// The upstream answers.
    Answering(Box<Answer>),
    /// The upstream refused it, or was not reached: nothing is owed.
    Refused,
}

#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) usage: Usage,
    pub(super) stop_reason: Option<String>,
    /// Bytes of output seen: at most one token each.
    pub(super) output_bytes: u64,
    /// The model can be thinking without a sign of it.
    pub(super) may_think_unseen: bool,
    /// The model has thought, or may have: what it shows of that is a summary at most, so that its tokens cannot be told by it.
    pub(super) may_have_thought: bool,
}

impl Progress {
    /// The tokens to show, what is owed for them, and whether that is exact.
    pub(super) fn owed(&self, admission: &Admission) -> (TokenUsage, NanoUsd, bool) {
        match self {
            Self::Unsent | Self::Refused => (TokenUsage::default(), NanoUsd::ZERO, true),
            Self::Sent => (TokenUsage::default(), admission.reserved(), false),
            Self::Answering(answer) => {
                let (tokens, is_exact) = answer.tokens();
                let owed = if is_exact {
                    admission.cost(&tokens)
                } else if answer.may_think_unseen || answer.may_have_thought {
                    admission.reserved()
                } else if answer.usage.input_tokens.is_none() {
                    admission.worst_case(tokens.output)
                } else {
                    admission.cost(&tokens)
                };
                (tokens, owed, is_exact)
            }
        }
    }

    /// How the call ended, if the upstream `has_failed` or not.
    pub(super) fn outcome(&self, has_failed: bool) -> Outcome {
        match self {
            Self::Unsent => Outcome::NotSent,
            Self::Refused => Outcome::Refused,
            Self::Sent | Self::Answering(_) if self.stop_reason().is_some() => Outcome::Whole,
            Self::Sent | Self::Answering(_) if has_failed => Outcome::BrokeOff,
            Self::Sent | Self::Answering(_) => Outcome::Left,
        }
    }

    pub(super) fn stop_reason(&self) -> Option<&str> {
        match self {
            Self::Answering(answer) => answer.stop_reason.as_deref(),
            Self::Unsent | Self::Sent | Self::Refused => None,
        }
    }
}

impl Answer {
    pub(super) fn count(&mut self, event: &StreamEvent, thinks_on_its_own: bool) {
        match event {
            StreamEvent::ContentBlockStart(start) => {
                self.may_think_unseen = start.content_block.r#type.ends_with("thinking");
                self.may_have_thought |= self.may_think_unseen;
            }
            StreamEvent::ContentBlockStop(_) => self.may_think_unseen = thinks_on_its_own,
            StreamEvent::ContentBlockDelta(delta) => {
                let piece = match &delta.delta {
                    Delta::TextDelta { text } => text.len(),
                    Delta::ThinkingDelta { thinking } => thinking.len(),
                    Delta::InputJsonDelta { partial_json } => partial_json.len(),
                    Delta::SignatureDelta { .. } | Delta::Unknown => 0,
                };
                self.output_bytes = self.output_bytes.saturating_add(piece as u64);
            }
            StreamEvent::MessageDelta(delta) => {
                self.usage.merge(delta.usage.clone());
                if delta.delta.stop_reason.is_some() {
                    self.stop_reason.clone_from(&delta.delta.stop_reason);
                }
            }
            StreamEvent::MessageStart(_)
            | StreamEvent::MessageStop
            | StreamEvent::Ping
            | StreamEvent::Error(_)
            | StreamEvent::Unknown => {}
        }
    }

    /// The tokens used, and whether the upstream has said its last word on them. Until it has, the output counts as the larger of the
    /// last count and one token a byte, and some that may be on their way. A gateway that counts nothing never says it.
    pub(super) fn tokens(&self) -> (TokenUsage, bool) {
        let counted = self.usage.tokens();
        if self.stop_reason.is_some() && self.usage.is_said() {
            return (counted, true);
        }
        let seen = counted.output.max(TokenCount(self.output_bytes));
        let tokens = TokenUsage {
            output: seen.saturating_add(UNSEEN_OUTPUT),
            ..counted
        };
        (tokens, false)
    }
}
