//! A translated answer as a program gets it that speaks Anthropic's dialect.
//!
//! Its clients need numbers: a count that is not known, yet or at all, is written as zero. Our own books know the difference.

use bytes::Bytes;
use serde_json::{Value, json};
use shared::anthropic::{Message, StreamEvent};
use shared::sse::write_event;

/// An event with its frame.
pub(super) fn event(event: &StreamEvent) -> Bytes {
    let mut data = serde_json::to_value(event).unwrap_or_default();
    let usage = match event {
        StreamEvent::MessageStart(_) => data.pointer_mut("/message/usage"),
        StreamEvent::MessageDelta(_) => data.pointer_mut("/usage"),
        _ => None,
    };
    if let Some(usage) = usage {
        write_unknown_as_zero(usage);
    }
    let mut bytes = Vec::new();
    write_event(&mut bytes, event.name(), data.to_string().as_bytes());
    Bytes::from(bytes)
}

/// A whole answer.
pub(super) fn message(message: &Message) -> Bytes {
    let mut data = serde_json::to_value(message).unwrap_or_default();
    if let Some(usage) = data.get_mut("usage") {
        write_unknown_as_zero(usage);
    }
    Bytes::from(data.to_string())
}

fn write_unknown_as_zero(usage: &mut Value) {
    if let Value::Object(usage) = usage {
        for name in ["input_tokens", "output_tokens"] {
            usage.entry(name).or_insert_with(|| json!(0));
        }
    }
}
