//! What the stand-in received and what became of it: its own truth, kept apart from anybody else's books.

use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;
use hyper::Method;
use hyper::http::request::Parts;
use serde_json::Value;
use shared::money::{NanoUsd, TokenUsage};
use shared::time::UnixMillis;

use super::auth::{KeySeen, SECRET_HEADERS, key_seen};
use super::route::Dialect;

/// One request as it arrived, and what became of it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The name that the answer's `request-id` or `x-request-id` header gives it.
    pub request_id: String,
    /// `POST`, `GET` and so on.
    pub method: Method,
    /// The path, without its query.
    pub path: String,
    /// What stood behind the question mark.
    pub query: Option<String>,
    /// Every header in order; secrets have no value.
    pub headers: Vec<(String, Option<String>)>,
    /// The key, as a fingerprint.
    pub key: Option<KeySeen>,
    /// The body; empty until it has arrived.
    pub body: Bytes,
    /// When its head arrived.
    pub at: Instant,
    /// How it ended, if it did.
    pub outcome: Outcome,
    /// Events handed to the connection so far.
    pub events_sent: u64,
    /// What it was billed for so far.
    pub usage: TokenUsage,
    /// What that costs.
    pub cost: NanoUsd,
}

impl Received {
    pub(super) fn new(dialect: Dialect, parts: &Parts, request_id: String, at: Instant) -> Self {
        let headers = parts.headers.iter().map(|(name, value)| {
            let is_secret = SECRET_HEADERS.contains(&name.as_str());
            let value =
                (!is_secret).then(|| String::from_utf8_lossy(value.as_bytes()).into_owned());
            (name.as_str().to_owned(), value)
        });
        Self {
            request_id,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: headers.collect(),
            key: key_seen(dialect, &parts.headers),
            body: Bytes::new(),
            at,
            outcome: Outcome::Open,
            events_sent: 0,
            usage: TokenUsage::default(),
            cost: NanoUsd::ZERO,
        }
    }

    /// The value of the header `name`, in lower case; `None` also for a secret.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name)?;
        header.1.as_deref()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not yet.
    Open,
    /// The whole answer was handed to the connection.
    Finished {
        /// When its last byte was.
        at: Instant,
    },
    /// The client left before that.
    Aborted {
        /// When the stand-in noticed.
        at: Instant,
        /// The same moment on the clock that a browser reads too.
        time_of_day: UnixMillis,
    },
    /// It got an error in place of an answer.
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The stand-in broke the answer off, as it was asked to.
    BrokenOff {
        /// When it did.
        at: Instant,
    },
}

/// Everything that was received: the newest requests one by one, and counters over all.
#[derive(Debug, Default)]
pub struct Log {
    kept: VecDeque<Received>,
    kept_bytes: usize,
    received: u64,
    open_streams: usize,
    aborts: u64,
    counted: u64,
    billed: NanoUsd,
}

impl Log {
    /// The requests that are remembered, oldest first.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &Received> {
        self.kept.iter()
    }

    /// How many requests arrived.
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Streams that have begun and not ended.
    pub const fn open_streams(&self) -> usize {
        self.open_streams
    }

    /// Requests that the client left before their answer was whole.
    pub const fn aborts(&self) -> u64 {
        self.aborts
    }

    /// Requests whose tokens were counted.
    pub const fn counted(&self) -> u64 {
        self.counted
    }

    /// What all requests cost.
    pub const fn billed(&self) -> NanoUsd {
        self.billed
    }

    /// Adds a request, forgets the oldest ones beyond `keep` or when the bodies grow too large, and gives its number.
    pub(super) fn add(&mut self, request: Received, keep: usize) -> u64 {
        self.kept.push_back(request);
        self.received += 1;
        self.forget_beyond(keep);
        self.received - 1
    }

    pub(super) fn body_arrived(&mut self, number: u64, body: Bytes, keep: usize) {
        self.kept_bytes += body.len();
        match self.request(number) {
            Some(request) => request.body = body,
            None => self.kept_bytes -= body.len(),
        }
        self.forget_beyond(keep);
    }

    pub(super) const fn tokens_counted(&mut self) {
        self.counted += 1;
    }

    pub(super) const fn stream_began(&mut self) {
        self.open_streams += 1;
    }

    pub(super) const fn stream_ended(&mut self) {
        self.open_streams -= 1;
    }

    /// A request owes `usage` by now, which is `more` money than before, for `events` more events.
    pub(super) fn progress(&mut self, number: u64, usage: TokenUsage, more: NanoUsd, events: u64) {
        self.billed = self.billed.saturating_add(more);
        if let Some(request) = self.request(number) {
            request.usage = usage;
            request.cost = request.cost.saturating_add(more);
            request.events_sent += events;
        }
    }

    pub(super) fn end(&mut self, number: u64, outcome: Outcome) {
        self.aborts += u64::from(matches!(outcome, Outcome::Aborted { .. }));
        if let Some(request) = self.request(number) {
            request.outcome = outcome;
        }
    }

    fn request(&mut self, number: u64) -> Option<&mut Received> {
        let forgotten = self.received - self.kept.len() as u64;
        let place = number.checked_sub(forgotten)?;
        self.kept.get_mut(usize::try_from(place).ok()?)
    }

    fn forget_beyond(&mut self, keep: usize) {
        /// Two bodies of the largest size, or any number of common ones.
        const BYTES_MAX: usize = 64 * 1024 * 1024;
        while self.kept.len() > keep || self.kept_bytes > BYTES_MAX {
            let Some(oldest) = self.kept.pop_front() else {
                break;
            };
            self.kept_bytes -= oldest.body.len();
        }
    }
}
