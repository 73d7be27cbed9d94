//! The chunks of a streamed answer. They come as data-only events, and [`super::DONE`] ends them.

use serde::{Deserialize, Serialize};

use super::{CompletionUsage, Rest};

/// One chunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletionChunk {
    /// `chatcmpl-…`, the same in every chunk.
    pub id: String,
    /// The model that answers.
    pub model: String,
    /// What each answer grows by; empty in the chunk that says what was used.
    #[serde(default)]
    pub choices: Vec<ChunkChoice>,
    /// What the answer used; in one chunk alone, and only where it was asked for.
    #[serde(default)]
    pub usage: Option<CompletionUsage>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What one answer grows by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChunkChoice {
    /// The answer's place.
    #[serde(default)]
    pub index: u32,
    /// The growth.
    #[serde(default)]
    pub delta: ChunkDelta,
    /// Why it ends, in its last chunk.
    #[serde(default)]
    pub finish_reason: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// The growth of an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChunkDelta {
    /// `assistant`, in the first chunk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Tools that the model wants to have called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCallDelta>>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A piece of a tool call: its first has the id and the name, the others more of the arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCallDelta {
    /// The call's place.
    pub index: u32,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chunk_with_the_usage_has_no_choice() {
        let json = r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;
        let chunk: ChatCompletionChunk = serde_json::from_str(json).expect("reads");
        assert!(chunk.choices.is_empty());
        assert_eq!(chunk.usage.expect("usage").tokens().output.0, 2);
        assert_eq!(chunk.rest["created"], 1);
    }

    #[test]
    fn a_null_usage_and_an_empty_delta_are_read() {
        let json = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#;
        let chunk: ChatCompletionChunk = serde_json::from_str(json).expect("reads");
        assert_eq!(chunk.choices[0].finish_reason.as_deref(), Some("stop"));
    }
}
