//! The answer's last leg: events become the bytes of the page's dialect, each event a frame of its own, none held back.
//!
//! It is polled by the connection that writes it and polls the upstream in turn: no task, channel or buffer stands between the two
//! sockets, so that a reader that is slow slows the upstream, and a reader that leaves closes it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use shared::anthropic::StreamEvent;
use shared::api::chat::ChatEvent;
use shared::error::{ApiError, ErrorKind};
use shared::sse::KEEP_ALIVE;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Metered;
use crate::dialect::browser;
use crate::error::{Causes, Error};
use crate::upstream::Event;
use serving::clock::{Clock, IdleAlarm};
use serving::tasks::Tasks;

/// How long nothing may be written. Load balancers cut connections that are silent for a minute.
pub(super) const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);

/// How long the upstream may take to close after its last event. Its connection can be used again only when it does.
pub(super) const CLOSE_MAX: Duration = Duration::from_millis(250);

/// Says to whoever stands between that events are to be passed on as they come.
pub(super) const EVENT_STREAM_HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    ),
    (
        CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-transform"),
    ),
    (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    ),
];

/// An answer as the page's event stream.
#[derive(Debug)]
pub(super) struct BrowserEvents {
    answer: Metered,
    /// Frames that one upstream event gave and that were not written yet.
    waiting: VecDeque<Bytes>,
    silence: IdleAlarm,
    /// Ready when the server cannot wait for the answer's end.
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    phase: Phase,
}

/// How far the relay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Events are passed on.
    Relaying,
    /// The last event was passed on; the upstream is about to close.
    Closing,
    /// Nothing more is to be had from upstream.
    Over,
}

impl BrowserEvents {
    /// Writes `answer`; when the server is about to stop, `tasks` cut it short.
    pub(super) fn new(answer: Metered, clock: Clock, tasks: &Tasks) -> Self {
        Self {
            answer,
            waiting: VecDeque::with_capacity(2),
            silence: IdleAlarm::new(clock, KEEP_ALIVE_EVERY),
            cut: Box::pin(tasks.cutting()),
            phase: Phase::Relaying,
        }
    }

    /// Takes one event; what it gives waits in `waiting`.
    fn take(&mut self, event: Result<Event, Error>) {
        match event.map(|event| event.says) {
            Ok(StreamEvent::MessageStop) => {
                self.phase = Phase::Closing;
                self.end(None);
            }
            Ok(event) => {
                if let Some(event) = browser::encode(event, self.answer.request_id()) {
                    self.write(&event);
                }
            }
            Err(error) => {
                self.phase = Phase::Over;
                let request_id = self.answer.request_id();
                tracing::warn!(request.id = %request_id, error = %Causes(&error), "an answer broke off");
                self.end(Some(ApiError {
                    request_id: Some(request_id),
                    ..error.to_api_error()
                }));
            }
        }
    }

    /// Settles and writes the last events: what it cost, then `done` or `error`.
    fn end(&mut self, error: Option<ApiError>) {
        let settled = self.answer.settle();
        let done = settled.as_ref().and_then(|settled| settled.done.clone());
        if let Some(settled) = settled {
            self.write(&ChatEvent::Usage(settled.usage));
        }
        let unexplained = || Error::Protocol("the answer ended without a reason".to_owned());
        let last = match (error, done) {
            (None, Some(done)) => {
                self.answer.xray().whole();
                ChatEvent::Done(done)
            }
            (error, _) => {
                let error = error.unwrap_or_else(|| unexplained().to_api_error());
                self.answer.xray().broke_off(error.kind);
                ChatEvent::Error(Box::new(error))
            }
        };
        self.write(&last);
        self.silence.restart(CLOSE_MAX);
    }

    fn write(&mut self, event: &ChatEvent) {
        self.waiting.extend(frame_of(event));
    }
}

/// `event` as it goes over the wire. That it cannot be written is a fault of ours, which is logged.
pub(super) fn frame_of(event: &ChatEvent) -> Option<Bytes> {
    let mut frame = Vec::new();
    let written = event.write(&mut frame);
    if let Err(error) = &written {
        tracing::error!(%error, "an event of ours cannot be written");
    }
    written.is_ok().then(|| Bytes::from(frame))
}

impl http_body::Body for BrowserEvents {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        loop {
            if let Some(frame) = this.waiting.pop_front() {
                this.silence.touch();
                return Poll::Ready(Some(Ok(Frame::data(frame))));
            }
            if this.phase == Phase::Over {
                return Poll::Ready(None);
            }
            match this.answer.poll_next(context) {
                Poll::Ready(Some(event)) => this.take(event),
                Poll::Ready(None) => this.phase = Phase::Over,
                Poll::Pending if this.phase == Phase::Closing => {
                    ready!(this.silence.poll_ring(context));
                    this.phase = Phase::Over;
                }
                Poll::Pending if this.cut.as_mut().poll(context).is_ready() => {
                    this.take(Err(ErrorKind::Unavailable.into()));
                }
                Poll::Pending => {
                    ready!(this.silence.poll_ring(context));
                    this.waiting.push_back(Bytes::from_static(KEEP_ALIVE));
                }
            }
        }
    }
}
