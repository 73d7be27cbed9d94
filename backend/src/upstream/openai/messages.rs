//! Messages and their blocks. A message of Anthropic's may become several: each tool's result is a message of its own here.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::anthropic::{ContentBlock, MessageContent, MessageParam, Rest, SystemPrompt};
use shared::openai::{ChatCompletionMessageParam, Content};

use super::request::{NotCarried, refuse_unknown};

/// What a block may say that changes nothing in the answer: marks for caches, where earlier text came from, who called a tool.
const HARMLESS: [&str; 3] = ["cache_control", "citations", "caller"];

/// A tool call of an earlier answer.
#[derive(Deserialize)]
struct ToolUse {
    id: String,
    name: String,
    input: Value,
    #[serde(flatten)]
    rest: Rest,
}

/// What a tool gave.
#[derive(Deserialize)]
struct ToolResult {
    tool_use_id: String,
    content: Option<MessageContent>,
    is_error: Option<bool>,
    #[serde(flatten)]
    rest: Rest,
}

/// Where an image is.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ImageSource {
    Base64 { media_type: String, data: String },
    Url { url: String },
}

/// A part of a user's message.
enum Part {
    Text(String),
    /// An image, by its URL, which may hold all of it.
    Image(String),
}

impl Part {
    fn fields(self) -> Rest {
        let (kind, name, value) = match self {
            Self::Text(text) => ("text", "text", Value::from(text)),
            Self::Image(url) => ("image_url", "image_url", json!({ "url": url })),
        };
        Rest::from_iter([
            ("type".to_owned(), Value::from(kind)),
            (name.to_owned(), value),
        ])
    }
}

/// The system prompt as the message that this dialect makes of it. `place` is where it stood.
pub(super) fn system(
    prompt: SystemPrompt,
    place: &str,
) -> Result<ChatCompletionMessageParam, NotCarried> {
    Ok(message("system", Some(Content::Text(text(prompt, place)?))))
}

/// Converts the message at `place` and appends what becomes of it to `messages`.
pub(super) fn convert(
    param: MessageParam,
    place: usize,
    messages: &mut Vec<ChatCompletionMessageParam>,
) -> Result<(), NotCarried> {
    let place = format!("messages.{place}");
    refuse_unknown(&param.rest, &[], &place)?;
    match (param.role.as_str(), param.content) {
        ("system", content) => messages.push(system(content, &place)?),
        (role @ ("user" | "assistant"), MessageContent::Text(text)) => {
            messages.push(message(role, Some(Content::Text(text))));
        }
        ("user", MessageContent::Blocks(blocks)) => user(blocks, &place, messages)?,
        ("assistant", MessageContent::Blocks(blocks)) => {
            messages.extend(assistant(blocks, &place)?);
        }
        (role, _) => return Err(NotCarried::new(format!("`{place}.role: {role}`"))),
    }
    Ok(())
}

/// The blocks of a user's message, in their order: what stands around a tool's result becomes a message before it or after.
fn user(
    blocks: Vec<ContentBlock>,
    place: &str,
    messages: &mut Vec<ChatCompletionMessageParam>,
) -> Result<(), NotCarried> {
    let mut parts = Vec::new();
    for (number, block) in blocks.into_iter().enumerate() {
        let place = format!("{place}.content.{number}");
        match block.r#type.as_str() {
            "text" => parts.push(Part::Text(text_of(block, &place)?)),
            "image" => parts.push(image(block, &place)?),
            "tool_result" => {
                messages.extend(user_message(std::mem::take(&mut parts)));
                messages.push(tool_result(block, &place)?);
            }
            kind => return Err(block_of(kind, &place)),
        }
    }
    messages.extend(user_message(parts));
    Ok(())
}

/// A message of these parts; text alone goes as bare text, which the plainest gateway understands.
fn user_message(parts: Vec<Part>) -> Option<ChatCompletionMessageParam> {
    let content = match <[Part; 1]>::try_from(parts) {
        Ok([Part::Text(text)]) => Content::Text(text),
        Ok([image]) => Content::Parts(vec![image.fields()]),
        Err(parts) if parts.is_empty() => return None,
        Err(parts) => Content::Parts(parts.into_iter().map(Part::fields).collect()),
    };
    Some(message("user", Some(content)))
}

