//! One turn of a conversation on its way through the house: what the rules must know, beside the bytes that go upstream.

use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::HeaderMap;
use shared::api::chat::ChatRequest;
use shared::ids::RequestId;
use shared::models::Catalogue;
use shared::policy::Policy;
use shared::preflight::{self, MessageOutline, Preflight};
use shared::time::UnixMillis;

use crate::access::SendKey;
use serving::clock::Clock;

/// A request that was read and not judged yet.
#[derive(Debug)]
pub struct Turn {
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
    /// What the rules judge.
    pub view: View,
    /// The body that goes upstream, byte for byte, in Anthropic's dialect.
    pub raw: Bytes,
    /// What happened to it so far.
    pub trace: Trace,
}

/// The ways to speak to Airlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Our own small API for the page.
    Browser,
    /// Claude's own API, for programs. Requests, answers and errors pass through as they are.
    Anthropic,
}

/// What the rules know of a request, by the face that it came through.
#[derive(Debug)]
pub enum View {
    /// The page's whole request.
    Chat(ChatRequest),
    /// The outline of a request in Claude's own form.
    Message(MessageOutline),
}

impl View {
    /// The model that is asked for.
    pub fn model(&self) -> &str {
        match self {
            Self::Chat(request) => &request.model,
            Self::Message(outline) => &outline.model,
        }
    }

    /// Judges it by the rules of its face.
    pub fn check(&self, policy: &Policy, catalogue: &Catalogue, now: UnixMillis) -> Preflight {
        match self {
            Self::Chat(request) => preflight::check(request, policy, catalogue, now),
            Self::Message(outline) => preflight::check_outline(outline, policy, catalogue, now),
        }
    }
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
