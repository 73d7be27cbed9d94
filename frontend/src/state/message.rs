//! One message of a conversation, as it is shown and kept.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::api::chat::{ChatMessage, Queued, Role, UsageReport};
use shared::error::{ApiError, ErrorKind};
use shared::ids::RequestId;
use shared::money::NanoUsd;
use shared::preflight::Estimate;

/// Names a message within its conversation; never used twice, so that an edited message is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MessageId(pub(crate) u64);

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    /// Its name in the conversation.
    pub(crate) id: MessageId,
    /// Who said it.
    pub(crate) role: Role,
    /// What was said so far.
    pub(crate) text: String,
    /// How far it is.
    pub(crate) status: Status,
    /// What the model thought, where it shows that.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) thinking: String,
    /// The model that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    /// The request that brought it, or the last part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<RequestId>,
    /// What it used and cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<UsageReport>,
    /// Why the model stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stop_reason: Option<String>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ApiError>,
    /// How often it broke off and was carried on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) seams: u32,
    /// The name of the press of Send that asked for it, until it is known that the server has taken that up. Whoever asks again under
    /// the same name never pays twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) send_key: Option<String>,
    /// Whether requests leave it out, because the person wanted to save what it costs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_left_out: bool,
    /// What the preflight said that the request would take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) foreseen: Option<Foreseen>,
    /// Where it stands in the queue for Claude.
    #[serde(skip)]
    pub(crate) queued: Option<Queued>,
    /// Where the next words go, in bytes, while it is being carried on and none has come.
    #[serde(skip)]
    pub(crate) resumes_at: Option<usize>,
}

/// A message as a view sees it: the same while its address is, since a changed message has another.
#[derive(Clone, Debug)]
pub(crate) struct Shown(pub(crate) Arc<Message>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Shown {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.0
    }
}

/// What was foreseen of an answer before it was asked for, to be held against what it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Foreseen {
    /// The prompt's tokens: probably not fewer.
    pub(crate) input_low: u64,
    /// The prompt's tokens: probably not more.
    pub(crate) input_high: u64,
    /// What it would probably cost.
    pub(crate) likely: NanoUsd,
}

impl Foreseen {
    /// What `estimate` says.
    pub(crate) const fn of(estimate: &Estimate) -> Self {
        Self {
            input_low: estimate.input.low.0,
            input_high: estimate.input.high.0,
            likely: estimate.likely,
        }
    }
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// It is being written.
    Streaming,
    /// It is whole.
    Done,
    /// It ended early, with some of its text.
    Interrupted,
    /// Nothing came of it.
    Error,
}

impl Status {
    /// The status as tests and styles name it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Streaming => "streaming",
            Self::Done => "done",
            Self::Interrupted => "interrupted",
            Self::Error => "error",
        }
    }
}

impl Message {
    /// What the person wrote.
    pub(crate) fn question(id: MessageId, text: String) -> Self {
        Self {
            status: Status::Done,
            text,
            ..Self::empty(id, Role::User)
        }
    }

    /// An answer of which nothing has come yet, asked for by the press of Send with this name.
    pub(crate) fn answer(id: MessageId, model: String, send_key: String) -> Self {
        Self {
            model: Some(model),
            send_key: Some(send_key),
            ..Self::empty(id, Role::Assistant)
        }
    }

    fn empty(id: MessageId, role: Role) -> Self {
        Self {
            id,
            role,
            text: String::new(),
            status: Status::Streaming,
            thinking: String::new(),
            model: None,
            request_id: None,
            usage: None,
            stop_reason: None,
            error: None,
            seams: 0,
            send_key: None,
            is_left_out: false,
            foreseen: None,
            queued: None,
            resumes_at: None,
        }
    }

    /// Whether it is still being written.
    pub(crate) fn is_streaming(&self) -> bool {
        self.status == Status::Streaming
    }

    /// Whether nothing is to be seen yet of what was asked for.
    pub(crate) fn is_waiting(&self) -> bool {
        let is_empty = self.text.is_empty() && self.thinking.is_empty();
        self.is_streaming() && (is_empty || self.resumes_at.is_some())
    }

