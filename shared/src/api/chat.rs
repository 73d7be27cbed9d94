//! `POST /api/chat`: one turn of a conversation out, a stream of events back.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::ids::RequestId;
use crate::json::{self, Unreadable};
use crate::money::{NanoUsd, TokenUsage};

/// What the page asks for: the whole conversation so far, the last message being the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// The model to ask.
    pub model: String,
    /// The conversation, oldest message first.
    pub messages: Vec<ChatMessage>,
    /// Most tokens to answer with; the policy's default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// How much effort to spend; the model's default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatMessage {
    /// Who said it.
    pub role: Role,
    /// What was said, as plain text or Markdown.
    pub content: String,
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// Claude.
    Assistant,
}

/// How much effort a model spends on an answer, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Quick answers.
    Low,
    /// Balanced.
    Medium,
    /// Thorough.
    High,
    /// More thorough.
    #[serde(rename = "xhigh")]
    ExtraHigh,
    /// All that the model has.
    Max,
}

impl Effort {
    /// All levels, least first.
    pub const ALL: [Self; 5] = [
        Self::Low,
        Self::Medium,
        Self::High,
        Self::ExtraHigh,
        Self::Max,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::ExtraHigh => "xhigh",
            Self::Max => "max",
        }
    }
}

/// The request header with a name for one press of Send, drawn by the page: 16 to 64 of `A-Z a-z 0-9 -`. However often a request comes
/// with the same name, it is paid for once: the second is refused with [`DuplicateRequest`](crate::error::ErrorKind::DuplicateRequest),
/// unless the first was refused and so cost nothing.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// One event of the answer's stream. `queued` may come first, more than once; then `started`; `done` or `error` comes last, exactly
/// once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatEvent {
    /// All places at Claude are taken; the request waits for one.
    Queued(Queued),
    /// Claude took the request.
    Started(Started),
    /// More text of the answer.
    Delta(TextPiece),
    /// More of what the model thought, where it shows that.
    Thinking(TextPiece),
    /// What the answer used and cost.
    Usage(UsageReport),
    /// The answer is whole.
    Done(Done),
    /// The answer ended early.
    Error(Box<ApiError>),
}

/// The body of [`ChatEvent::Queued`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// How many stand before this request, itself included: 1 is next.
    pub place: u32,
    /// How long the wait is likely to be, in milliseconds, by how fast the queue has moved; absent while that is not known.
    pub wait_ms: Option<u64>,
}

/// The body of [`ChatEvent::Started`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The request's id, as in the server's log.
    pub request_id: RequestId,
    /// The model that answers, by its full id.
    pub model: String,
}

/// The body of [`ChatEvent::Delta`] and [`ChatEvent::Thinking`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextPiece {
    /// The piece; pieces are joined as they come.
    pub text: String,
}

/// The body of [`ChatEvent::Usage`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "flat::Usage", into = "flat::Usage")]
pub struct UsageReport {
    /// The tokens, by class.
    #[serde(flatten)]
    pub tokens: TokenUsage,
    /// What they cost.
    pub cost_nano_usd: NanoUsd,
    /// What was reserved for the request before it was sent.
    pub reserved_nano_usd: NanoUsd,
    /// What they cost less than without a cache; nothing where they cost more.
    pub saved_nano_usd: NanoUsd,
    /// What may still be spent today; absent where no budget is set.
    pub budget_left_nano_usd: Option<NanoUsd>,
}

/// A usage report as it is written, with the classes of tokens among its own fields. It is listed by hand: serde flattens by reading
/// every field through a buffer of any JSON, and the code for that would be a hundredth of the page.
mod flat {
    use serde::{Deserialize, Serialize};

    use super::UsageReport;
    use crate::money::{NanoUsd, TokenCount, TokenUsage};

    #[derive(Serialize, Deserialize)]
    pub(super) struct Usage {
        input: TokenCount,
        output: TokenCount,
        cache_write_5m: TokenCount,
        cache_write_1h: TokenCount,
        cache_read: TokenCount,
        cost_nano_usd: NanoUsd,
        reserved_nano_usd: NanoUsd,
        saved_nano_usd: NanoUsd,
        budget_left_nano_usd: Option<NanoUsd>,
    }

    impl From<UsageReport> for Usage {
        fn from(report: UsageReport) -> Self {
            let tokens = report.tokens;
            Self {
                input: tokens.input,
                output: tokens.output,
                cache_write_5m: tokens.cache_write_5m,
                cache_write_1h: tokens.cache_write_1h,
                cache_read: tokens.cache_read,
                cost_nano_usd: report.cost_nano_usd,
                reserved_nano_usd: report.reserved_nano_usd,
                saved_nano_usd: report.saved_nano_usd,
                budget_left_nano_usd: report.budget_left_nano_usd,
            }
        }
    }

    impl From<Usage> for UsageReport {
        fn from(usage: Usage) -> Self {
            Self {
                tokens: TokenUsage {
                    input: usage.input,
                    output: usage.output,
                    cache_write_5m: usage.cache_write_5m,
                    cache_write_1h: usage.cache_write_1h,
                    cache_read: usage.cache_read,
                },
                cost_nano_usd: usage.cost_nano_usd,
                reserved_nano_usd: usage.reserved_nano_usd,
                saved_nano_usd: usage.saved_nano_usd,
                budget_left_nano_usd: usage.budget_left_nano_usd,
            }
        }
    }
}

