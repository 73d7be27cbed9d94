//! The chat-completions dialect of OpenAI and of the gateways that speak it. Fields that we do not know are carried along.

mod chunk;
mod completion;

pub use chunk::{ChatCompletionChunk, ChunkChoice, ChunkDelta, FunctionDelta, ToolCallDelta};
pub use completion::{
    ChatCompletion, ChatCompletionCreateParams, ChatCompletionMessageParam, Choice,
    CompletionUsage, Content, FunctionCall, PromptTokensDetails, ResponseMessage, StreamOptions,
    ToolCall,
};

use serde::{Deserialize, Deserializer, Serialize};

/// The path of chat completions below a base URL, which ends in `/v1` by this dialect's custom.
pub const CHAT_COMPLETIONS_PATH: &str = "/chat/completions";

/// The path of the list of models below a base URL.
pub const MODELS_PATH: &str = "/models";

/// The data of a stream's last event. It is not JSON.
pub const DONE: &[u8] = b"[DONE]";

/// Fields of the wire that we do not know.
pub type Rest = serde_json::Map<String, serde_json::Value>;

/// An error, as a body or as the data of a stream's last event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// What is wrong.
    pub error: ErrorDetail,
}

/// The `error` of an [`ErrorResponse`]. Gateways fill it in their own ways: any part may be missing, and a code may be a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For people. It may show a part of the key, so that it stays on the server.
    #[serde(default)]
    pub message: String,
    /// The class.
    #[serde(default)]
    pub r#type: Option<String>,
    /// The machine-readable code.
    #[serde(default)]
    pub code: Option<serde_json::Value>,
    /// The field of the request that it is about.
    #[serde(default)]
    pub param: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Reads null as if the field were absent: gateways write one or the other.
fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_gateways_are_read_whatever_they_leave_out() {
        for json in [
            r#"{"error":{"message":"m","type":"one_api_error"}}"#,
            r#"{"error":{"message":"m","type":"new_api_error","code":"insufficient_user_quota","param":null}}"#,
            r#"{"error":{"code":429}}"#,
        ] {
            serde_json::from_str::<ErrorResponse>(json).expect(json);
        }
    }
}
