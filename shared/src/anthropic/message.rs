//! Requests and whole answers of `POST /v1/messages`.

use serde::{Deserialize, Serialize};

use super::Rest;
use crate::money::{TokenCount, TokenUsage};

/// The body of `POST /v1/messages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageCreateParams {
    /// The model's id.
    pub model: String,
    /// Most tokens to answer with.
    pub max_tokens: u32,
    /// The conversation, oldest first.
    pub messages: Vec<MessageParam>,
    /// The system prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemPrompt>,
    /// Whether the answer comes as events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// How much effort to spend, and in what form to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// The body of `POST /v1/messages/count_tokens`: of a request for an answer, what is read by the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageCountTokensParams {
    /// The model's id.
    pub model: String,
    /// The conversation, oldest first.
    pub messages: Vec<MessageParam>,
    /// The system prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemPrompt>,
    /// How much effort to spend, and in what form to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One message of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageParam {
    /// `user`, `assistant` or `system`.
    pub role: String,
    /// What was said.
    pub content: MessageContent,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A message's content: bare text, or blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MessageContent {
    /// Bare text.
    Text(String),
    /// Blocks.
    Blocks(Vec<ContentBlock>),
}

/// The system prompt: bare text, or text blocks.
pub type SystemPrompt = MessageContent;

/// One block of content. Only the text of `text` blocks and what `thinking` blocks show is looked at; all else is carried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentBlock {
    /// The block's type: `text`, `thinking`, `image`, `tool_use` and others.
    pub r#type: String,
    /// The text of a `text` block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

impl ContentBlock {
    /// A `text` block.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            r#type: "text".to_owned(),
            text: Some(text.into()),
            rest: Rest::new(),
        }
    }
}

/// `output_config` of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutputConfig {
    /// `low`, `medium`, `high`, `xhigh` or `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `msg_…`.
    pub id: String,
    /// The model that answered, by its full id.
    pub model: String,
    /// What was answered.
    #[serde(default)]
    pub content: Vec<ContentBlock>,
    /// Why it ended; absent until it did.
    #[serde(default)]
    pub stop_reason: Option<String>,
    /// What it used so far.
    pub usage: Usage,
    /// Everything else, `type` and `role` among it.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Token counts as the wire has them: a field that is absent or null says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Fresh input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Output so far, thinking included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Input written to a cache, of either life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_creation_input_tokens: Option<u64>,
    /// Input read from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_input_tokens: Option<u64>,
    /// Input written to a cache, by life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_creation: Option<CacheCreation>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Input written to a cache, by the cache's life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheCreation {
    /// To the five-minute cache.
    #[serde(default)]
    pub ephemeral_5m_input_tokens: u64,
    /// To the one-hour cache.
    #[serde(default)]
    pub ephemeral_1h_input_tokens: u64,
}

impl Usage {
    /// Takes over every count that `newer` has. Counts are cumulative, so that the newer one replaces the older; what `newer`
    /// leaves out stays as it was known.
    pub fn merge(&mut self, newer: Self) {
        fn replace<T>(known: &mut Option<T>, newer: Option<T>) {
            if newer.is_some() {
                *known = newer;
            }
        }
        replace(&mut self.input_tokens, newer.input_tokens);
        replace(&mut self.output_tokens, newer.output_tokens);
        replace(
            &mut self.cache_creation_input_tokens,
            newer.cache_creation_input_tokens,
        );
        replace(
            &mut self.cache_read_input_tokens,
            newer.cache_read_input_tokens,
        );
        replace(&mut self.cache_creation, newer.cache_creation);
        self.rest.extend(newer.rest);
    }

    /// Whether it says what a whole answer must: how much was read, and how much was written.
    pub const fn is_said(&self) -> bool {
        self.input_tokens.is_some() && self.output_tokens.is_some()
    }

    /// The five classes that have prices. Cache writes without their split count as five-minute ones, which is what the API
    /// writes where a request names no life.
    pub fn tokens(&self) -> TokenUsage {
        let written = self.cache_creation_input_tokens.unwrap_or(0);
        let (five_minutes, one_hour) = match self.cache_creation {
            Some(split) => {
                let one_hour = split.ephemeral_1h_input_tokens;
                let five_minutes = written.saturating_sub(one_hour);
                (five_minutes.max(split.ephemeral_5m_input_tokens), one_hour)
            }
            None => (written, 0),
        };
        TokenUsage {
            input: TokenCount(self.input_tokens.unwrap_or(0)),
            output: TokenCount(self.output_tokens.unwrap_or(0)),
            cache_write_5m: TokenCount(five_minutes),
            cache_write_1h: TokenCount(one_hour),
            cache_read: TokenCount(self.cache_read_input_tokens.unwrap_or(0)),
        }
    }
}

/// The answer of `POST /v1/messages/count_tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountTokensResponse {
    /// The prompt's tokens.
    pub input_tokens: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> Usage {
        serde_json::from_str(json).expect("usage")
    }

    /// FM-5, FM-7: per field, the last value that is there wins and a report that leaves one out resets nothing; output is cumulative,
    /// never summed.
    #[test]
    fn a_later_count_replaces_and_an_absent_one_keeps() {
        let mut known =
            usage(r#"{"input_tokens":20,"output_tokens":1,"cache_read_input_tokens":9}"#);
        known.merge(usage(r#"{"output_tokens":7}"#));
        known.merge(usage(
            r#"{"output_tokens":12,"cache_read_input_tokens":null}"#,
        ));
        let tokens = known.tokens();
        assert_eq!(tokens.input, TokenCount(20));
        assert_eq!(tokens.output, TokenCount(12));
        assert_eq!(tokens.cache_read, TokenCount(9));
    }

    /// FM-4: one-hour cache writes are told apart; without the split all count as five-minute ones.
    #[test]
    fn cache_writes_are_split_by_life() {
        let split = usage(
            r#"{"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20}}"#,
        )
        .tokens();
        assert_eq!((split.cache_write_5m.0, split.cache_write_1h.0), (10, 20));
        let whole = usage(r#"{"cache_creation_input_tokens":30}"#).tokens();
        assert_eq!((whole.cache_write_5m.0, whole.cache_write_1h.0), (30, 0));
    }

    #[test]
    fn unknown_fields_survive_a_round_trip() {
        let json = r#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"a":1}}]}],"tools":[{"x":2}]}"#;
        let params: MessageCreateParams = serde_json::from_str(json).expect("reads");
        let again = serde_json::to_value(&params).expect("writes");
        assert_eq!(
            again,
            serde_json::from_str::<serde_json::Value>(json).expect("json")
        );
    }
}
