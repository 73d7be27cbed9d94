//! The events of a streamed answer, and errors (<https://docs.claude.com/en/docs/build-with-claude/streaming>).

use serde::{Deserialize, Serialize};

use super::{ContentBlock, Message, Rest, Usage};
use crate::error::ApiError;

/// One event of a streamed answer. An event's type stands in its data; types that we do not know are skipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StreamEvent {
    /// The answer begins.
    MessageStart(MessageStart),
    /// A block begins.
    ContentBlockStart(ContentBlockStart),
    /// A block grows.
    ContentBlockDelta(ContentBlockDelta),
    /// A block ends.
    ContentBlockStop(ContentBlockStop),
    /// The answer's end draws near: why, and what it used.
    MessageDelta(MessageDelta),
    /// The answer is whole.
    MessageStop,
    /// Nothing; the connection lives.
    Ping,
    /// The answer ends early. The HTTP status was 200 long before.
    Error(ErrorResponse),
    /// A type that is newer than this code.
    #[serde(other)]
    Unknown,
}

impl StreamEvent {
    /// The event's name in the stream.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageStart(_) => "message_start",
            Self::ContentBlockStart(_) => "content_block_start",
            Self::ContentBlockDelta(_) => "content_block_delta",
            Self::ContentBlockStop(_) => "content_block_stop",
            Self::MessageDelta(_) => "message_delta",
            Self::MessageStop => "message_stop",
            Self::Ping => "ping",
            Self::Unknown => "unknown",
            Self::Error(_) => "error",
        }
    }
}

/// The data of `message_start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageStart {
    /// The answer, empty yet, with what its prompt used.
    pub message: Message,
}

/// The data of `content_block_start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentBlockStart {
    /// The block's place in the answer.
    pub index: u32,
    /// The block, empty yet.
    pub content_block: ContentBlock,
}

/// The data of `content_block_delta`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentBlockDelta {
    /// The block's place in the answer.
    pub index: u32,
    /// What it grows by.
    pub delta: Delta,
}

/// What a block grows by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Delta {
    /// Text.
    TextDelta {
        /// The piece.
        text: String,
    },
    /// What the model thinks.
    ThinkingDelta {
        /// The piece.
        thinking: String,
    },
    /// A tool's input.
    InputJsonDelta {
        /// The piece of JSON text.
        partial_json: String,
    },
    /// The seal on a thinking block.
    SignatureDelta {
        /// The whole signature.
        signature: String,
    },
    /// A type that is newer than this code.
    #[serde(other)]
    Unknown,
}

/// The data of `content_block_stop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentBlockStop {
    /// The block's place in the answer.
    pub index: u32,
}

/// The data of `message_delta`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageDelta {
    /// Why the answer ends.
    pub delta: MessageDeltaBody,
    /// Counts so far; they replace the ones before.
    #[serde(default)]
    pub usage: Usage,
}

/// The `delta` of a `message_delta`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageDeltaBody {
    /// Why the answer ends: `end_turn`, `max_tokens`, `refusal` and others.
    #[serde(default)]
    pub stop_reason: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An error, as a body or as a stream's last event. The edge in front of the API leaves `request_id` out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong.
    pub error: ErrorDetail,
    /// The upstream's name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl From<&ApiError> for ErrorResponse {
    /// An error of ours in the API's form. Its message says what is wrong and what to do.
    fn from(error: &ApiError) -> Self {
        Self {
            error: ErrorDetail {
                r#type: error.kind.anthropic_type().to_owned(),
                message: format!(
                    "{}. {}",
                    error.to_string().trim_end_matches('.'),
                    error.kind.fix()
                ),
                rest: Rest::new(),
            },
            request_id: error.request_id.map(|id| id.to_string()),
        }
    }
}

/// The `error` of an [`ErrorResponse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// The class: `overloaded_error`, `rate_limit_error` and others.
    pub r#type: String,
    /// For people. It may name the organisation, so that it stays on the server.
    #[serde(default)]
    pub message: String,
    /// Everything else, `details.error_code` among it.
    #[serde(flatten)]
    pub rest: Rest,
}

impl ErrorDetail {
    /// The stable machine-readable code in `details`, where there is one.
    pub fn error_code(&self) -> Option<&str> {
        self.rest.get("details")?.get("error_code")?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> StreamEvent {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn padded_and_unknown_events_are_read() {
        assert_eq!(
            read(r#"{"type":"content_block_stop","index":0      }"#),
            StreamEvent::ContentBlockStop(ContentBlockStop { index: 0 })
        );
        assert_eq!(
            read(r#"{"type":"brand_new","x":{"y":1}}"#),
            StreamEvent::Unknown
        );
        let StreamEvent::ContentBlockDelta(delta) = read(
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{}}}"#,
        ) else {
            panic!("a delta");
        };
        assert_eq!(delta.delta, Delta::Unknown);
    }

    #[test]
    fn an_error_event_gives_its_code() {
        let StreamEvent::Error(error) = read(
            r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
        ) else {
            panic!("an error");
        };
        assert_eq!(
            error.error.error_code(),
            Some("enforced_spend_limit_reached")
        );
    }
}
