//! One upstream's address and the calls to it, whatever they are written in: how long they may take, of what kind their answers are,
//! how much is read of an error.

use std::time::Duration;

use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use hyper::{HeaderMap, Method};
use reqwest::{Body, Client, Request, Response, Url};

use super::chunks::Chunks;
use crate::error::Error;
use serving::clock::Clock;

/// How long the upstream may take until the headers of a streamed answer. Long prompts take a minute.
const FIRST_BYTE_MAX: Duration = Duration::from_mins(2);

/// How long the upstream may take until the headers of a whole answer, which come when all of it is written. The API's own limit.
const WHOLE_ANSWER_MAX: Duration = Duration::from_mins(10);

/// Bytes of an error answer that are read; the longest seen has two thousand.
const ERROR_BYTES_MAX: usize = 64 * 1_024;

pub(super) const EVENT_STREAM: &str = "text/event-stream";
pub(super) const JSON: &str = "application/json";

/// Where one upstream is. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    client: Client,
    base_url: String,
    clock: Clock,
}

/// An answer that says no, as far as it was read.
#[derive(Debug)]
pub(super) struct ErrorAnswer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The body was read to its end.
    pub(super) is_whole: bool,
}

impl Endpoint {
    pub(super) const fn new(base_url: String, client: Client, clock: Clock) -> Self {
        Self {
            client,
            base_url,
            clock,
        }
    }

    /// The address of `path` here, read once, so that no request has to.
    ///
    /// # Errors
    ///
    /// When the upstream's own address is none.
    pub(super) fn url(&self, path: &str) -> reqwest::Result<Url> {
        let request = self
            .client
            .get(format!("{}{path}", self.base_url))
            .build()?;
        Ok(request.url().clone())
    }

    /// Asks for what is at `url`.
    pub(super) fn get(url: &Url, headers: HeaderMap) -> Request {
        let mut request = Request::new(Method::GET, url.clone());
        *request.headers_mut() = headers;
        request
    }

    /// Brings `body` to `url`.
    pub(super) fn post(url: &Url, headers: HeaderMap, body: impl Into<Body>) -> Request {
        let mut request = Request::new(Method::POST, url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = Some(body.into());
        request
    }

    /// Sends a request and gives its answer once the headers are there. One that `is_streamed` has them sooner.
    pub(super) async fn send(
        &self,
        request: Request,
        is_streamed: bool,
    ) -> Result<Response, Error> {
        let patience = if is_streamed {
            FIRST_BYTE_MAX
        } else {
            WHOLE_ANSWER_MAX
        };
        tokio::select! {
            answer = self.client.execute(request) => answer.map_err(Error::unanswered),
            () = self.clock.sleep(patience) => Err(Error::Timeout("before its answer began")),
        }
    }

    /// The headers and the body of an answer of this `kind`.
    ///
    /// # Errors
    ///
    /// [`Error::Protocol`] for another kind, or one that is encoded. We asked for plain bytes (FM-34): anything else would be relayed
    /// as garbage.
    pub(super) fn read(
        &self,
        mut response: Response,
        kind: &str,
    ) -> Result<(HeaderMap, Chunks), Error> {
        check_kind(response.headers(), kind)?;
        let headers = std::mem::take(response.headers_mut());
        Ok((headers, Chunks::new(response, self.clock.clone())))
    }

    /// Reads an answer that says no.
    pub(super) async fn read_error(&self, mut response: Response) -> ErrorAnswer {
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
        ErrorAnswer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
            is_whole,
        }
    }
}

/// Whether the answer says that its body is of this `kind`.
pub(super) fn is_kind(headers: &HeaderMap, kind: &str) -> bool {
    let said = text(headers, &CONTENT_TYPE);
    let essence = said.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(kind)
}

fn check_kind(headers: &HeaderMap, expected: &str) -> Result<(), Error> {
    let encoding = text(headers, &CONTENT_ENCODING);
    if !matches!(encoding, "" | "identity") {
        return Err(Error::Protocol(format!(
            "the answer is encoded as {encoding:?}, unasked"
        )));
    }
    if is_kind(headers, expected) {
        return Ok(());
    }
    let said = text(headers, &CONTENT_TYPE);
    Err(Error::Protocol(format!(
        "the answer is {said:?} and not {expected}"
    )))
}

/// A header's text; empty where it is absent, or no text.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
