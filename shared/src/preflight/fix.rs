//! What mends a finding, as a change of the request that can be applied and shown beforehand.

use serde::{Deserialize, Serialize};

use super::Span;
use crate::api::chat::ChatRequest;

/// A change of a request that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case", try_from = "flat::Fix")]
pub enum Fix {
    /// Ask another model.
    UseModel {
        /// Its id.
        model: String,
    },
    /// Leave effort at the model's default.
    LeaveOutEffort,
    /// Ask for another output cap.
    CapOutput {
        /// The cap, in tokens.
        max_tokens: u32,
    },
    /// Put something readable in the place of a part of a message.
    Redact {
        /// The message, counted from 0.
        message: usize,
        /// The part.
        span: Span,
        /// What to put there.
        with: String,
    },
    /// Leave a message out.
    LeaveOutMessage {
        /// The message, counted from 0.
        message: usize,
    },
    /// Leave the oldest messages out.
    DropOldest {
        /// How many.
        messages: usize,
    },
}

impl Fix {
    /// `request` with this change. A change that does not fit the request, because it was meant for another, changes nothing.
    #[must_use]
    pub fn apply(&self, request: &ChatRequest) -> ChatRequest {
        let mut changed = request.clone();
        match self {
            Self::UseModel { model } => changed.model.clone_from(model),
            Self::LeaveOutEffort => changed.effort = None,
            Self::CapOutput { max_tokens } => changed.max_tokens = Some(*max_tokens),
            Self::Redact {
                message,
                span,
                with,
            } => {
                if let Some(message) = changed.messages.get_mut(*message)
                    && message.content.get(span.range()).is_some()
                {
                    message.content.replace_range(span.range(), with);
                }
            }
            Self::LeaveOutMessage { message } => {
                if *message < changed.messages.len() {
                    changed.messages.remove(*message);
                }
            }
            Self::DropOldest { messages } => {
                let messages = (*messages).min(changed.messages.len());
                changed.messages.drain(..messages);
            }
        }
        changed
    }
}

/// A fix as it is read: the fields of all changes side by side. Left to itself, serde would read any JSON into a buffer until it knows
/// the change, and the code for that would be a thirtieth of the page.
mod flat {
    use serde::Deserialize;

    use super::Span;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Fix {
        change: Change,
        model: Option<String>,
        max_tokens: Option<u32>,
        message: Option<usize>,
        span: Option<Span>,
        with: Option<String>,
        messages: Option<usize>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Change {
        UseModel,
        LeaveOutEffort,
        CapOutput,
        Redact,
        LeaveOutMessage,
        DropOldest,
    }

    impl TryFrom<Fix> for super::Fix {
        type Error = &'static str;

        fn try_from(read: Fix) -> Result<Self, Self::Error> {
            read.into_change()
                .ok_or("a field of this change is missing")
        }
    }

    impl Fix {
        /// The change, if all of its own fields are there.
        fn into_change(self) -> Option<super::Fix> {
            Some(match self.change {
                Change::UseModel => super::Fix::UseModel { model: self.model? },
                Change::LeaveOutEffort => super::Fix::LeaveOutEffort,
                Change::CapOutput => super::Fix::CapOutput {
                    max_tokens: self.max_tokens?,
                },
                Change::Redact => super::Fix::Redact {
                    message: self.message?,
                    span: self.span?,
                    with: self.with?,
                },
                Change::LeaveOutMessage => super::Fix::LeaveOutMessage {
                    message: self.message?,
                },
                Change::DropOldest => super::Fix::DropOldest {
                    messages: self.messages?,
                },
            })
        }
    }
}
