//! One message of a conversation, as it is shown and kept.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::api::chat::{ChatMessage, Role, UsageReport};
use shared::error::ApiError;
use shared::ids::RequestId;

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
    /// The request that brought it.
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

    /// An answer of which nothing has come yet.
    pub(crate) fn answer(id: MessageId, model: String) -> Self {
        Self {
            model: Some(model),
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
        }
    }

    /// Whether it is still being written.
    pub(crate) fn is_streaming(&self) -> bool {
        self.status == Status::Streaming
    }

    /// The message as the server takes it; `None` where it has no words, which Claude would refuse.
    pub(crate) fn to_request(&self) -> Option<ChatMessage> {
        (!self.text.trim().is_empty()).then(|| ChatMessage {
            role: self.role,
            content: self.text.clone(),
        })
    }

    /// Ends a message that is still being written; how depends on whether anything was.
    pub(crate) fn interrupt(&mut self, error: Option<ApiError>) {
        self.status = match (self.text.is_empty(), &error) {
            (true, Some(_)) => Status::Error,
            _ => Status::Interrupted,
        };
        self.request_id = self
            .request_id
            .or_else(|| error.as_ref().and_then(|error| error.request_id));
        self.error = error;
    }
}
