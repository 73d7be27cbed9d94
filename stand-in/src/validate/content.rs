//! What messages must be: there, of a known role, and not empty.

use serde_json::{Map, Value};
use shared::models::{Model, Thinking};

use crate::refusal::Refusal;

/// Most messages of one request.
const MESSAGES_MAX: usize = 100_000;

/// Judges the messages and the system prompt, and gives the messages.
pub(super) fn check(body: &Map<String, Value>) -> Result<&[Value], Refusal> {
    let messages = super::required(body, "messages")?.as_array();
    let messages =
        messages.ok_or_else(|| Refusal::invalid("messages: Input should be a valid list"))?;
    if messages.is_empty() {
        return Err(Refusal::invalid(
            "messages: at least one message is required",
        ));
    }
    if messages.len() > MESSAGES_MAX {
        return Err(Refusal::invalid(format!(
            "messages: at most {MESSAGES_MAX} messages are allowed"
        )));
    }
    for (place, message) in messages.iter().enumerate() {
        check_message(message, &format!("messages.{place}"))?;
    }
    if let Some(system) = body.get("system") {
        check_content(system, "system", "system")?;
    }
    Ok(messages)
}

/// Models from 4.6 on answer; they do not go on with what the caller began to say for them.
pub(super) fn check_ending(messages: &[Value], model: &Model) -> Result<(), Refusal> {
    let last_role = messages.last().and_then(|message| message.get("role"));
    let is_prefill = last_role.is_some_and(|role| role == "assistant");
    if is_prefill && model.thinking != Thinking::Extended {
        let message = "This model does not support assistant message prefill. The conversation must end with a user message.";
        return Err(Refusal::invalid(message));
    }
    Ok(())
}

fn check_message(message: &Value, path: &str) -> Result<(), Refusal> {
    let role = message.get("role");
    let role = role.ok_or_else(|| Refusal::invalid(format!("{path}.role: Field required")))?;
    if !["user", "assistant", "system"]
        .iter()
        .any(|known| role == known)
    {
        let message = format!("{path}.role: Input should be 'user', 'assistant' or 'system'");
        return Err(Refusal::invalid(message));
    }
    let content = message.get("content");
    let content =
        content.ok_or_else(|| Refusal::invalid(format!("{path}.content: Field required")))?;
    check_content(content, &format!("{path}.content"), "messages")
}

/// Judges text or blocks. `owner` is what the API calls the place of an empty text.
fn check_content(content: &Value, path: &str, owner: &str) -> Result<(), Refusal> {
    let empty = || Refusal::invalid(format!("{owner}: text content blocks must be non-empty"));
    let blocks = match content {
        Value::String(text) if text.trim().is_empty() => return Err(empty()),
        Value::String(_) => return Ok(()),
        Value::Array(blocks) if !blocks.is_empty() => blocks,
        Value::Array(_) => return Err(empty()),
        _ => {
            let message = format!("{path}: Input should be a valid string or list");
            return Err(Refusal::invalid(message));
        }
    };
    for (place, block) in blocks.iter().enumerate() {
        let kind = block.get("type").and_then(Value::as_str);
        let kind =
            kind.ok_or_else(|| Refusal::invalid(format!("{path}.{place}.type: Field required")))?;
        if kind == "text" {
            let text = block.get("text").and_then(Value::as_str);
            let missing = || Refusal::invalid(format!("{path}.{place}.text.text: Field required"));
            if text.ok_or_else(missing)?.trim().is_empty() {
                return Err(empty());
            }
        }
    }
    Ok(())
}