    /// Whether a request says it: it has words, without which Claude would refuse it, and was not left out.
    pub(crate) fn is_sent(&self) -> bool {
        !self.is_left_out && !self.text.trim().is_empty()
    }

    /// The message as the server takes it; `None` where a request does not say it.
    pub(crate) fn to_request(&self) -> Option<ChatMessage> {
        self.is_sent().then(|| ChatMessage {
            role: self.role,
            content: self.text.clone(),
        })
    }

    /// Whether it has words of an end that never came, behind which it could be carried on.
    pub(crate) fn is_cut(&self) -> bool {
        let has_ended_early = match self.status {
            Status::Interrupted => true,
            Status::Done => self.stop_reason.as_deref() == Some("max_tokens"),
            Status::Streaming | Status::Error => false,
        };
        has_ended_early && self.role == Role::Assistant && !self.text.trim().is_empty()
    }

    /// What there is of it in a request to carry it on. Space at its end says nothing, and some models refuse it.
    pub(super) fn to_carry_on(&self) -> ChatMessage {
        let kept = self.text.get(..seam(&self.text)).unwrap_or(&self.text);
        ChatMessage {
            role: self.role,
            content: kept.trim_end().to_owned(),
        }
    }

    /// Begins to carry it on.
    pub(super) fn resume(&mut self, send_key: String) {
        self.status = Status::Streaming;
        self.request_id = None;
        self.stop_reason = None;
        self.error = None;
        self.send_key = Some(send_key);
        self.resumes_at = Some(seam(&self.text));
    }

    /// Appends words. The first of those that carry it on take the place of a last word that may be half a one.
    pub(super) fn append(&mut self, words: &str) {
        self.queued = None;
        if let Some(seam) = self.resumes_at.take() {
            self.text.truncate(seam);
            self.seams = self.seams.saturating_add(1);
        }
        self.text.push_str(words);
    }

    /// Takes in what it used and cost; what it cost until it broke off counts too.
    pub(super) fn charge(&mut self, mut usage: UsageReport) {
        if let Some(before) = &self.usage {
            usage.tokens = usage.tokens.saturating_add(before.tokens);
            usage.cost_nano_usd = usage.cost_nano_usd.saturating_add(before.cost_nano_usd);
            usage.saved_nano_usd = usage.saved_nano_usd.saturating_add(before.saved_nano_usd);
        }
        self.usage = Some(usage);
    }

    /// Ends a message that is still being written; how depends on whether anything was.
    pub(super) fn interrupt(&mut self, error: Option<ApiError>) {
        self.status = match (self.text.is_empty(), &error) {
            (true, Some(_)) => Status::Error,
            _ => Status::Interrupted,
        };
        if let Some(error) = &error {
            self.request_id = error.request_id.or(self.request_id);
            if error.kind == ErrorKind::DuplicateRequest {
                // The name is used up: whoever asks again after that wants another answer.
                self.send_key = None;
            }
        }
        self.error = error;
        self.queued = None;
        self.resumes_at = None;
    }
}

/// Where a text that broke off goes on: behind its last space, since what follows may be half a word, which nothing could complete
/// as it was begun. Where the last word is longer than words are, at the end.
fn seam(text: &str) -> usize {
    /// Longer than words, shorter than a line of a language that has no spaces.
    const WORD_BYTES_MAX: usize = 64;
    let last_word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let seam = text.len() - last_word.len();
    let has_words = text.get(..seam).is_some_and(|kept| !kept.trim().is_empty());
    if has_words && last_word.len() <= WORD_BYTES_MAX {
        seam
    } else {
        text.len()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to what decides whether a field is left out"
)]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to what decides whether a field is left out"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_behind_its_last_space() {
        for (text, kept) in [
            ("The first wor", "The first "),
            ("The end.\n\n", "The end.\n\n"),
            ("    let a = 1;\n    let", "    let a = 1;\n    "),
            ("half", "half"),
            (" \nhalf", " \nhalf"),
            ("ein Stück Öl", "ein Stück "),
        ] {
            assert_eq!(text.get(..seam(text)), Some(kept), "{text:?}");
        }
        let unbroken = format!("Siehe {}", "文".repeat(40));
        assert_eq!(seam(&unbroken), unbroken.len());
    }
}
