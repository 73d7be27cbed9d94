//! A tokenizer that is none: it counts tokens by bytes, always the same way and never more than there are bytes.

use std::borrow::Cow;

use serde_json::{Map, Value};
use shared::models::Tokenizer;

/// Tokens of the frame around one message, as seen with Claude.
const MESSAGE_FRAME: u64 = 7;

/// Tokens of the frame around a whole request.
const REQUEST_FRAME: u64 = 8;

/// Tokens of one image, whatever its size: an image of a million pixels has about as many.
const IMAGE: u64 = 1_600;

/// How many tokens `bytes` of text have, rounded up: one in 3.5 bytes, and with the older tokenizer one in 4.5.
pub(super) const fn of_bytes(tokenizer: Tokenizer, bytes: u64) -> u64 {
    match tokenizer {
        Tokenizer::From47 => bytes.saturating_mul(2).div_ceil(7),
        Tokenizer::UpTo46 => bytes.saturating_mul(2).div_ceil(9),
    }
}

/// The most bytes of text that `tokens` can say.
pub(super) const fn bytes_within(tokenizer: Tokenizer, tokens: u64) -> u64 {
    match tokenizer {
        Tokenizer::From47 => tokens.saturating_mul(7) / 2,
        Tokenizer::UpTo46 => tokens.saturating_mul(9) / 2,
    }
}

/// One piece of a prompt, in the order in which the model reads it.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// What it says; two prompts begin alike when their first parts say the same.
    pub(super) content: Cow<'a, str>,
    pub(super) tokens: u64,
    /// Whether the prompt up to here is to be cached, and for how long.
    pub(super) cache: Option<CacheLife>,
}

/// How long a cached prompt lives after its last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheLife {
    FiveMinutes,
    OneHour,
}

/// The prompt of a request: its tools, its system prompt and its messages.
pub(super) fn prompt(body: &Map<String, Value>, tokenizer: Tokenizer) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for tool in list(body.get("tools")) {
        parts.push(part(tool, tokenizer));
    }
    parts.extend(content(body.get("system"), tokenizer));
    for message in list(body.get("messages")) {
        let mut blocks = content(message.get("content"), tokenizer);
        if let Some(first) = blocks.first_mut() {
            first.tokens += MESSAGE_FRAME;
            let role = message
                .get("role")
                .and_then(Value::as_str)
                .unwrap_or_default();
            first.content = format!("{role}: {}", first.content).into();
        }
        parts.append(&mut blocks);
    }
    if let Some(first) = parts.first_mut() {
        first.tokens += REQUEST_FRAME;
    }
    if let (Some(life), Some(last)) = (cache_life(body.get("cache_control")), parts.last_mut()) {
        last.cache = Some(life);
    }
    parts
}

/// The tokens of a whole prompt.
pub(super) fn total(parts: &[Part<'_>]) -> u64 {
    parts.iter().map(|part| part.tokens).sum()
}

fn content(content: Option<&Value>, tokenizer: Tokenizer) -> Vec<Part<'_>> {
    match content {
        Some(Value::String(text)) => vec![Part {
            content: text.into(),
            tokens: of_bytes(tokenizer, text.len() as u64),
            cache: None,
        }],
        blocks => list(blocks)
            .iter()
            .map(|block| part(block, tokenizer))
            .collect(),
    }
}

fn part(block: &Value, tokenizer: Tokenizer) -> Part<'_> {
    let text = block.get("text").and_then(Value::as_str);
    let content = text.map_or_else(|| block.to_string().into(), Cow::from);
    let is_image = block.get("type").is_some_and(|kind| kind == "image");
    Part {
        tokens: if is_image {
            IMAGE
        } else {
            of_bytes(tokenizer, content.len() as u64)
        },
        content,
        cache: cache_life(block.get("cache_control")),
    }
}

fn cache_life(control: Option<&Value>) -> Option<CacheLife> {
    let control = control.filter(|control| control.is_object())?;
    let is_long = control.get("ttl").is_some_and(|ttl| ttl == "1h");
    Some(if is_long {
        CacheLife::OneHour
    } else {
        CacheLife::FiveMinutes
    })
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(body: &Value) -> u64 {
        let body = body.as_object().expect("an object");
        total(&prompt(body, Tokenizer::From47))
    }

    #[test]
    fn tokens_are_bytes_by_three_and_a_half_rounded_up() {
        for (bytes, tokens) in [(0, 0), (1, 1), (3, 1), (4, 2), (7, 2), (35, 10)] {
            assert_eq!(of_bytes(Tokenizer::From47, bytes), tokens, "{bytes} bytes");
        }
        assert_eq!(of_bytes(Tokenizer::UpTo46, 90), 20);
    }

    #[test]
    fn a_text_cut_to_a_number_of_tokens_has_no_more_and_a_byte_more_would() {
        for tokenizer in [Tokenizer::From47, Tokenizer::UpTo46] {
            for tokens in 0..100 {
                let bytes = bytes_within(tokenizer, tokens);
                assert!(of_bytes(tokenizer, bytes) <= tokens);
                assert!(of_bytes(tokenizer, bytes + 1) > tokens);
            }
        }
    }

    #[test]
    fn a_prompt_never_has_more_tokens_than_the_bound_that_money_is_reserved_by() {
        for text in ["", "a", "hello", "\u{1f600}"] {
            let body = json!({"system": text, "messages": [{"role": "user", "content": text}, {"role": "assistant", "content": text}]});
            let bound = shared::preflight::input_bound(3 * text.len() as u64, 2).0;
            assert!(count(&body) <= bound, "{text:?}");
        }
    }

    #[test]
    fn text_counts_the_same_bare_and_as_a_block() {
        let bare = json!({"messages": [{"role": "user", "content": "seven bytes and more"}]});
        let block = json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "seven bytes and more"}]}]});
        assert_eq!(count(&bare), count(&block));
        assert_eq!(count(&bare), 6 + MESSAGE_FRAME + REQUEST_FRAME);
    }
}
