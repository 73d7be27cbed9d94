//! Requests and whole answers of `POST /v1/chat/completions`.

use serde::{Deserialize, Serialize};

use super::{Rest, null_as_default};
use crate::money::{TokenCount, TokenUsage};

/// The body of `POST /v1/chat/completions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletionCreateParams {
    /// The model's id.
    pub model: String,
    /// The conversation, oldest first; the system prompt is a message of it.
    pub messages: Vec<ChatCompletionMessageParam>,
    /// Most tokens to answer with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_completion_tokens: Option<u32>,
    /// The older name of `max_completion_tokens`; gateways know this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Whether the answer comes as chunks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What a stream should have in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// How much effort to spend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `stream_options` of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Whether the last chunk says what the answer used. Without it a stream has no usage at all.
    #[serde(default)]
    pub include_usage: bool,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One message of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletionMessageParam {
    /// `developer`, `system`, `user`, `assistant` or `tool`.
    pub role: String,
    /// What was said; an assistant that only called tools said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Everything else, tool calls among it.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A message's content: bare text, or parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Bare text.
    Text(String),
    /// Parts, carried as they are.
    Parts(Vec<Rest>),
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletion {
    /// `chatcmpl-…`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The model that answered.
    #[serde(default, deserialize_with = "null_as_default")]
    pub model: String,
    /// The answers; there is one unless more were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub choices: Vec<Choice>,
    /// What it used. Some gateways leave it out.
    #[serde(default)]
    pub usage: Option<CompletionUsage>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One answer of a [`ChatCompletion`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its place.
    #[serde(default)]
    pub index: u32,
    /// What was answered.
    pub message: ResponseMessage,
    /// Why it ended: `stop`, `length`, `tool_calls`, `content_filter`.
    #[serde(default)]
    pub finish_reason: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// The message of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseMessage {
    /// The text; absent where only tools were called.
    #[serde(default)]
    pub content: Option<String>,
    /// The tools that the model wants to have called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Everything else, `role` among it.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A tool call of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The name by which the result refers to it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// What is called.
    pub function: FunctionCall,
    /// Everything else, `type` among it.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What a tool call calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionCall {
    /// The function's name.
    pub name: String,
    /// The arguments as JSON text, which the model may have got wrong.
    #[serde(default, deserialize_with = "null_as_default")]
    pub arguments: String,
}

/// What an answer used, in this dialect's classes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionUsage {
    /// All input, that from a cache included.
    #[serde(default, deserialize_with = "null_as_default")]
    pub prompt_tokens: u64,
    /// All output, reasoning included.
    #[serde(default, deserialize_with = "null_as_default")]
    pub completion_tokens: u64,
    /// The parts of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens_details: Option<PromptTokensDetails>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// The parts of an answer's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptTokensDetails {
    /// Read from a cache.
    #[serde(default, deserialize_with = "null_as_default")]
    pub cached_tokens: u64,
    /// Written to a cache.
    #[serde(default, deserialize_with = "null_as_default")]
    pub cache_write_tokens: u64,
}

impl CompletionUsage {
    /// The five classes that have prices. This dialect counts cached input as part of the prompt and does not tell the lives of
    /// caches apart; writes count as five-minute ones.
    pub fn tokens(&self) -> TokenUsage {
        let details = self.prompt_tokens_details.unwrap_or_default();
        let cached = details
            .cached_tokens
            .saturating_add(details.cache_write_tokens);
        TokenUsage {
            input: TokenCount(self.prompt_tokens.saturating_sub(cached)),
            output: TokenCount(self.completion_tokens),
            cache_write_5m: TokenCount(details.cache_write_tokens),
            cache_write_1h: TokenCount(0),
            cache_read: TokenCount(details.cached_tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_survive_a_round_trip() {
        let json = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"}],"name":"n"}],"seed":1,"max_tokens":5}"#;
        let params: ChatCompletionCreateParams = serde_json::from_str(json).expect("reads");
        let again = serde_json::to_value(&params).expect("writes");
        assert_eq!(
            again,
            serde_json::from_str::<serde_json::Value>(json).expect("json")
        );
    }

    #[test]
    fn counts_that_a_gateway_writes_as_null_are_none() {
        let json = r#"{"prompt_tokens":9,"completion_tokens":null,"prompt_tokens_details":{"cached_tokens":null}}"#;
        let usage: CompletionUsage = serde_json::from_str(json).expect("reads");
        assert_eq!((usage.tokens().input.0, usage.tokens().output.0), (9, 0));
    }

    #[test]
    fn cached_input_is_told_apart_from_fresh() {
        let json = r#"{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":10}}"#;
        let tokens = serde_json::from_str::<CompletionUsage>(json)
            .expect("reads")
            .tokens();
        assert_eq!(
            (tokens.input.0, tokens.cache_read.0, tokens.cache_write_5m.0),
            (30, 60, 10)
        );
        assert_eq!((tokens.prompt().0, tokens.output.0), (100, 7));
    }
}
