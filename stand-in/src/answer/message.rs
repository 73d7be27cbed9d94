//! An answer as Anthropic's dialect writes it: as events, or whole.

use serde_json::{Value, json};
use shared::anthropic::{
    CacheCreation, ContentBlock, ContentBlockDelta, ContentBlockStart, ContentBlockStop, Delta,
    Message, MessageDelta, MessageDeltaBody, MessageStart, Rest, StreamEvent, Usage,
};
use shared::money::TokenUsage;

use super::{Answer, Step};
use crate::script::Block;

impl Answer {
    /// The name and the data of the event that `step` writes.
    pub(super) fn message_event(&self, step: Step) -> Option<(&'static str, StreamEvent)> {
        let index = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let delta = |block: usize, delta| {
            StreamEvent::ContentBlockDelta(ContentBlockDelta {
                index: index(block),
                delta,
            })
        };
        Some(match step {
            Step::MessageStart => {
                let usage = self.usage_after(step);
                let message = self.message(Vec::new(), None, usage);
                (
                    "message_start",
                    StreamEvent::MessageStart(MessageStart { message }),
                )
            }
            Step::BlockStart(block) => {
                let content_block = self.content_block(block, false);
                let start = ContentBlockStart {
                    index: index(block),
                    content_block,
                };
                ("content_block_start", StreamEvent::ContentBlockStart(start))
            }
            Step::Ping => ("ping", StreamEvent::Ping),
            Step::Piece(block, piece) => (
                "content_block_delta",
                delta(block, self.piece(block, piece)),
            ),
            Step::Seal(block) => {
                let signature = self.signature.clone();
                (
                    "content_block_delta",
                    delta(block, Delta::SignatureDelta { signature }),
                )
            }
            Step::BlockStop(block) => {
                let ended = ContentBlockStop {
                    index: index(block),
                };
                ("content_block_stop", StreamEvent::ContentBlockStop(ended))
            }
            Step::MessageDelta => (
                "message_delta",
                StreamEvent::MessageDelta(self.message_delta()),
            ),
            Step::Usage => return None,
            Step::MessageStop => ("message_stop", StreamEvent::MessageStop),
        })
    }

    /// The whole answer as one message.
    pub(super) fn whole_message(&self) -> Message {
        let blocks = (0..self.blocks.len()).map(|place| self.content_block(place, true));
        self.message(blocks.collect(), Some(self.stop_reason.clone()), self.usage)
    }

    fn message(
        &self,
        content: Vec<ContentBlock>,
        stop_reason: Option<String>,
        usage: TokenUsage,
    ) -> Message {
        let is_whole = stop_reason.is_some();
        let stop_sequence = self.stop_sequence.as_ref().filter(|_| is_whole);
        Message {
            id: self.id.clone(),
            model: self.model_id.to_owned(),
            content,
            stop_reason,
            usage: self.wire_usage(usage, is_whole),
            rest: fields(json!({
                "type": "message",
                "role": "assistant",
                "stop_sequence": stop_sequence,
                "stop_details": null,
            })),
        }
    }

    fn message_delta(&self) -> MessageDelta {
        let mut usage = self.wire_usage(self.usage, true);
        // What `message_start` said of the service holds; the API does not say it twice.
        for said in ["service_tier", "inference_geo", "speed"] {
            usage.rest.remove(said);
        }
        MessageDelta {
            delta: MessageDeltaBody {
                stop_reason: Some(self.stop_reason.clone()),
                rest: fields(json!({"stop_sequence": self.stop_sequence, "stop_details": null})),
            },
            usage,
        }
    }

    fn piece(&self, block: usize, piece: usize) -> Delta {
        let block = self.blocks.get(block);
        let text = block
            .and_then(|block| block.pieces().get(piece))
            .cloned()
            .unwrap_or_default();
        match block {
            Some(Block::Thinking { .. }) => Delta::ThinkingDelta { thinking: text },
            Some(Block::ToolUse { .. }) => Delta::InputJsonDelta { partial_json: text },
            Some(Block::Text(_)) | None => Delta::TextDelta { text },
        }
    }

    /// The block at `place`, empty or whole.
    fn content_block(&self, place: usize, is_whole: bool) -> ContentBlock {
        let said = |pieces: &[String]| {
            if is_whole {
                pieces.concat()
            } else {
                String::new()
            }
        };
        match self.blocks.get(place) {
            Some(Block::Thinking { pieces, is_shown }) => {
                let thinking = if *is_shown {
                    said(pieces)
                } else {
                    String::new()
                };
                let signature = if is_whole {
                    self.signature.as_str()
                } else {
                    ""
                };
                other_block(
                    "thinking",
                    json!({"thinking": thinking, "signature": signature}),
                )
            }
            Some(Block::ToolUse { name, input }) => {
                let id = self.id.replacen("msg_", "toolu_", 1);
                let input: Value = serde_json::from_str(&said(input)).unwrap_or_else(|_| json!({}));
                other_block(
                    "tool_use",
                    json!({"id": format!("{id}{place}"), "name": name, "input": input}),
                )
            }
            Some(Block::Text(pieces)) => ContentBlock::text(said(pieces)),
            None => ContentBlock::text(""),
        }
    }

    fn wire_usage(&self, usage: TokenUsage, is_whole: bool) -> Usage {
        let thinking = if is_whole { self.tokens_thought() } else { 0 };
        Usage {
            input_tokens: Some(usage.input.0),
            output_tokens: Some(usage.output.0),
            cache_creation_input_tokens: Some(usage.cache_write_5m.0 + usage.cache_write_1h.0),
            cache_read_input_tokens: Some(usage.cache_read.0),
            cache_creation: Some(CacheCreation {
                ephemeral_5m_input_tokens: usage.cache_write_5m.0,
                ephemeral_1h_input_tokens: usage.cache_write_1h.0,
            }),
            rest: fields(json!({
                "output_tokens_details": {"thinking_tokens": thinking},
                "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
                "service_tier": "standard",
                "inference_geo": "global",
                "speed": "standard",
            })),
        }
    }
}

fn other_block(kind: &str, rest: Value) -> ContentBlock {
    ContentBlock {
        r#type: kind.to_owned(),
        text: None,
        rest: fields(rest),
    }
}

fn fields(object: Value) -> Rest {
    match object {
        Value::Object(fields) => fields,
        _ => Rest::new(),
    }
}
