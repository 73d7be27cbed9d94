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
    /// A finding on the whole request, which nothing mends yet.
    pub(super) fn new(rule: Rule, severity: Severity, what: String, why: &'static str) -> Self {
        Self {
            rule,
            severity,
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
    /// The first message is not the user's.
    FirstTurnNotUser,
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
    /// A message holds what looks like a key.
    Secret,
    /// Old turns cost more than they are likely to be worth.
    LongConversation,
}
