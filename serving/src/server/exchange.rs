//! What the loop puts around each request and its answer: who asks, a body that must come in time, and word of its beginning and end.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::Service;
use hyper::{Request, Response};
use pin_project_lite::pin_project;

use super::Peer;
use super::limits::BodyTime;
use super::patience::{Stage, Stages};
use crate::clock::{Clock, Deadline};

/// A service for one connection.
#[derive(Clone, Debug)]
pub(super) struct Attended<S> {
    pub(super) service: S,
    pub(super) peer: Peer,
    pub(super) stages: Stages,
    pub(super) body_time: BodyTime,
    pub(super) clock: Clock,
}

impl<S, B> Service<Request<Incoming>> for Attended<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
{
    type Response = Response<AnswerBody<B>>;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.stages.set(Stage::Busy);
        let mut request =
            request.map(|body| RequestBody::new(body, self.body_time, self.clock.clone()));
        request.extensions_mut().insert(self.peer);
        Answering {
            answer: self.service.call(request),
            under_way: Some(UnderWay(self.stages.clone())),
        }
    }
}

/// A request under way. Dropping it lets the connection lie idle.
#[derive(Debug)]
struct UnderWay(Stages);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.set(Stage::Idle);
    }
}

pin_project! {
    /// Waits for an answer's head.
    #[derive(Debug)]
    pub(super) struct Answering<F> {
        #[pin]
        answer: F,
        under_way: Option<UnderWay>,
    }
}

impl<F, B, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<AnswerBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.answer.poll(context));
        let under_way = this.under_way.take();
        Poll::Ready(answer.map(|answer| {
            answer.map(|body| AnswerBody {
                body,
                _under_way: under_way,
            })
        }))
    }
}

pin_project! {
    /// The body of an answer. With its end its request is over.
    #[derive(Debug)]
    pub(super) struct AnswerBody<B> {
        #[pin]
        body: B,
        _under_way: Option<UnderWay>,
    }
}

impl<B: Body> Body for AnswerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().body.poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request, which must come in time.
#[derive(Debug)]
pub struct RequestBody {
    body: Incoming,
    time: BodyTime,
    began: Instant,
    bytes: u64,
    deadline: Deadline,
}

/// Why a request's body cannot be read to its end.
#[derive(Debug)]
pub enum BodyError {
    /// It came too slowly.
    TooSlow,
    /// The client left, or broke the rules of HTTP.
    Broken(hyper::Error),
}

impl BodyError {
    /// Whether `error`, or one of its causes, is a body that came too slowly.
    pub fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
        std::iter::successors(Some(error), |error| error.source())
            .any(|error| matches!(error.downcast_ref(), Some(Self::TooSlow)))
    }
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooSlow => "the request's body came too slowly",
            Self::Broken(_) => "the request's body broke off",
        })
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TooSlow => None,
            Self::Broken(error) => Some(error),
        }
    }
}

impl RequestBody {
    fn new(body: Incoming, time: BodyTime, clock: Clock) -> Self {
        Self {
            body,
            time,
            began: clock.instant(),
            bytes: 0,
            deadline: Deadline::unset(clock),
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
                this.bytes = this.bytes.saturating_add(bytes);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Broken)));
        }
        this.deadline
            .set_at(this.began + this.time.allowed(this.bytes));
        ready!(this.deadline.poll_reached(context));
        Poll::Ready(Some(Err(BodyError::TooSlow)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
