//! Claude's own API, and whatever speaks as it does: the only place that writes `x-api-key`.

use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
};
use reqwest::{Client, Response};
use shared::anthropic::{MESSAGES_PATH, VERSION};

use super::chunks::Chunks;
use super::events::EventStream;
use super::whole::{self, WholeAnswer};
use super::{Answer, Content, FreeCall, refusal};
use crate::error::{Error, Verbatim};
use crate::keys::KeyLease;
use crate::secret::Secret;
use crate::turn::{Dialect, Turn};
use serving::clock::Clock;

/// How long the upstream may take until the headers of a streamed answer. Long prompts take a minute.
const FIRST_BYTE_MAX: Duration = Duration::from_mins(2);

/// How long the upstream may take until the headers of a whole answer, which come when all of it is written. The API's own limit.
const WHOLE_ANSWER_MAX: Duration = Duration::from_mins(10);

/// Bytes of an error answer that are read; the longest seen has two thousand.
const ERROR_BYTES_MAX: usize = 64 * 1_024;

const EVENT_STREAM: &str = "text/event-stream";
const JSON: &str = "application/json";

/// One Anthropic-speaking upstream. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Anthropic {
    client: Client,
    base_url: String,
    clock: Clock,
}

impl Anthropic {
    pub(super) fn new(base_url: String, client: Client, clock: Clock) -> Self {
        Self {
            client,
            base_url,
            clock,
        }
    }

    /// Sends a turn and gives its answer: events once the headers are there, a whole one once it is.
    pub(super) async fn open(&self, key: &KeyLease, turn: &Turn) -> Result<Answer, Error> {
        let query = if turn.is_beta { "?beta=true" } else { "" };
        let request = self
            .client
            .post(format!("{}{MESSAGES_PATH}{query}", self.base_url))
            .headers(headers(key.secret(), &turn.headers)?)
            .body(turn.raw.clone());
        let patience = if turn.is_streamed {
            FIRST_BYTE_MAX
        } else {
            WHOLE_ANSWER_MAX
        };
        let response = self.answered(request.send(), patience).await?;
        let passes_on = turn.dialect == Dialect::Anthropic;
        if !response.status().is_success() {
            return Err(self
                .refused(response, passes_on.then(|| key.secret()))
                .await);
        }
        let headers = if passes_on {
            passed_on(response.headers())
        } else {
            HeaderMap::new()
        };
        let content = if turn.is_streamed {
            check_kind(response.headers(), EVENT_STREAM)?;
            let chunks = Chunks::new(response, self.clock.clone());
            Content::Events(EventStream::new(chunks, passes_on))
        } else {
            check_kind(response.headers(), JSON)?;
            let bytes = whole::read(Chunks::new(response, self.clock.clone())).await?;
            Content::Whole(WholeAnswer::new(bytes)?)
        };
        Ok(Answer { headers, content })
    }

    /// Makes a call that costs nothing.
    pub(super) async fn call_free(&self, key: &KeyLease, call: FreeCall) -> Result<(), Error> {
        let path = match call {
            FreeCall::VerifyKey => "/v1/models?limit=1",
        };
        let request = self
            .client
            .get(format!("{}{path}", self.base_url))
            .headers(headers(key.secret(), &HeaderMap::new())?);
        let response = self.answered(request.send(), FIRST_BYTE_MAX).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(self.refused(response, None).await)
    }

    async fn answered(
        &self,
        answer: impl Future<Output = reqwest::Result<Response>>,
        patience: Duration,
    ) -> Result<Response, Error> {
        tokio::select! {
            answer = answer => answer.map_err(|error| Error::Unreachable(error.without_url())),
            () = self.clock.sleep(patience) => Err(Error::Timeout("before its answer began")),
        }
    }

    /// Reads an error answer. Whoever may see it as it is gives the `key`, which must not be in it.
    async fn refused(&self, mut response: Response, key: Option<&Secret>) -> Error {
        let deadline = self.clock.sleep(FIRST_BYTE_MAX);
        tokio::pin!(deadline);
        let mut body = Vec::new();
        let is_whole = loop {
            let chunk = tokio::select! {
                chunk = response.chunk() => chunk,
                () = &mut deadline => break false,
            };
            match chunk {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break true,
                // A body that breaks off is judged by its status and what came of it.
                Err(_) => break false,
            }
            if body.len() > ERROR_BYTES_MAX {
                body.truncate(ERROR_BYTES_MAX);
                break false;
            }
        };
        let (status, headers) = (response.status().as_u16(), response.headers());
        let verbatim = key
            .filter(|key| is_whole && may_be_seen(status, headers, &body, key))
            .map(|_| Verbatim {
                headers: passed_on(headers),
                bytes: Bytes::copy_from_slice(&body),
            });
        refusal::from_answer(status, headers, &body, verbatim)
    }
}

/// Whether a caller who speaks the dialect may see an error as it came. A refusal of our key is no business of the caller's, and
/// neither is where a redirect leads.
fn may_be_seen(status: u16, headers: &HeaderMap, body: &[u8], key: &Secret) -> bool {
    let is_about_the_request = status >= 400 && !matches!(status, 401 | 403);
    let is_encoded = headers.contains_key(CONTENT_ENCODING);
    let shows_the_key = matches!(
        key.redact(&String::from_utf8_lossy(body)),
        std::borrow::Cow::Owned(_)
    );
    is_about_the_request && !is_encoded && !shows_the_key
}

/// The headers of an answer that a caller may see: its name, the limits, and when to come back.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    const NAMES: [&str; 4] = [
        "request-id",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
    ];
    let is_passed = |name: &HeaderName| {
        NAMES.contains(&name.as_str()) || name.as_str().starts_with("anthropic-")
    };
    headers
        .iter()
        .filter(|(name, _)| is_passed(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// All headers of a request: ours, and those of the caller's that a dialect has picked, which win.
fn headers(key: &Secret, picked: &HeaderMap) -> Result<HeaderMap, Error> {
    let mut key = HeaderValue::from_str(key.expose())
        .map_err(|_| Error::Internal("the key cannot stand in a header".to_owned()))?;
    key.set_sensitive(true);
    let mut headers = HeaderMap::from_iter([
        (
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        ),
        (CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (ACCEPT, HeaderValue::from_static(JSON)),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ]);
    for (name, value) in picked {
        headers.insert(name.clone(), value.clone());
    }
    headers.insert(HeaderName::from_static("x-api-key"), key);
    Ok(headers)
}

/// FM-34: we asked for plain bytes of one kind; anything else would be relayed as garbage.
fn check_kind(headers: &HeaderMap, expected: &str) -> Result<(), Error> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if let Some(encoding) = text(CONTENT_ENCODING)
        && encoding != "identity"
    {
        return Err(Error::Protocol(format!(
            "the answer is encoded as {encoding:?}, unasked"
        )));
    }
    let kind = text(CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Error::Protocol(format!(
        "the answer is {kind:?} and not {expected}"
    )))
}
