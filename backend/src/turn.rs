//! One turn of a conversation on its way through the house: what the rules must know, beside the bytes that go upstream.

use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::HeaderMap;
use shared::api::chat::ChatRequest;
use shared::api::xray::StepName;
use shared::ids::RequestId;
use shared::preflight::MessageOutline;

use crate::access::SendKey;
use serving::clock::Clock;
use xray::Recording;

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

/// A request's way through the pipeline: what the log says of it, and the page.
#[derive(Debug)]
pub struct Trace {
    /// What the page can be shown of it.
    pub xray: Recording,
    /// Whether the rules chose the model, which the request left to them.
    pub is_routed: bool,
    clock: Clock,
    started: Instant,
    first_event: Option<Duration>,
}

impl Trace {
    /// Starts now: the request was read.
    pub fn start(clock: Clock, xray: Recording) -> Self {
        xray.done(StepName::Reading);
        Self {
            xray,
            is_routed: false,
            started: clock.instant(),
            first_event: None,
            clock,
        }
    }

    /// When it started, by the clock's stopwatch.
    pub const fn started(&self) -> Instant {
        self.started
    }

    /// Notes that the answer's first event came. Of several times the first counts.
    pub fn begins(&mut self) {
        if self.first_event.is_none() {
            self.first_event = Some(self.passed());
            self.xray.begins();
        }
    }

    /// The time from the start until the answer's first event, if that has come.
    pub const fn first_event(&self) -> Option<Duration> {
        self.first_event
    }

    /// The time since the start.
    pub fn passed(&self) -> Duration {
        self.clock.instant().saturating_duration_since(self.started)
    }
}
