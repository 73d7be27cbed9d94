//! An answer as the OpenAI dialect writes it: as chunks, or whole.
//!
//! That dialect has no thinking and no pings: such steps write nothing, though what was thought is billed.

use serde_json::{Value, json};
use shared::openai;

use super::{Answer, Completion, Step};
use crate::script::Block;

impl Answer {
    /// The data of the chunk that `step` writes.
    pub(super) fn chunk(&self, completion: Completion, step: Step) -> Option<Vec<u8>> {
        let (delta, finish_reason) = match step {
            Step::MessageStart => (json!({"role": "assistant", "content": ""}), None),
            Step::BlockStart(block) => (self.tool_call_begun(block)?, None),
            Step::Piece(block, piece) => (self.growth(block, piece)?, None),
            Step::MessageDelta => (json!({}), Some(self.finish_reason())),
            Step::Usage => {
                return Some(self.chunk_of(completion, &json!([]), &self.completion_usage()));
            }
            Step::MessageStop => return Some(openai::DONE.to_vec()),
            Step::Ping | Step::Seal(_) | Step::BlockStop(_) => return None,
        };
        let choices = json!([{
            "index": 0,
            "delta": delta,
            "logprobs": null,
            "finish_reason": finish_reason,
        }]);
        Some(self.chunk_of(completion, &choices, &Value::Null))
    }

    /// The whole answer.
    pub(super) fn completion(&self, completion: Completion) -> Value {
        let choices = json!([{
            "index": 0,
            "message": self.completed_message(),
            "logprobs": null,
            "finish_reason": self.finish_reason(),
        }]);
        self.object(
            "chat.completion",
            completion,
            &choices,
            &self.completion_usage(),
        )
    }

    fn completed_message(&self) -> Value {
        let text = self.blocks.iter().filter_map(|block| match block {
            Block::Text(pieces) => Some(pieces.concat()),
            Block::Thinking { .. } | Block::ToolUse { .. } => None,
        });
        let text: String = text.collect();
        let calls = self.blocks.iter().enumerate();
        let calls: Vec<_> = calls
            .filter_map(|(place, block)| {
                let Block::ToolUse { name, input } = block else {
                    return None;
                };
                let function = json!({"name": name, "arguments": input.concat()});
                let id = self.tool_call_id(place);
                Some(json!({"id": id, "type": "function", "function": function}))
            })
            .collect();
        if calls.is_empty() {
            return json!({"role": "assistant", "content": text, "refusal": null});
        }
        // Who only called tools said nothing.
        let content = (!text.is_empty()).then_some(text);
        json!({"role": "assistant", "content": content, "refusal": null, "tool_calls": calls})
    }

    fn chunk_of(&self, completion: Completion, choices: &Value, usage: &Value) -> Vec<u8> {
        let chunk = self.object("chat.completion.chunk", completion, choices, usage);
        chunk.to_string().into_bytes()
    }

    /// What the whole and every chunk are made of.
    fn object(&self, kind: &str, completion: Completion, choices: &Value, usage: &Value) -> Value {
        json!({
            "id": self.id.replacen("msg_", "chatcmpl-", 1),
            "object": kind,
            "created": completion.created.0 / 1_000,
            "model": self.model_id,
            "choices": choices,
            "usage": usage,
            "service_tier": "default",
            "system_fingerprint": null,
        })
    }

    /// The head of a tool call; other blocks begin with their first piece.
    fn tool_call_begun(&self, place: usize) -> Option<Value> {
        let Some(Block::ToolUse { name, .. }) = self.blocks.get(place) else {
            return None;
        };
        Some(json!({"tool_calls": [{
            "index": self.tool_call_index(place),
            "id": self.tool_call_id(place),
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }]}))
    }

    fn growth(&self, place: usize, piece: usize) -> Option<Value> {
        let block = self.blocks.get(place)?;
        let piece = block.pieces().get(piece)?;
        match block {
            Block::Thinking { .. } => None,
            Block::Text(_) => Some(json!({"content": piece})),
            Block::ToolUse { .. } => Some(json!({"tool_calls": [{
                "index": self.tool_call_index(place),
                "function": {"arguments": piece},
            }]})),
        }
    }

    /// Tool calls are numbered among themselves.
    fn tool_call_index(&self, place: usize) -> usize {
        let earlier = self.blocks.iter().take(place);
        earlier
            .filter(|block| matches!(block, Block::ToolUse { .. }))
            .count()
    }

    fn tool_call_id(&self, place: usize) -> String {
        format!("{}{place}", self.id.replacen("msg_", "call_", 1))
    }

    fn finish_reason(&self) -> &'static str {
        match self.stop_reason.as_str() {
            "max_tokens" | "model_context_window_exceeded" | "pause_turn" => "length",
            "tool_use" => "tool_calls",
            "refusal" => "content_filter",
            _ => "stop",
        }
    }

    /// Cached input is a part of the prompt here, and caches of five minutes and of an hour are one.
    fn completion_usage(&self) -> Value {
        let usage = self.usage;
        let (prompt, output) = (usage.prompt().0, usage.output.0);
        json!({
            "prompt_tokens": prompt,
            "completion_tokens": output,
            "total_tokens": prompt.saturating_add(output),
            "prompt_tokens_details": {
                "cached_tokens": usage.cache_read.0,
                "cache_write_tokens": usage.cache_write_5m.0.saturating_add(usage.cache_write_1h.0),
            },
            "completion_tokens_details": {"reasoning_tokens": self.tokens_thought()},
        })
    }
}
