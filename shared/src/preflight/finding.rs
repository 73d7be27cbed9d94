//! What a rule found: where, how bad, why, and what would mend it.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::Fix;

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is; absent where it concerns the whole request.
    pub place: Option<Place>,
    /// What is the matter, with the numbers. It never repeats a secret.
    pub what: String,
    /// Why that matters and what to do.
    pub why: Cow<'static, str>,
    /// What would mend it at once; absent where only the person can.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding on the whole request, as bad as its rule says, which nothing mends yet.
    pub(super) const fn new(rule: Rule, what: String, why: &'static str) -> Self {
        Self {
            rule,
            severity: rule.severity(),
            place: None,
            what,
            why: Cow::Borrowed(why),
            fix: None,
        }
    }

    /// The same, which the message at `index` has.
    pub(super) fn in_message(self, index: usize) -> Self {
        let place = Place {
            message: index,
            span: None,
        };
        Self {
            place: Some(place),
            ..self
        }
    }

    /// The same, mended by `fix`, if there is one.
    pub(super) fn mended_by(self, fix: Option<Fix>) -> Self {
        Self { fix, ..self }
    }

    /// The message that it is in, counted from 0; absent where it concerns the whole request.
    pub fn message(&self) -> Option<usize> {
        self.place.map(|place| place.message)
    }
}

/// Where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The message, counted from 0.
    pub message: usize,
    /// The part of its text; absent where the whole message is meant.
    pub span: Option<Span>,
}

/// A part of a text, in bytes of UTF-8. Both ends are character boundaries of the text that it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it has ended.
    pub end: usize,
}

impl Span {
    /// The part as a range of bytes.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
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

/// The rules, by their stable names; docs/preflight.md lists them from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The catalogue has no such model.
    ///
    /// Mended by the first allowed model.
    ModelUnknown,
    /// The model does not answer any more.
    ///
    /// Mended by the model that follows it, or else the first allowed one.
    ModelRetired,
    /// The model answers only for a while yet.
    ///
    /// Mended by the model that follows it, or else the first allowed one.
    ModelEnding,
    /// The policy does not list the model, or, where the choice is left to the rules, none that answers.
    ///
    /// Mended by the first allowed model.
    ModelNotAllowed,
    /// The model cannot be asked for this much effort.
    ///
    /// Mended by naming none: the model has a default.
    EffortNotAccepted,
    /// There is nothing to answer.
    NoMessages,
    /// There are more messages than the policy allows.
    ///
    /// Mended by leaving old turns out, if that is enough.
    TooManyMessages,
    /// A message has no text.
    ///
    /// Mended by leaving the message out, unless it is the last.
    EmptyMessage,
    /// The first message is not the user's.
    ///
    /// Mended by leaving out what stands before the user's first message.
    FirstTurnNotUser,
    /// The last message is not the user's.
    LastTurnNotUser,
    /// The request has more bytes than the policy allows.
    ///
    /// Mended by leaving old turns out, if that is enough.
    RequestTooLarge,
    /// The output cap is zero, or above the policy's or the model's.
    ///
    /// Mended by the nearest cap that is allowed, or the default for a cap of zero.
    OutputCap,
    /// Prompt and answer together cannot fit the model's context.
    ///
    /// Mended by leaving old turns out, if that is enough; else by a smaller output cap, if an answer of some use fits under it; else by
    /// the nearest allowed model with the room.
    ContextOverflow,
    /// The worst case costs more than is left of the budget.
    ///
    /// Mended by the output cap that the budget can hold, if an answer of some use fits under it; else by the nearest allowed model that
    /// it can pay.
    OverBudget,
    /// A message holds what looks like a key. The policy can turn the block into a warning.
    ///
    /// Mended by cutting the key out, but for how it begins.
    Secret,
    /// The old turns cost a cent or more of this question, and as much as the rest of it.
    ///
    /// Mended by leaving out all turns but the last three.
    LongConversation,
    /// Claude is asked to keep what was said before, so that the next question costs less.
    ///
    /// Mended by nothing, and needs no mending.
    ConversationKept,
}

impl Rule {
    /// How bad it is as a rule.
    pub const fn severity(self) -> Severity {
        match self {
            Self::ModelUnknown
            | Self::ModelRetired
            | Self::ModelNotAllowed
            | Self::EffortNotAccepted
            | Self::NoMessages
            | Self::TooManyMessages
            | Self::EmptyMessage
            | Self::LastTurnNotUser
            | Self::RequestTooLarge
            | Self::OutputCap
            | Self::ContextOverflow
            | Self::OverBudget
            | Self::Secret => Severity::Block,
            Self::ModelEnding | Self::FirstTurnNotUser => Severity::Warn,
            Self::LongConversation | Self::ConversationKept => Severity::Info,
        }
    }
}
