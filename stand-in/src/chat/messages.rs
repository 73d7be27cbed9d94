//! Messages of the OpenAI dialect as Claude reads them: system prompts come first, tools answer through the user.

use serde_json::{Map, Value, json};

use super::{invalid_value, missing, present, wrong_type};
use crate::refusal::{Refusal, Wording};

/// The system prompt, which is empty where there is none, and the messages.
pub(super) fn translate(body: &Map<String, Value>) -> Result<(String, Vec<Value>), Refusal> {
    let messages = present(body, "messages").ok_or_else(|| missing("messages"))?;
    let messages = messages
        .as_array()
        .ok_or_else(|| wrong_type("messages", "a list"))?;
    if messages.is_empty() {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.";
        return Err(Wording::new(message)
            .code("empty_array")
            .param("messages")
            .into());
    }
    let mut system = Vec::new();
    let mut translated = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let path = format!("messages[{place}]");
        let content = || content(message, &path);
        match role(message, &path)? {
            "system" | "developer" => system.push(text_of(&content()?)),
            "user" => translated.push(json!({"role": "user", "content": content()?})),
            "assistant" => translated.push(assistant(message, &path)?),
            "tool" => answer_tool(&mut translated, message, &content()?),
            other => {
                let message = format!(
                    "Invalid value: '{other}'. Supported values are: 'system', 'assistant', 'user', 'developer', and 'tool'."
                );
                return Err(invalid_value(message, &format!("{path}.role")));
            }
        }
    }
    Ok((system.join("\n"), translated))
}

fn role<'a>(message: &'a Value, path: &str) -> Result<&'a str, Refusal> {
    let path = format!("{path}.role");
    let role = message.get("role").ok_or_else(|| missing(&path))?;
    role.as_str().ok_or_else(|| wrong_type(&path, "a string"))
}

/// Bare text stays bare; parts become blocks.
fn content(message: &Value, path: &str) -> Result<Value, Refusal> {
    let path = format!("{path}.content");
    let parts = match message.get("content") {
        Some(Value::String(text)) => return Ok(text.as_str().into()),
        Some(Value::Array(parts)) => parts,
        None | Some(Value::Null) => return Err(missing(&path)),
        Some(_) => return Err(wrong_type(&path, "a string or a list of parts")),
    };
    let blocks = parts.iter().enumerate().map(|(place, part)| {
        match part.get("type").and_then(Value::as_str) {
            Some("text") => Ok(json!({"type": "text", "text": part.get("text")})),
            Some("refusal") => Ok(json!({"type": "text", "text": part.get("refusal")})),
            Some("image_url") => {
                let url = part.pointer("/image_url/url");
                Ok(json!({"type": "image", "source": {"type": "url", "url": url}}))
            }
            _ => {
                let message =
                    "Invalid value. Supported values are: 'text', 'image_url', and 'refusal'.";
                Err(invalid_value(message, &format!("{path}[{place}].type")))
            }
        }
    });
    Ok(Value::Array(blocks.collect::<Result<_, _>>()?))
}

/// What the assistant said, and behind it the tools that it called.
fn assistant(message: &Value, path: &str) -> Result<Value, Refusal> {
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let Some(calls) = calls.filter(|calls| !calls.is_empty()) else {
        return Ok(json!({"role": "assistant", "content": content(message, path)?}));
    };
    let mut blocks = Vec::new();
    let has_words = message
        .get("content")
        .is_some_and(|content| !content.is_null());
    if has_words {
        match content(message, path)? {
            Value::Array(parts) => blocks.extend(parts),
            text => blocks.push(json!({"type": "text", "text": text})),
        }
    }
    for (place, call) in calls.iter().enumerate() {
        let arguments = call.pointer("/function/arguments").and_then(Value::as_str);
        let input = arguments.and_then(|json| serde_json::from_str::<Value>(json).ok());
        let input = input.ok_or_else(|| {
            let path = format!("{path}.tool_calls[{place}].function.arguments");
            wrong_type(&path, "JSON in a string")
        })?;
        let name = call.pointer("/function/name");
        blocks
            .push(json!({"type": "tool_use", "id": call.get("id"), "name": name, "input": input}));
    }
    Ok(json!({"role": "assistant", "content": blocks}))
}

/// Answers of several tools are one turn of the user.
fn answer_tool(translated: &mut Vec<Value>, message: &Value, content: &Value) {
    let id = message.get("tool_call_id");
    let result = json!({"type": "tool_result", "tool_use_id": id, "content": content});
    let is_tool_turn = |turn: &&mut Value| {
        turn.pointer("/content/0/type")
            .is_some_and(|kind| kind == "tool_result")
    };
    let blocks = translated.last_mut().filter(is_tool_turn);
    match blocks.and_then(|turn| turn.get_mut("content")?.as_array_mut()) {
        Some(blocks) => blocks.push(result),
        None => translated.push(json!({"role": "user", "content": [result]})),
    }
}

/// The text of a content, its blocks joined by line feeds.
fn text_of(content: &Value) -> String {
    let Value::Array(blocks) = content else {
        return content.as_str().unwrap_or_default().to_owned();
    };
    let texts = blocks
        .iter()
        .filter_map(|block| block.get("text")?.as_str());
    texts.collect::<Vec<_>>().join("\n")
}
