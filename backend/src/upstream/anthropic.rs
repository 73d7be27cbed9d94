//! Claude's own API, and whatever speaks as it does: the only place that writes `x-api-key`.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
};
use reqwest::{Response, Url};
use shared::anthropic::{COUNT_TOKENS_PATH, MESSAGES_PATH, VERSION};

use super::endpoint::{EVENT_STREAM, Endpoint, ErrorAnswer, JSON, is_kind};
use super::events::EventStream;
use super::whole::{self, WholeAnswer};
use super::{Answer, Content, FreeCall, refusal};
use crate::error::{Error, Verbatim};
use crate::keys::KeyLease;
use crate::turn::{Dialect, Judged, Turn};
use secret::Secret;

/// Headers that a request has, as a rule, at most: five of ours, a few of the caller's and two of the client's. More make the map grow.
const HEADERS_USUAL: usize = 12;

/// One Anthropic-speaking upstream. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Anthropic {
    endpoint: Endpoint,
    messages: Url,
    beta_messages: Url,
    counts: Url,
    models: Url,
}

impl Anthropic {
    /// # Errors
    ///
    /// When the endpoint's address is none.
    pub(super) fn new(endpoint: Endpoint) -> reqwest::Result<Self> {
        Ok(Self {
            messages: endpoint.url(MESSAGES_PATH)?,
            beta_messages: endpoint.url(&format!("{MESSAGES_PATH}?beta=true"))?,
            counts: endpoint.url(COUNT_TOKENS_PATH)?,
            models: endpoint.url("/v1/models?limit=1")?,
            endpoint,
        })
    }

    /// Sends a turn and gives its answer: events once the headers are there, a whole one once it is.
    pub(super) async fn open(&self, key: &KeyLease, turn: &Turn<Judged>) -> Result<Answer, Error> {
        let url = if turn.is_beta {
            &self.beta_messages
        } else {
            &self.messages
        };
        let headers = headers(key.secret(), &turn.headers)?;
        let (raw, xray) = (&turn.content.raw, &turn.trace.xray);
        xray.sends(|| key.secret().fingerprint(), &headers, raw.len());
        let request = Endpoint::post(url, headers, raw.clone());
        let response = self.endpoint.send(request, turn.is_streamed).await?;
        xray.answered(response.status().as_u16(), || {
            refusal::request_id(response.headers())
        });
        let passes_on = turn.dialect == Dialect::Anthropic;
        if !response.status().is_success() {
            return Err(self
                .refused(response, passes_on.then(|| key.secret()))
                .await);
        }
        let kind = if turn.is_streamed { EVENT_STREAM } else { JSON };
        let (headers, chunks) = self.endpoint.read(response, kind)?;
        let request_id = refusal::request_id(&headers);
        let content = if turn.is_streamed {
            Content::Events(EventStream::new(chunks, passes_on))
        } else {
            Content::Whole(WholeAnswer::new(whole::read(chunks).await?)?)
        };
        let headers = if passes_on {
            passed_on(headers)
        } else {
            HeaderMap::new()
        };
        Ok(Answer {
            request_id,
            headers,
            content,
        })
    }

    /// Makes a call that costs nothing.
    pub(super) async fn call_free(&self, key: &KeyLease, call: FreeCall) -> Result<Bytes, Error> {
        let headers = headers(key.secret(), &HeaderMap::new())?;
        let (request, has_answer) = match call {
            FreeCall::VerifyKey => (Endpoint::get(&self.models, headers), false),
            FreeCall::CountTokens(body) => (Endpoint::post(&self.counts, headers, body), true),
        };
        let response = self.endpoint.send(request, true).await?;
        if !response.status().is_success() {
            return Err(self.refused(response, None).await);
        }
        if has_answer {
            let (_, chunks) = self.endpoint.read(response, JSON)?;
            return whole::read(chunks).await;
        }
        Ok(Bytes::new())
    }

    /// Reads an error answer. Whoever may see it as it is gives the `key`, which must not be in it.
    async fn refused(&self, response: Response, key: Option<&Secret>) -> Error {
        let answer = self.endpoint.read_error(response).await;
        let verbatim = key
            .filter(|key| may_be_seen(&answer, key))
            .map(|_| Verbatim {
                headers: headers_of_error(&answer),
                bytes: answer.body.clone().into(),
            });
        refusal::from_answer(answer.status, &answer.headers, &answer.body, verbatim)
    }
}

/// Whether a caller who speaks the dialect may see an error as it came. A refusal of our key is no business of the caller's, and
/// neither is where a redirect leads.
fn may_be_seen(answer: &ErrorAnswer, key: &Secret) -> bool {
    let is_about_the_request = answer.status >= 400 && !matches!(answer.status, 401 | 403);
    let is_encoded = answer.headers.contains_key(CONTENT_ENCODING);
    let shows_the_key = matches!(
        key.redact(&String::from_utf8_lossy(&answer.body)),
        Cow::Owned(_)
    );
    answer.is_whole && is_about_the_request && !is_encoded && !shows_the_key
}

/// The headers of an answer that a caller may see: its name, the limits, and when to come back. The others are taken out, rather than
/// these copied, since these are most of them.
fn passed_on(mut headers: HeaderMap) -> HeaderMap {
    const NAMES: [&str; 4] = [
        "request-id",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
    ];
    let is_passed = |name: &HeaderName| {
        NAMES.contains(&name.as_str()) || name.as_str().starts_with("anthropic-")
    };
    let is_other = |name: &&HeaderName| !is_passed(name);
    let others: Vec<_> = headers.keys().filter(is_other).cloned().collect();
    for name in others {
        headers.remove(name);
    }
    headers
}

/// The headers of an error that a caller may see. Its words pass as they are, but as nothing that a browser would run.
fn headers_of_error(answer: &ErrorAnswer) -> HeaderMap {
    let kind = if is_kind(&answer.headers, JSON) {
        JSON
    } else {
        "text/plain; charset=utf-8"
    };
    let mut headers = passed_on(answer.headers.clone());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers
}

/// All headers of a request: ours, and those of the caller's that a dialect has picked, which win.
fn headers(key: &Secret, picked: &HeaderMap) -> Result<HeaderMap, Error> {
    let mut key = HeaderValue::from_str(key.expose())
        .map_err(|_| Error::Internal("the key cannot stand in a header".to_owned()))?;
    key.set_sensitive(true);
    let mut headers = HeaderMap::with_capacity(HEADERS_USUAL);
    headers.extend([
        (
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        ),
        (CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (ACCEPT, HeaderValue::from_static(JSON)),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
    ]);
    headers.extend(picked.clone());
    headers.insert(HeaderName::from_static("x-api-key"), key);
    Ok(headers)
}
