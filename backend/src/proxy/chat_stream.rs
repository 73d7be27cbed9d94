//! The page's stream, which can begin before Claude's answer does: while a request waits in the line, the page is told its place.
//!
//! A request that need not wait has no stream before its answer begins, so that a refusal can still be an answer of its own, with a
//! status. One that waits is refused by the stream's last event.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Frame;
use shared::api::chat::{ChatEvent, Queued};
use shared::error::{ApiError, ErrorKind};
use shared::ids::RequestId;
use shared::sse::KEEP_ALIVE;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::relay::{BrowserEvents, EVENT_STREAM_HEADERS, KEEP_ALIVE_EVERY, frame_of};
use super::{Metered, Proxy};
use crate::access::Caller;
use crate::error::{Causes, Error};
use crate::turn::{Turn, View};
use serving::clock::IdleAlarm;
use xray::Recording;

/// One answer to the page, from its place in the line on.
#[derive(Debug)]
pub struct ChatStream(Phase);

#[derive(Debug)]
enum Phase {
    /// The answer has not begun.
    Waiting(Box<Waiting>),
    /// It is passed on.
    Relaying(Box<BrowserEvents>),
}

/// A request that waits for its turn, and then for the answer's first event. Dropped, it leaves its place; or closes the call.
struct Waiting {
    proxy: Arc<Proxy>,
    request_id: RequestId,
    xray: Recording,
    /// The pipeline; gone once it refused the request.
    forward: Option<Forward>,
    /// Where the pipeline leaves word of the place in the line.
    news: News,
    frames: VecDeque<Bytes>,
    silence: IdleAlarm,
    /// Ready when the server cannot wait any longer.
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

type Forward = Pin<Box<dyn Future<Output = Result<Metered, Error>> + Send>>;

/// The newest place in the line that the page has not been told.
#[derive(Clone, Debug, Default)]
struct News(Arc<Mutex<Option<Queued>>>);

impl News {
    fn leave(&self, queued: Queued) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(queued);
    }

    fn take(&self) -> Option<Queued> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ChatStream {
    pub(super) fn new(proxy: Arc<Proxy>, caller: Caller, turn: Turn<View>) -> Self {
        let (request_id, xray) = (turn.request_id, turn.trace.xray.clone());
        let news = News::default();
        let (pipeline, board) = (Arc::clone(&proxy), news.clone());
        let forward = async move {
            let show = |queued| board.leave(queued);
            pipeline.forward(&caller, turn, show).await?.into_events()
        };
        Self(Phase::Waiting(Box::new(Waiting {
            request_id,
            xray,
            forward: Some(Box::pin(forward)),
            news,
            frames: VecDeque::with_capacity(1),
            silence: IdleAlarm::new(proxy.clock.clone(), KEEP_ALIVE_EVERY),
            cut: Box::pin(proxy.tasks.cutting()),
            proxy,
        })))
    }

    /// Ready when there is something to tell the page: its place in the line or the answer's first event; or a refusal.
    pub(super) fn poll_begun(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Phase::Waiting(waiting) = &mut self.0 else {
            return Poll::Ready(Ok(()));
        };
        match waiting.poll_forward(context) {
            Poll::Ready(Ok(answer)) => {
                self.0 = Phase::Relaying(Box::new(waiting.proxy.relay(answer)));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending if waiting.hears_news() => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Waiting {
    /// Ready when the pipeline has come to its end, once.
    fn poll_forward(&mut self, context: &mut Context<'_>) -> Poll<Result<Metered, Error>> {
        let Some(forward) = &mut self.forward else {
            return Poll::Pending;
        };
        let outcome = ready!(forward.as_mut().poll(context));
        self.forward = None;
        Poll::Ready(outcome)
    }

    /// Takes word of another place in the line, if there is any.
    fn hears_news(&mut self) -> bool {
        let news = self.news.take();
        self.frames
            .extend(news.and_then(|queued| frame_of(&ChatEvent::Queued(queued))));
        news.is_some()
    }

    /// Ends the stream with `error`, and the pipeline with it.
    fn refuse(&mut self, error: &Error) {
        self.xray.refused(|| error.to_api_error());
        self.forward = None;
        let metrics = self.proxy.doorkeeper.metrics();
        metrics.refused(false, error.kind());
        tracing::info!(request.id = %self.request_id, error = %Causes(error), "a request was refused after a wait");
        let error = ApiError {
            request_id: Some(self.request_id),
            ..error.to_api_error()
        };
        self.frames
            .extend(frame_of(&ChatEvent::Error(Box::new(error))));
    }

    /// The next thing to tell the page; or the answer, as soon as it begins.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Told>> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                self.silence.touch();
                return Poll::Ready(Some(Told::Frame(frame)));
            }
            if self.forward.is_none() {
                return Poll::Ready(None);
            }
            match self.poll_forward(context) {
                Poll::Ready(Ok(answer)) => {
                    let answer = Box::new(self.proxy.relay(answer));
                    return Poll::Ready(Some(Told::Answer(answer)));
                }
                Poll::Ready(Err(error)) => self.refuse(&error),
                Poll::Pending if self.hears_news() => {}
                Poll::Pending if self.cut.as_mut().poll(context).is_ready() => {
                    self.refuse(&ErrorKind::Unavailable.into());
                }
                Poll::Pending => {
                    ready!(self.silence.poll_ring(context));
                    self.frames.push_back(Bytes::from_static(KEEP_ALIVE));
                }
            }
        }
    }
}

/// What comes of waiting.
enum Told {
    /// Something for the page.
    Frame(Bytes),
    /// The answer, which tells the rest.
    Answer(Box<BrowserEvents>),
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl http_body::Body for ChatStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        loop {
            match &mut this.0 {
                Phase::Relaying(answer) => return Pin::new(&mut **answer).poll_frame(context),
                Phase::Waiting(waiting) => match ready!(waiting.poll_next(context)) {
                    Some(Told::Frame(frame)) => return Poll::Ready(Some(Ok(Frame::data(frame)))),
                    Some(Told::Answer(answer)) => this.0 = Phase::Relaying(answer),
                    None => return Poll::Ready(None),
                },
            }
        }
    }
}

impl IntoResponse for ChatStream {
    fn into_response(self) -> Response {
        (EVENT_STREAM_HEADERS, Body::new(self)).into_response()
    }
}
