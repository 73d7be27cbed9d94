//! An answer that comes whole: read to its end, bounded, and looked through for what the meter must know.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::anthropic::{CacheCreation, Rest, StreamEvent, Usage};

use super::chunks::Chunks;
use super::refusal;
use crate::error::Error;

/// Bytes that a whole answer may have. The longest one, 128,000 tokens, is about 600 kB of text, and 4 MB where each character is
/// escaped.
const ANSWER_BYTES_MAX: usize = 8 * 1_024 * 1_024;

/// A whole answer, in Anthropic's dialect.
#[derive(Debug)]
pub struct WholeAnswer {
    /// The body as the caller gets it.
    pub bytes: Bytes,
    /// What it used.
    pub usage: Usage,
    /// Why the model stopped.
    pub stop_reason: Option<String>,
}

/// What is read of an answer; its content is passed over.
#[derive(Deserialize)]
struct Summary {
    usage: Counts,
    stop_reason: Option<String>,
}

/// The counts that have a price. Unlike [`Usage`] it does not carry the fields that it does not know: they stand in the bytes.
#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation: Option<CacheCreation>,
}

impl From<Counts> for Usage {
    fn from(counts: Counts) -> Self {
        Self {
            input_tokens: counts.input_tokens,
            output_tokens: counts.output_tokens,
            cache_creation_input_tokens: counts.cache_creation_input_tokens,
            cache_read_input_tokens: counts.cache_read_input_tokens,
            cache_creation: counts.cache_creation,
            rest: Rest::new(),
        }
    }
}

impl WholeAnswer {
    /// Looks through the body of an answer.
    ///
    /// # Errors
    ///
    /// The upstream's own error, which proxies send with a status of success; and as [`unreadable`] says for a body that is no message.
    pub(super) fn new(bytes: Bytes) -> Result<Self, Error> {
        let Summary { usage, stop_reason } = parse(&bytes)?;
        Ok(Self {
            bytes,
            usage: usage.into(),
            stop_reason,
        })
    }
}

/// Reads the body of a whole answer.
///
/// # Errors
///
/// As [`WholeAnswer::new`].
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| match serde_json::from_slice(body) {
        Ok(StreamEvent::Error(refused)) => refusal::from_event(refused, None),
        _ => unreadable(&error),
    })
}

/// Why the body of a whole answer cannot be read. One that says no length can be cut without a sign but its own text.
pub(super) fn unreadable(error: &serde_json::Error) -> Error {
    if error.is_eof() {
        return Error::Interrupted(None);
    }
    Error::Protocol(format!("the answer cannot be read: {error}"))
}

/// Reads a body to its end. One that comes in a single chunk is not copied.
///
/// # Errors
///
/// As [`Chunks::poll_next`]; and [`Error::Protocol`] for a body that is too large.
pub(super) async fn read(mut chunks: Chunks) -> Result<Bytes, Error> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = poll_fn(|context| chunks.poll_next(context)).await {
        let chunk = chunk?;
        if first.is_empty() {
            first = chunk;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
        }
        if all.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Error::Protocol(format!(
                "the answer has more than {ANSWER_BYTES_MAX} bytes"
            )));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}
