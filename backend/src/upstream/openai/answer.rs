//! What a gateway's answers have in common, streamed or whole: their frame, why they end, what they used.

use serde_json::{Value, json};
use shared::anthropic::{ContentBlock, Message, Rest, Usage};
use shared::openai::CompletionUsage;

/// Where gateways put what the model thinks; the dialect itself has no place for it.
const THOUGHTS: [&str; 2] = ["reasoning_content", "reasoning"];

/// An answer with nothing in it yet. What it used is unknown, which is not the same as nothing.
pub(super) fn empty(id: &str, model: String) -> Message {
    let name = id.strip_prefix("chatcmpl-").unwrap_or(id);
    Message {
        id: format!("msg_{name}"),
        model,
        content: Vec::new(),
        stop_reason: None,
        usage: Usage::default(),
        rest: Rest::from_iter([
            ("type".to_owned(), json!("message")),
            ("role".to_owned(), json!("assistant")),
            ("stop_sequence".to_owned(), Value::Null),
        ]),
    }
}

/// Why an answer ended, in Anthropic's words. Some gateways pass these on as they got them; what nobody knows is an end like any
/// other. `None` for the empty reason that some write until there is one.
pub(super) fn stop_reason(finish_reason: &str) -> Option<&'static str> {
    Some(match finish_reason {
        "" => return None,
        "length" | "max_tokens" => "max_tokens",
        "tool_calls" | "function_call" | "tool_use" => "tool_use",
        "content_filter" | "refusal" => "refusal",
        "stop_sequence" => "stop_sequence",
        "pause_turn" => "pause_turn",
        "model_context_window_exceeded" => "model_context_window_exceeded",
        _ => "end_turn",
    })
}

/// The counts of `usage` that can be believed. A gateway that did not count says zero: no prompt has no tokens, nor has an answer
/// that `says_something`.
pub(super) fn usage(usage: &CompletionUsage, says_something: bool) -> Usage {
    if usage.prompt_tokens == 0 {
        return Usage::default();
    }
    let tokens = usage.tokens();
    let is_counted = tokens.output.0 > 0 || !says_something;
    Usage {
        input_tokens: Some(tokens.input.0),
        output_tokens: is_counted.then_some(tokens.output.0),
        cache_creation_input_tokens: Some(tokens.cache_write_5m.0),
        cache_read_input_tokens: Some(tokens.cache_read.0),
        ..Usage::default()
    }
}

/// What the model thinks, out of the fields that a gateway adds to a message or its growth.
pub(super) fn thoughts(rest: &Rest) -> Option<&str> {
    THOUGHTS
        .iter()
        .filter_map(|name| rest.get(*name)?.as_str())
        .find(|thoughts| !thoughts.is_empty())
}

/// A block of thoughts. Nobody has sealed them: a gateway has no word for the signature.
pub(super) fn thinking(thoughts: &str) -> ContentBlock {
    block(
        "thinking",
        [("thinking", json!(thoughts)), ("signature", json!(""))],
    )
}

/// A block that calls a tool.
pub(super) fn tool_use(id: String, name: String, input: Value) -> ContentBlock {
    block(
        "tool_use",
        [("id", id.into()), ("name", name.into()), ("input", input)],
    )
}

fn block<const N: usize>(kind: &str, fields: [(&str, Value); N]) -> ContentBlock {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    ContentBlock {
        r#type: kind.to_owned(),
        text: None,
        rest: Rest::from_iter(fields),
    }
}
