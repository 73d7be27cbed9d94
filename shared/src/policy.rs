//! What one caller may do. The server decides it; the page gets a copy, so that both judge alike.

use serde::{Deserialize, Serialize};

use crate::money::NanoUsd;

/// The bounds that a request is judged by. An empty model list allows nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Ids of the models that may be asked for, the default first.
    pub models: Vec<String>,
    /// Largest `max_tokens` that may be asked for.
    pub output_tokens_max: u32,
    /// `max_tokens` where the request names none.
    pub output_tokens_default: u32,
    /// Most messages in one request.
    pub messages_max: u32,
    /// Most bytes of one request's body.
    pub request_bytes_max: u64,
    /// Bytes of system prompt that the server adds. The tab never sees the prompt, but its length counts towards the
    /// bound, and both sides must arrive at the same one.
    pub system_bytes: u64,
    /// What may still be spent today; absent where no budget is set.
    pub budget_left: Option<NanoUsd>,
    /// What becomes of a request with a key in its text.
    pub on_secret: OnSecret,
    /// Whether Claude is asked to keep what is likely to be sent again.
    pub prompt_caching: bool,
}

/// What becomes of a request with a key in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSecret {
    /// It is refused.
    #[default]
    Block,
    /// The server cuts the key out before anything goes to Claude.
    Redact,
    /// It goes out as it is; the person is told.
    Warn,
}

/// Output tokens where a request asks for no number: a long answer, and 17 cents at most with the dearest current model.
pub const OUTPUT_TOKENS_DEFAULT: u32 = 4_096;

/// Output tokens that a browser may ask for at most; a page of prose is about 700.
pub const OUTPUT_TOKENS_MAX: u32 = 16_384;

/// Messages in one browser request: a conversation of a thousand turns.
pub const MESSAGES_MAX: u32 = 2_000;

/// Bytes in one request of a program, as many as Claude's API takes.
pub const MESSAGE_BYTES_MAX: u64 = 32 * 1_024 * 1_024;

/// Bytes in one browser request. The longest conversation that people hold by hand is about 400 kB.
pub const REQUEST_BYTES_MAX: u64 = 512 * 1_024;
