//! One turn of a conversation on its way through the house: what the rules must know, beside the bytes that go upstream.

use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::HeaderMap;
use shared::api::chat::ChatRequest;
use shared::ids::RequestId;
use shared::preflight::MessageOutline;

use crate::access::SendKey;
use serving::clock::Clock;

/// A request on its way. It holds a [`View`] of what was asked until the rules have judged that, and what goes upstream from then on:
/// the way out takes a turn of [`Judged`] alone.
#[derive(Debug)]
pub struct Turn<T> {
    /// Its name in the log.
    pub request_id: RequestId,
    /// Which of our faces it came through, and so in which dialect it is answered.
    pub dialect: Dialect,
    /// The name of the send that it came from, if it has one.
    pub send_key: Option<SendKey>,
    /// Whether it is answered as events, rather than whole.
    pub is_streamed: bool,
    /// Whether it asks for the API's beta.
    pub is_beta: bool,
    /// The caller's headers that go along.
    pub headers: HeaderMap,
    /// What happened to it so far.
    pub trace: Trace,
    /// What it asks, as far as that is known.
    pub content: T,
}

impl<T> Turn<T> {
    /// The same turn with `content`, and what it held before.
    pub fn swap<U>(self, content: U) -> (Turn<U>, T) {
        let turn = Turn {
            request_id: self.request_id,
            dialect: self.dialect,
            send_key: self.send_key,
            is_streamed: self.is_streamed,
            is_beta: self.is_beta,
            headers: self.headers,
            trace: self.trace,
            content,
        };
        (turn, self.content)
    }
}

/// The ways to speak to Airlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Our own small API for the page.
    Browser,
    /// Claude's own API, for programs. Requests, answers and errors pass through as they are.
    Anthropic,
}

/// What was read of a request and not judged yet, by the face that it came through.
#[derive(Debug)]
pub enum View {
    /// The page's whole request. What goes upstream is written from it once it was judged.
    Chat(ChatRequest),
    /// The outline of a request in Claude's own form, and the body itself, which goes upstream byte for byte.
    Message(MessageOutline, Bytes),
}

/// What goes upstream of a request that the rules let pass.
#[derive(Debug)]
pub struct Judged {
    /// The model that is asked, by the name that the body gives it.
    pub model: String,
    /// The body, byte for byte, in Anthropic's dialect.
    pub raw: Bytes,
}

/// A request's way through the pipeline, step by step.
#[derive(Debug)]
pub struct Trace {
    clock: Clock,
    started: Instant,
    steps: Vec<(Step, Duration)>,
}

/// The steps of the pipeline, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The rules chose the model, which the request left to them.
    Routed,
    /// The rules were run again.
    Preflight,
    /// It had a slot, after its wait in the line where all were taken.
    Seated,
    /// Money was reserved.
    Admitted,
    /// A key was leased.
    Leased,
    /// An attempt failed, and another is to follow.
    Retried,
    /// The upstream took the request.
    Opened,
    /// The answer's first event came.
    FirstEvent,
    /// The reservation was settled.
    Settled,
}

impl Trace {
    /// Starts now.
    pub fn start(clock: Clock) -> Self {
        Self {
            started: clock.instant(),
            steps: Vec::with_capacity(6),
            clock,
        }
    }

    /// When it started, by the clock's stopwatch.
    pub const fn started(&self) -> Instant {
        self.started
    }

    /// Notes that `step` is done.
    pub fn mark(&mut self, step: Step) {
        let passed = self.clock.instant().saturating_duration_since(self.started);
        self.steps.push((step, passed));
    }

    /// The time from the start until `step` was done, if it was.
    pub fn at(&self, step: Step) -> Option<Duration> {
        self.steps
            .iter()
            .find_map(|(done, passed)| (*done == step).then_some(*passed))
    }

    /// The steps done so far, each with the time since the start.
    pub fn steps(&self) -> &[(Step, Duration)] {
        &self.steps
    }
}