/// The body of [`ChatEvent::Done`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Why the model stopped, in Anthropic's words: `end_turn`, `max_tokens`, `refusal` and others.
    pub stop_reason: String,
}

impl ChatEvent {
    /// The event's name in the stream.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued(_) => "queued",
            Self::Started(_) => "started",
            Self::Delta(_) => "delta",
            Self::Thinking(_) => "thinking",
            Self::Usage(_) => "usage",
            Self::Done(_) => "done",
            Self::Error(_) => "error",
        }
    }

    /// Writes the event as a server-sent event.
    ///
    /// # Errors
    ///
    /// Those of [`serde_json`]; none of these types can cause one.
    pub fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        let data = match self {
            Self::Queued(body) => serde_json::to_vec(body),
            Self::Started(body) => serde_json::to_vec(body),
            Self::Delta(body) | Self::Thinking(body) => serde_json::to_vec(body),
            Self::Usage(body) => serde_json::to_vec(body),
            Self::Done(body) => serde_json::to_vec(body),
            Self::Error(body) => serde_json::to_vec(body),
        }?;
        crate::sse::write_event(out, self.name(), &data);
        Ok(())
    }

    /// Reads one server-sent event; `None` for a name that this version does not know, which a reader skips.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] when the data does not fit the name.
    pub fn read(event: crate::sse::Event<'_>) -> Result<Option<Self>, Unreadable> {
        // What is no text is read as an empty one, which is no value either.
        let data = std::str::from_utf8(event.data).unwrap_or_default();
        Ok(Some(match event.name {
            b"queued" => Self::Queued(json::read(data)?),
            b"started" => Self::Started(json::read(data)?),
            b"delta" => Self::Delta(json::read(data)?),
            b"thinking" => Self::Thinking(json::read(data)?),
            b"usage" => Self::Usage(json::read(data)?),
            b"done" => Self::Done(json::read(data)?),
            b"error" => Self::Error(Box::new(json::read(data)?)),
            _ => return Ok(None),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::money::TokenCount;

    #[test]
    fn every_event_reads_back_as_what_was_written() {
        let events = [
            ChatEvent::Queued(Queued {
                place: 3,
                wait_ms: Some(4_000),
            }),
            ChatEvent::Started(Started {
                request_id: RequestId::from_random(1),
                model: "claude-haiku-5-5".to_owned(),
            }),
            ChatEvent::Delta(TextPiece {
                text: "two\nlines \u{2028} 🙂".to_owned(),
            }),
            ChatEvent::Thinking(TextPiece {
                text: "hm".to_owned(),
            }),
            ChatEvent::Usage(UsageReport {
                tokens: TokenUsage {
                    output: TokenCount(3),
                    ..TokenUsage::default()
                },
                cost_nano_usd: NanoUsd(1_500),
                reserved_nano_usd: NanoUsd(9_000),
                saved_nano_usd: NanoUsd(20),
                budget_left_nano_usd: None,
            }),
            ChatEvent::Done(Done {
                stop_reason: "end_turn".to_owned(),
            }),
            ChatEvent::Error(Box::new(ErrorKind::Overloaded.into())),
        ];
        let mut bytes = Vec::new();
        for event in &events {
            event.write(&mut bytes).expect("writes");
        }
        let mut parser = crate::sse::Parser::new(4_096);
        let mut input = bytes.as_slice();
        let mut read = Vec::new();
        while let Some(event) = parser.next(&mut input).expect("fits") {
            read.extend(ChatEvent::read(event).expect("reads"));
        }
        assert_eq!(read, events);
    }

    #[test]
    fn a_usage_report_is_one_flat_object() {
        let report = UsageReport {
            tokens: TokenUsage {
                input: TokenCount(1),
                output: TokenCount(2),
                cache_write_5m: TokenCount(3),
                cache_write_1h: TokenCount(4),
                cache_read: TokenCount(5),
            },
            cost_nano_usd: NanoUsd(6),
            reserved_nano_usd: NanoUsd(7),
            saved_nano_usd: NanoUsd(8),
            budget_left_nano_usd: None,
        };
        assert_eq!(
            serde_json::to_value(&report).expect("serialises"),
            serde_json::json!({
                "input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 5,
                "cost_nano_usd": 6, "reserved_nano_usd": 7, "saved_nano_usd": 8, "budget_left_nano_usd": null,
            })
        );
    }

    #[test]
    fn a_misspelt_field_is_refused_by_name() {
        let error =
            serde_json::from_str::<ChatRequest>(r#"{"model":"m","messages":[],"max_token":5}"#)
                .expect_err("max_token is no field");
        assert!(error.to_string().contains("max_token"));
    }

    #[test]
    fn sampling_fields_are_refused_by_name_beside_those_that_there_are() {
        for field in ["temperature", "top_p", "top_k"] {
            let json = format!(r#"{{"model":"m","messages":[],"{field}":1}}"#);
            let error = serde_json::from_str::<ChatRequest>(&json).expect_err("it is no field");
            let told = format!(
                "unknown field `{field}`, expected one of `model`, `messages`, `max_tokens`, `effort`"
            );
            assert!(error.to_string().starts_with(&told), "{error}");
        }
    }

    #[test]
    fn effort_names_are_the_wires() {
        for effort in Effort::ALL {
            let json = serde_json::to_string(&effort).expect("serialises");
            assert_eq!(json, format!("{:?}", effort.as_str()));
        }
    }
}
