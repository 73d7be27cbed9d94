//! A gateway's whole answer becomes Anthropic's.

use serde_json::{Value, json};
use shared::anthropic::{ContentBlock, Message};
use shared::openai::{ChatCompletion, ToolCall};

use super::super::refusal;
use super::super::whole::unreadable;
use super::answer;
use crate::error::Error;

/// Converts the body of an answer of the model that the request calls `model`.
///
/// # Errors
///
/// The gateway's own error, which some send with a status of success; and [`Error::Protocol`] for what cannot be read, answers
/// nothing, or calls a tool with arguments that are no JSON.
pub(super) fn convert(body: &[u8], model: String) -> Result<Message, Error> {
    let completion: ChatCompletion =
        serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let error = completion.rest.get("error");
    if let Some(error) = error.filter(|error| !error.is_null()) {
        return Err(refusal::from_chunk(error));
    }
    let said_model = Some(completion.model).filter(|said| !said.is_empty());
    let mut message = answer::empty(&completion.id, said_model.unwrap_or(model));
    let choice = completion.choices.into_iter().next();
    let choice = choice.ok_or_else(|| Error::Protocol("the answer has no choice".to_owned()))?;
    let said = choice.message;
    if let Some(thoughts) = answer::thoughts(&said.rest) {
        message.content.push(answer::thinking(thoughts));
    }
    // A model that declines says so in a field of its own.
    let refusal = said.rest.get("refusal").and_then(Value::as_str);
    let texts = [said.content.as_deref(), refusal].into_iter().flatten();
    let texts = texts.filter(|text| !text.is_empty());
    message.content.extend(texts.map(ContentBlock::text));
    for call in said.tool_calls.unwrap_or_default() {
        let block = tool_use(call, message.content.len())?;
        message.content.push(block);
    }
    let reason = choice
        .finish_reason
        .as_deref()
        .and_then(answer::stop_reason);
    message.stop_reason = Some(reason.unwrap_or("end_turn").to_owned());
    if let Some(usage) = completion.usage {
        message.usage = answer::usage(&usage, !message.content.is_empty());
    }
    Ok(message)
}

fn tool_use(call: ToolCall, place: usize) -> Result<ContentBlock, Error> {
    let arguments = call.function.arguments;
    let input: Value = if arguments.is_empty() {
        json!({})
    } else {
        serde_json::from_str(&arguments)
            .map_err(|_| Error::Protocol("a tool's arguments are no JSON".to_owned()))?
    };
    let id = Some(call.id).filter(|id| !id.is_empty());
    let id = id.unwrap_or_else(|| format!("call_{place}"));
    Ok(answer::tool_use(id, call.function.name, input))
}
