//! `POST /api/chat`: one turn out, a stream of events back.

use shared::api::chat::{ChatEvent, ChatRequest, IDEMPOTENCY_KEY};
use shared::api::paths;
use shared::error::{ApiError, ErrorKind};
use shared::ids::RequestId;
use shared::json;
use shared::sse::Parser;

use super::refusal;
use super::session::session;
use crate::browser::fetch::{self, Abort, Chunks, Reply};

/// Most bytes of one event. The server's longest carries a piece of text or an error; 1 MiB is far beyond both.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// The header in which the server names the request.
const REQUEST_ID: &str = "x-request-id";

/// An answer that is on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The server's name for the request.
    pub(crate) request_id: Option<RequestId>,
    chunks: Chunks,
    parser: Parser,
    chunk: Vec<u8>,
    /// Bytes of `chunk` that were read.
    read: usize,
}

/// Sends one turn under the name of the press of Send that it comes from. A session that the server does not know any more is
/// opened anew, once.
///
/// # Errors
///
/// The server's refusal; [`ErrorKind::CookieRefused`] when a new session did not help; [`ErrorKind::ServerUnreachable`].
pub(crate) async fn chat(
    request: &ChatRequest,
    send_key: &str,
    abort: Option<&Abort>,
) -> Result<Answer, ApiError> {
    let json = json::write(request).map_err(|_| ErrorKind::InvalidRequest)?;
    match open(&json, send_key, abort).await {
        Err(error) if error.kind == ErrorKind::NotSignedIn => {}
        other => return other,
    }
    session().await?;
    let answer = open(&json, send_key, abort).await;
    answer.map_err(|error| match error.kind {
        ErrorKind::NotSignedIn => ApiError {
            kind: ErrorKind::CookieRefused,
            ..error
        },
        _ => error,
    })
}

async fn open(json: &str, send_key: &str, abort: Option<&Abort>) -> Result<Answer, ApiError> {
    let header = Some((IDEMPOTENCY_KEY, send_key));
    let reply = fetch::post(paths::CHAT, json, header, abort).await?;
    if reply.status() != 200 {
        return Err(refusal(&reply).await);
    }
    Answer::of(&reply)
}

impl Answer {
    fn of(reply: &Reply) -> Result<Self, ApiError> {
        Ok(Self {
            request_id: reply.header(REQUEST_ID).and_then(|id| id.parse().ok()),
            chunks: reply.chunks().ok_or(ErrorKind::StreamInterrupted)?,
            parser: Parser::new(EVENT_BYTES_MAX),
            chunk: Vec::new(),
            read: 0,
        })
    }

    /// Reads on to the end, behind the last event. A reply that is not read out counts as broken off in the browser's tools, and
    /// holds on to its connection.
    pub(crate) async fn read_out(self) {
        while let Ok(Some(_)) = self.chunks.next().await {}
    }

    /// The next event; nothing may be asked for after the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StreamInterrupted`] when the stream ended without a last event, or when nobody can read it.
    pub(crate) async fn next(&mut self) -> Result<ChatEvent, ApiError> {
        loop {
            if let Some(event) = self.event_at_hand()? {
                return Ok(event);
            }
            match self.chunks.next().await {
                Ok(Some(chunk)) => self.chunk = chunk,
                Ok(None) | Err(_) => return Err(ErrorKind::StreamInterrupted.into()),
            }
            self.read = 0;
        }
    }

    /// The next event whose bytes are all here.
    fn event_at_hand(&mut self) -> Result<Option<ChatEvent>, ApiError> {
        let unreadable = |error: String| ErrorKind::StreamInterrupted.with(error);
        loop {
            let mut input = self.chunk.get(self.read..).unwrap_or_default();
            let before = input.len();
            let event = self.parser.next(&mut input);
            self.read += before - input.len();
            match event.map_err(|error| unreadable(error.to_string()))? {
                None => return Ok(None),
                Some(event) => {
                    let read = ChatEvent::read(event);
                    if let Some(event) = read.map_err(|error| unreadable(error.to_string()))? {
                        return Ok(Some(event));
                    }
                }
            }
        }
    }
}
