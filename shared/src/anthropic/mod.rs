//! Anthropic's Messages API, named as in the official SDKs. Fields that we do not know are carried along.

mod event;
mod message;

pub use event::{
    ContentBlockDelta, ContentBlockStart, ContentBlockStop, Delta, ErrorDetail, ErrorResponse,
    MessageDelta, MessageDeltaBody, MessageStart, StreamEvent,
};
pub use message::{
    CacheCreation, ContentBlock, CountTokensResponse, Message, MessageContent,
    MessageCountTokensParams, MessageCreateParams, MessageParam, OutputConfig, SystemPrompt, Usage,
};

/// The API version that we speak (<https://docs.claude.com/en/api/versioning>).
pub const VERSION: &str = "2026-10-21";

/// The version before; clients that were not updated still send it.
pub const VERSION_2023: &str = "2023-06-01";

/// The path of the Messages API below the base URL.
pub const MESSAGES_PATH: &str = "/v1/messages";

/// The path below the base URL at which tokens are counted.
pub const COUNT_TOKENS_PATH: &str = "/v1/messages/count_tokens";

/// Fields of the wire that we do not know.
pub type Rest = serde_json::Map<String, serde_json::Value>;
