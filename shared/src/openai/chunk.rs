//! The chunks of a streamed answer. They come as data-only events, and [`super::DONE`] ends them.

use serde::{Deserialize, Serialize};

use super::{CompletionUsage, Rest, null_as_default};

/// One chunk. Gateways leave out what they have no word for, or write it as null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatCompletionChunk {
    /// `chatcmpl-…`, the same in every chunk.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// The model that answers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub model: String,
    /// What each answer grows by; empty in the chunk that says what was used.
    #[serde(default, deserialize_with = "null_as_default")]
    pub choices: Vec<ChunkChoice>,
    /// What the answer used; in one chunk alone, and only where it was asked for.
    #[serde(default)]
    pub usage: Option<CompletionUsage>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What one answer grows by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChunkChoice {
    /// The answer's place.
    #[serde(default)]
    pub index: u32,
    /// The growth.
    #[serde(default, deserialize_with = "null_as_default")]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolCallDelta {
    /// The call's place. Gateways that know one call at a time leave it out.
    #[serde(default)]
    pub index: u32,
    /// The call's id, in its first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<FunctionDelta>,
    /// Everything else, `type` among it.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A piece of what a tool call calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionDelta {
    /// The function's name, in the first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The next piece of the arguments, which together are JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
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

    #[test]
    fn what_gateways_leave_out_or_write_as_null_is_read() {
        for json in [
            "{}",
            r#"{"id":null,"model":null,"choices":null}"#,
            r#"{"choices":[{"delta":null}]}"#,
            r#"{"choices":[{"delta":{"content":null,"tool_calls":[{"function":{"arguments":"{}"}}]}}]}"#,
            r#"{"error":{"code":502,"message":"m"}}"#,
        ] {
            serde_json::from_str::<ChatCompletionChunk>(json).expect(json);
        }
    }
}
