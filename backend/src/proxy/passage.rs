//! The answer's last leg for programs: the upstream's bytes as they came, each event a frame of its own, none held back.
//!
//! As in `relay.rs`, it is polled by the connection that writes it and polls the upstream in turn, with nothing between.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use shared::anthropic::{ErrorResponse, StreamEvent};
use shared::error::{ApiError, ErrorKind};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Metered;
use super::relay::{CLOSE_MAX, EVENT_STREAM_HEADERS, KEEP_ALIVE_EVERY, Phase};
use crate::dialect::anthropic;
use crate::error::{Causes, Error};
use crate::upstream::Event;
use serving::clock::{Clock, IdleAlarm};
use serving::tasks::Tasks;

/// An answer as the upstream's own event stream.
#[derive(Debug)]
pub(super) struct PassedEvents {
    answer: Box<Metered>,
    silence: IdleAlarm,
    /// Ready when the server cannot wait for the answer's end.
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    phase: Phase,
}

/// A whole answer, with the upstream's `headers` that a caller may see.
pub(super) fn whole(bytes: Bytes, mut headers: HeaderMap) -> Response {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response(headers, Body::from(bytes))
}

/// A response that takes over these headers: to add them to others would copy each.
fn response(headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response
}

impl PassedEvents {
    /// Passes `answer` on; when the server is about to stop, `tasks` cut it short.
    pub(super) fn new(answer: Box<Metered>, clock: Clock, tasks: &Tasks) -> Self {
        Self {
            answer,
            silence: IdleAlarm::new(clock, KEEP_ALIVE_EVERY),
            cut: Box::pin(tasks.cutting()),
            phase: Phase::Relaying,
        }
    }

    /// It as a response, with the upstream's `headers` that a caller may see.
    pub(super) fn into_response(self, mut headers: HeaderMap) -> Response {
        headers.extend(EVENT_STREAM_HEADERS);
        response(headers, Body::new(self))
    }

    /// The bytes of one event; none for one that has none in this dialect.
    fn take(&mut self, event: Event) -> Option<Bytes> {
        if event.says == StreamEvent::MessageStop {
            self.answer.settle();
            self.phase = Phase::Closing;
            self.silence.restart(CLOSE_MAX);
        }
        match (event.raw, event.says) {
            (Some(raw), _) => Some(raw),
            (None, StreamEvent::Unknown) => None,
            (None, says) => anthropic::encode(&says).ok(),
        }
    }

    /// The one event that ends an answer that broke off: the upstream's own where it said one, as it said it.
    fn end(&mut self, error: &Error) -> Option<Bytes> {
        self.phase = Phase::Over;
        self.answer.settle();
        let request_id = self.answer.request_id();
        tracing::warn!(request.id = %request_id, error = %Causes(error), "an answer broke off");
        let said = match error {
            Error::Upstream(refusal) => refusal.verbatim.as_ref(),
            _ => None,
        };
        if let Some(said) = said {
            return Some(said.bytes.clone());
        }
        let ours = ApiError {
            request_id: Some(request_id),
            ..error.to_api_error()
        };
        anthropic::encode(&StreamEvent::Error(ErrorResponse::from(&ours))).ok()
    }
}

impl http_body::Body for PassedEvents {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        loop {
            if this.phase == Phase::Over {
                return Poll::Ready(None);
            }
            let bytes = match this.answer.poll_next(context) {
                Poll::Ready(Some(Ok(event))) => this.take(event),
                Poll::Ready(Some(Err(error))) => this.end(&error),
                Poll::Ready(None) => {
                    this.phase = Phase::Over;
                    None
                }
                Poll::Pending if this.phase == Phase::Closing => {
                    ready!(this.silence.poll_ring(context));
                    this.phase = Phase::Over;
                    None
                }
                Poll::Pending if this.cut.as_mut().poll(context).is_ready() => {
                    this.end(&ErrorKind::Unavailable.into())
                }
                Poll::Pending => {
                    ready!(this.silence.poll_ring(context));
                    Some(Bytes::from_static(anthropic::PING))
                }
            };
            if let Some(bytes) = bytes {
                if this.phase == Phase::Relaying {
                    this.silence.touch();
                }
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
        }
    }
}
