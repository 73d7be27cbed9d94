//! The page's dialect: our small request becomes one of Anthropic's, and Anthropic's events become our few.
//!
//! The request is built here from typed parts; nothing of the browser's bytes is passed on.

use bytes::Bytes;
use hyper::HeaderMap;
use serde::Serialize;
use serde_json::json;
use shared::anthropic::{
    ContentBlock, Delta, MessageContent, MessageCountTokensParams, MessageCreateParams,
    MessageParam, OutputConfig, Rest, StreamEvent, SystemPrompt,
};
use shared::api::chat::{ChatEvent, ChatMessage, ChatRequest, Effort, Role, Started, TextPiece};
use shared::ids::RequestId;
use shared::preflight::Kept;

use crate::access::Caller;
use crate::error::Error;
use crate::turn::{Dialect, Trace, Turn, View};

/// Makes a turn of the page's request.
pub fn decode(request: ChatRequest, request_id: RequestId, trace: Trace) -> Turn<View> {
    trace.xray.asks(&request.model);
    Turn {
        request_id,
        dialect: Dialect::Browser,
        send_key: None,
        is_streamed: true,
        is_beta: false,
        headers: HeaderMap::new(),
        trace,
        content: View::Chat(request),
    }
}

/// Writes what goes upstream for a request of `caller` that was judged, behind the operator's `system_prompt`, with marks on what is to be
/// `kept`.
///
/// # Errors
///
/// [`Error::Internal`] when it cannot be written, which no request can cause.
pub fn body(
    request: ChatRequest,
    kept: Kept,
    caller: &Caller,
    system_prompt: &str,
) -> Result<Bytes, Error> {
    let user = json!({ "user_id": caller.id.pseudonym() });
    let max_tokens = request.max_tokens;
    let mut messages: Vec<_> = request.messages.into_iter().map(message).collect();
    let last_kept = kept.messages.checked_sub(1);
    if let Some(last) = last_kept.and_then(|last| messages.get_mut(last)) {
        mark(&mut last.content);
    }
    let mut system = system(system_prompt);
    if let Some(system) = system.as_mut().filter(|_| kept.system) {
        mark(system);
    }
    write(&MessageCreateParams {
        model: request.model,
        max_tokens: max_tokens.unwrap_or(caller.policy.output_tokens_default),
        messages,
        system,
        stream: Some(true),
        output_config: request.effort.map(output_config),
        rest: Rest::from_iter([("metadata".to_owned(), user)]),
    })
}

/// Writes what goes upstream to have a request counted that was judged: all of it that the model would read.
///
/// # Errors
///
/// As [`body`].
pub fn count_body(request: ChatRequest, system_prompt: &str) -> Result<Bytes, Error> {
    write(&MessageCountTokensParams {
        model: request.model,
        messages: request.messages.into_iter().map(message).collect(),
        system: system(system_prompt),
        output_config: request.effort.map(output_config),
        rest: Rest::new(),
    })
}

fn write(body: &impl Serialize) -> Result<Bytes, Error> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(|error| Error::Internal(error.to_string()))
}

fn system(prompt: &str) -> Option<SystemPrompt> {
    (!prompt.is_empty()).then(|| SystemPrompt::Text(prompt.to_owned()))
}

/// Asks to keep the prompt up to and including `text` for five minutes.
fn mark(text: &mut MessageContent) {
    if let MessageContent::Text(words) = text {
        let mut block = ContentBlock::text(std::mem::take(words));
        let mark = json!({ "type": "ephemeral" });
        block.rest.insert("cache_control".to_owned(), mark);
        *text = MessageContent::Blocks(vec![block]);
    }
}

fn output_config(effort: Effort) -> OutputConfig {
    OutputConfig {
        effort: Some(effort.as_str().to_owned()),
        ..OutputConfig::default()
    }
}

fn message(message: ChatMessage) -> MessageParam {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    MessageParam {
        role: role.to_owned(),
        content: MessageContent::Text(message.content),
        rest: Rest::new(),
    }
}

/// What one of Anthropic's events means to the page; most mean nothing. How an answer ends is for the meter to say, which knows
/// what it cost.
pub fn encode(event: StreamEvent, request_id: RequestId) -> Option<ChatEvent> {
    let piece = match event {
        StreamEvent::MessageStart(start) => {
            return Some(ChatEvent::Started(Started {
                request_id,
                model: start.message.model,
            }));
        }
        StreamEvent::ContentBlockDelta(delta) => delta.delta,
        StreamEvent::ContentBlockStart(_)
        | StreamEvent::ContentBlockStop(_)
        | StreamEvent::MessageDelta(_)
        | StreamEvent::MessageStop
        | StreamEvent::Ping
        | StreamEvent::Error(_)
        | StreamEvent::Unknown => return None,
    };
    match piece {
        Delta::TextDelta { text } => Some(ChatEvent::Delta(TextPiece { text })),
        Delta::ThinkingDelta { thinking } => {
            Some(ChatEvent::Thinking(TextPiece { text: thinking }))
        }
        Delta::InputJsonDelta { .. } | Delta::SignatureDelta { .. } | Delta::Unknown => None,
    }
}