/// An earlier answer. Its thinking stays behind: it is sealed for Anthropic's servers, which read over it themselves once the turn
/// is over.
fn assistant(
    blocks: Vec<ContentBlock>,
    place: &str,
) -> Result<Option<ChatCompletionMessageParam>, NotCarried> {
    let mut said = String::new();
    let mut calls = Vec::new();
    for (number, block) in blocks.into_iter().enumerate() {
        let place = format!("{place}.content.{number}");
        match block.r#type.as_str() {
            "text" => said.push_str(&text_of(block, &place)?),
            "tool_use" => calls.push(tool_use(block, &place)?),
            "thinking" | "redacted_thinking" => {}
            kind => return Err(block_of(kind, &place)),
        }
    }
    if said.is_empty() && calls.is_empty() {
        return Ok(None);
    }
    let content = (!said.is_empty()).then_some(Content::Text(said));
    let mut answer = message("assistant", content);
    if !calls.is_empty() {
        answer.rest.insert("tool_calls".to_owned(), calls.into());
    }
    Ok(Some(answer))
}

fn tool_use(block: ContentBlock, place: &str) -> Result<Value, NotCarried> {
    let call: ToolUse = read(block, place)?;
    refuse_unknown(&call.rest, &HARMLESS, place)?;
    let function = json!({ "name": call.name, "arguments": call.input.to_string() });
    Ok(json!({ "id": call.id, "type": "function", "function": function }))
}

/// A tool's result. That it failed has no field here, so that its text says it.
fn tool_result(block: ContentBlock, place: &str) -> Result<ChatCompletionMessageParam, NotCarried> {
    let result: ToolResult = read(block, place)?;
    refuse_unknown(&result.rest, &HARMLESS, place)?;
    let mut said = match result.content {
        Some(content) => text(content, place)?,
        None => String::new(),
    };
    if result.is_error == Some(true) {
        said.insert_str(0, "Error: ");
    }
    let mut answer = message("tool", Some(Content::Text(said)));
    let id = Value::from(result.tool_use_id);
    answer.rest.insert("tool_call_id".to_owned(), id);
    Ok(answer)
}

fn image(mut block: ContentBlock, place: &str) -> Result<Part, NotCarried> {
    let source = block.rest.remove("source").unwrap_or_default();
    refuse_unknown(&block.rest, &HARMLESS, place)?;
    match serde_json::from_value(source) {
        Ok(ImageSource::Base64 { media_type, data }) => {
            Ok(Part::Image(format!("data:{media_type};base64,{data}")))
        }
        Ok(ImageSource::Url { url }) => Ok(Part::Image(url)),
        Err(_) => Err(NotCarried::new(format!(
            "the source of the image `{place}`"
        ))),
    }
}

/// Content that this dialect takes as text alone, a line for each block.
fn text(content: MessageContent, place: &str) -> Result<String, NotCarried> {
    let blocks = match content {
        MessageContent::Text(text) => return Ok(text),
        MessageContent::Blocks(blocks) => blocks,
    };
    let mut lines = Vec::with_capacity(blocks.len());
    for (number, block) in blocks.into_iter().enumerate() {
        let place = format!("{place}.{number}");
        if block.r#type != "text" {
            return Err(block_of(&block.r#type, &place));
        }
        lines.push(text_of(block, &place)?);
    }
    Ok(lines.join("\n"))
}

fn text_of(block: ContentBlock, place: &str) -> Result<String, NotCarried> {
    refuse_unknown(&block.rest, &HARMLESS, place)?;
    Ok(block.text.unwrap_or_default())
}

fn read<T: serde::de::DeserializeOwned>(block: ContentBlock, place: &str) -> Result<T, NotCarried> {
    let kind = block.r#type;
    serde_json::from_value(Value::Object(block.rest)).map_err(|_| block_of(&kind, place))
}

fn block_of(kind: &str, place: &str) -> NotCarried {
    NotCarried::new(format!("the `{kind}` block `{place}`"))
}

fn message(role: &str, content: Option<Content>) -> ChatCompletionMessageParam {
    ChatCompletionMessageParam {
        role: role.to_owned(),
        content,
        rest: Rest::new(),
    }
}
