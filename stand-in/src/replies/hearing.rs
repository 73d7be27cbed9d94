//! What the stand-in knows about a request when it answers: only what it received.

use hyper::header::{HeaderMap, USER_AGENT};
use serde_json::{Map, Value};

use crate::auth::KeySeen;
use crate::validate::Asked;

/// A request, as far as an answer speaks of it.
#[derive(Clone, Debug)]
pub(crate) struct Hearing {
    /// The last thing that the visitor said.
    pub(crate) question: String,
    /// What the visitor said before, oldest first.
    pub(super) earlier: Vec<String>,
    /// How many messages the conversation has, both sides counted.
    pub(super) messages: usize,
    /// Bytes of system prompt.
    pub(super) system_bytes: usize,
    pub(super) model: &'static str,
    pub(super) max_tokens: u64,
    pub(super) is_stream: bool,
    pub(super) effort: Option<String>,
    /// Names of the headers, each once, in order.
    pub(super) header_names: Vec<String>,
    pub(crate) key: KeySeen,
    /// Who sent it, and over which way.
    pub(super) sender: Sender,
}

/// Who sends a request, and what stands in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// A browser, through Airlock.
    Page,
    /// A program, through Airlock, which adds its name behind the program's own.
    Program,
    /// A program, with nothing in between.
    Direct,
}

impl Sender {
    fn of_agent(agent: Option<&str>) -> Self {
        match agent {
            Some(agent) if agent.starts_with("airlock/") => Self::Page,
            Some(agent) if agent.contains(" airlock/") => Self::Program,
            _ => Self::Direct,
        }
    }
}

impl Hearing {
    pub(crate) fn new(
        body: &Map<String, Value>,
        asked: &Asked,
        headers: &HeaderMap,
        key: KeySeen,
    ) -> Self {
        let messages = body.get("messages").and_then(Value::as_array);
        let messages = messages.map_or(&[][..], Vec::as_slice);
        let is_user = |message: &&Value| message.get("role").is_some_and(|role| role == "user");
        let said = messages.iter().filter(is_user);
        let mut earlier: Vec<_> = said.map(|message| text(message.get("content"))).collect();
        let effort = body
            .get("output_config")
            .and_then(|config| config.get("effort"));
        let agent = headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Self {
            question: earlier.pop().unwrap_or_default(),
            earlier,
            messages: messages.len(),
            system_bytes: text(body.get("system")).len(),
            model: asked.model_id,
            max_tokens: asked.max_tokens,
            is_stream: asked.is_stream,
            effort: effort.and_then(Value::as_str).map(str::to_owned),
            header_names: headers
                .keys()
                .map(|name| name.as_str().to_owned())
                .collect(),
            sender: Sender::of_agent(agent),
            key,
        }
    }
}

/// The text of a content, its blocks joined by line feeds.
fn text(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(blocks)) => {
            let texts = blocks
                .iter()
                .filter_map(|block| block.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
