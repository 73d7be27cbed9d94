//! Fixes of the preflight, applied to what a request is put together from, and undone.

use std::borrow::Cow;

use shared::api::chat::Effort;
use shared::preflight::{Fix, secrets};

use super::chat::ChatState;
use super::settings::Settings;

/// What a request is put together from.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq, Eq))]
pub(crate) struct Parts {
    /// What stands in the composer.
    pub(crate) draft: String,
    /// What the person chose.
    pub(crate) choices: Choices,
    /// The conversation so far.
    pub(crate) chat: ChatState,
}

/// What the person chose for the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choices {
    model: Option<String>,
    effort: Option<Effort>,
    output_cap: Option<u32>,
}

impl Choices {
    /// The choices in `settings`.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            model: settings.model.clone(),
            effort: settings.effort,
            output_cap: settings.output_cap,
        }
    }

    /// Makes these the choices in `settings`.
    pub(crate) fn put_into(self, settings: &mut Settings) {
        settings.model = self.model;
        settings.effort = self.effort;
        settings.output_cap = self.output_cap;
    }
}

impl Parts {
    /// Applies `fix`, which counts the messages of the request: those that are sent, and the draft behind them. One that does not
    /// fit, because it was meant for another request, changes nothing.
    pub(crate) fn mend(&mut self, fix: &Fix) {
        match fix {
            Fix::UseModel { model } => self.choices.model = Some(model.clone()),
            Fix::LeaveOutEffort => self.choices.effort = None,
            Fix::CapOutput { max_tokens } => self.choices.output_cap = Some(*max_tokens),
            Fix::Redact {
                message,
                span,
                with,
            } => {
                let redact = |text: &mut String| {
                    if text.get(span.range()).is_some() {
                        text.replace_range(span.range(), with);
                    }
                };
                if *message == self.chat.sent().count() {
                    redact(&mut self.draft);
                } else {
                    self.chat.rewrite(*message, redact);
                }
            }
            Fix::LeaveOutMessage { message } => self.chat.leave_out(*message, 1),
            Fix::DropOldest { messages } => self.chat.leave_out(0, *messages),
        }
    }

    /// Whether `other` has another draft, other choices, another conversation.
    fn differs(&self, other: &Self) -> [bool; 3] {
        [
            self.draft != other.draft,
            self.choices != other.choices,
            !self.chat.is_same(&other.chat),
        ]
    }

    /// Cuts all keys out of what would be sent.
    pub(crate) fn redact(&mut self) {
        if let Cow::Owned(redacted) = secrets::redact(&self.draft) {
            self.draft = redacted;
        }
        for place in 0..self.chat.sent().count() {
            let redacted = self.chat.sent().nth(place).and_then(|message| {
                match secrets::redact(&message.text) {
                    Cow::Owned(redacted) => Some(redacted),
                    Cow::Borrowed(_) => None,
                }
            });
            if let Some(redacted) = redacted {
                self.chat.rewrite(place, |text| *text = redacted);
            }
        }
    }
}

/// A fix that was applied, and can be undone while what it changed is as it left it.
#[derive(Clone, Debug)]
pub(crate) struct Undo {
    before: Parts,
    after: Parts,
}

impl Undo {
    /// What undoes the way from `before` to `after`; `None` where they are the same.
    pub(crate) fn between(before: Parts, after: Parts) -> Option<Self> {
        let undo = Self { before, after };
        (undo.changed() != [false; 3]).then_some(undo)
    }

    /// Whether the fix changed the draft, the choices, the conversation.
    fn changed(&self) -> [bool; 3] {
        let Self { before, after } = self;
        before.differs(after)
    }

    /// Whether what the fix changed is in `now` as the fix left it.
    pub(crate) fn is_possible(&self, now: &Parts) -> bool {
        let has_changed_since = self.after.differs(now);
        let mut both = self.changed().into_iter().zip(has_changed_since);
        both.all(|(by_fix, since)| !(by_fix && since))
    }

    /// Puts back what the fix changed, and leaves alone what it did not.
    pub(crate) fn apply(self, now: &mut Parts) {
        let [draft, choices, chat] = self.changed();
        if draft {
            now.draft = self.before.draft;
        }
        if choices {
            now.choices = self.before.choices;
        }
        if chat {
            now.chat = self.before.chat;
        }
    }
}

#[cfg(test)]
#[path = "mending_tests.rs"]
mod tests;
