//! Claude's own API, and whatever speaks as it does: the only place that writes `x-api-key`.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
};
use reqwest::{Client, Response};
use shared::anthropic::{MESSAGES_PATH, VERSION};

use super::events::EventStream;
use super::{FreeCall, refusal};
use crate::error::Error;
use crate::keys::KeyLease;
use crate::secret::Secret;
use crate::turn::Turn;
use serving::clock::Clock;

/// How long the upstream may take until its answer's headers. Long prompts take a minute; the API's own limit is ten.
const FIRST_BYTE_MAX: Duration = Duration::from_mins(2);

/// Bytes of an error answer that are read; the longest seen has two thousand.
const ERROR_BYTES_MAX: usize = 64 * 1_024;

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

    /// Sends a turn and gives its answer once its headers are there.
    pub(super) async fn open(&self, key: &KeyLease, turn: &Turn) -> Result<EventStream, Error> {
        let request = self
            .client
            .post(format!("{}{MESSAGES_PATH}", self.base_url))
            .headers(headers(key.secret())?)
            .body(turn.raw.clone());
        let response = self.answered(request.send()).await?;
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        check_is_event_stream(response.headers())?;
        let body = hyper::Response::from(response).into_body();
        Ok(EventStream::new(body, self.clock.clone()))
    }

    /// Makes a call that costs nothing.
    pub(super) async fn call_free(&self, key: &KeyLease, call: FreeCall) -> Result<(), Error> {
        let path = match call {
            FreeCall::VerifyKey => "/v1/models?limit=1",
        };
        let request = self
            .client
            .get(format!("{}{path}", self.base_url))
            .headers(headers(key.secret())?);
        let response = self.answered(request.send()).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(self.refused(response).await)
    }

    async fn answered(
        &self,
        answer: impl Future<Output = reqwest::Result<Response>>,
    ) -> Result<Response, Error> {
        tokio::select! {
            answer = answer => answer.map_err(|error| Error::Unreachable(error.without_url())),
            () = self.clock.sleep(FIRST_BYTE_MAX) => Err(Error::Timeout("before its answer began")),
        }
    }

    async fn refused(&self, mut response: Response) -> Error {
        let status = response.status().as_u16();
        let retry_after_ms = refusal::retry_after_ms(response.headers());
        let request_id = response
            .headers()
            .get("request-id")
            .and_then(|id| id.to_str().ok())
            .map(|id| id.chars().take(64).collect());
        let deadline = self.clock.sleep(FIRST_BYTE_MAX);
        tokio::pin!(deadline);
        let mut body = Vec::new();
        loop {
            let chunk = tokio::select! {
                chunk = response.chunk() => chunk,
                () = &mut deadline => break,
            };
            // A body that breaks off is judged by its status and what came of it.
            let Ok(Some(chunk)) = chunk else { break };
            body.extend_from_slice(&chunk);
            if body.len() > ERROR_BYTES_MAX {
                body.truncate(ERROR_BYTES_MAX);
                break;
            }
        }
        refusal::from_answer(status, &body, retry_after_ms, request_id)
    }
}

/// All headers of a request, from an empty map: nothing of the caller's travels on.
fn headers(key: &Secret) -> Result<HeaderMap, Error> {
    let mut key = HeaderValue::from_str(key.expose())
        .map_err(|_| Error::Internal("the key cannot stand in a header".to_owned()))?;
    key.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (HeaderName::from_static("x-api-key"), key),
        (
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        ),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ]))
}

/// FM-34: we asked for plain bytes; anything else would be relayed as garbage.
fn check_is_event_stream(headers: &HeaderMap) -> Result<(), Error> {
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
    if essence.eq_ignore_ascii_case("text/event-stream") {
        return Ok(());
    }
    Err(Error::Protocol(format!(
        "the answer is {kind:?} and no event stream"
    )))
}
