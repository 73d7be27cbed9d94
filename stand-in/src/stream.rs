//! Sends an answer: event by event at the chosen pace, or whole.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use serde_json::json;
use shared::sse;

use super::answer::{Answer, Step};
use super::exchange::Exchange;
use super::random::Random;
use super::script::{Fault, FaultKind};
use super::settings::Pace;
use serving::clock::Clock;

/// The body of any answer.
pub(super) type Body = UnsyncBoxBody<Bytes, BrokenOff>;

/// Ends a body so that the server closes the connection.
#[derive(Debug)]
pub(super) struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken off on purpose")
    }
}

impl std::error::Error for BrokenOff {}

/// A body of known bytes. The exchange ends when they are handed to the connection.
pub(super) fn whole(bytes: Bytes, mut exchange: Exchange) -> Body {
    let frame = stream::once(async move {
        exchange.finish();
        Ok(Frame::data(bytes))
    });
    StreamBody::new(frame).boxed_unsync()
}

/// A body of events, which come as they are polled for.
pub(super) fn events(sender: Sender) -> Body {
    let frames = stream::unfold(Box::new(sender), |mut sender| async move {
        let frame = sender.next().await?;
        Some((frame, sender))
    });
    StreamBody::new(frames).boxed_unsync()
}

/// Where a streamed answer is.
#[derive(Debug)]
pub(super) struct Sender {
    exchange: Exchange,
    answer: Answer,
    steps: std::vec::IntoIter<Step>,
    sent: usize,
    pacer: Pacer,
}

impl Sender {
    pub(super) fn new(exchange: Exchange, answer: Answer, pacer: Pacer) -> Self {
        Self {
            exchange,
            steps: answer.steps().into_iter(),
            answer,
            sent: 0,
            pacer,
        }
    }

    /// The next event, when its time has come and its gate is open; an error closes the connection.
    async fn next(&mut self) -> Option<Result<Frame<Bytes>, BrokenOff>> {
        if self.sent > 0 {
            // Not ready once after each event: the server then writes out what it has, so that no two events share a write.
            tokio::task::yield_now().await;
        }
        let step = self.steps.next()?;
        let control = self.exchange.control();
        if step != Step::MessageStart {
            control.pass_event().await;
        }
        pause(&control.clock, self.pacer.before(&self.answer, step)).await;
        let is_due = |fault: &mut Fault| fault.after_events == self.sent;
        if let Some(fault) = self.answer.fault.take_if(is_due) {
            return Some(self.break_off(&fault.kind));
        }
        self.sent += 1;
        self.exchange.event_sent(self.answer.usage_after(step));
        if step == Step::MessageStop {
            self.exchange.finish();
        }
        let (name, event) = self.answer.event(step);
        let data = serde_json::to_vec(&event).unwrap_or_default();
        Some(Ok(frame(name, &self.pacer.padded(data))))
    }

    /// Ends the stream as a fault wants it.
    fn break_off(&mut self, kind: &FaultKind) -> Result<Frame<Bytes>, BrokenOff> {
        self.steps = Vec::new().into_iter();
        self.exchange.break_off();
        match kind {
            FaultKind::Close => Err(BrokenOff),
            FaultKind::ErrorEvent { r#type, message } => {
                let error = json!({"type": r#type, "message": message});
                let error = json!({"type": "error", "error": error});
                Ok(frame("error", error.to_string().as_bytes()))
            }
        }
    }
}

/// Waits, where there is anything to wait for: a timer is a millisecond late at the least.
pub(super) async fn pause(clock: &Clock, wait: Duration) {
    if !wait.is_zero() {
        clock.sleep(wait).await;
    }
}

fn frame(name: &str, data: &[u8]) -> Frame<Bytes> {
    let mut event = Vec::new();
    sse::write_event(&mut event, name, data);
    Frame::data(event.into())
}

/// Chooses when pieces come and how events are padded.
#[derive(Debug)]
pub(super) struct Pacer {
    pace: Pace,
    random: Random,
    has_begun: bool,
}

impl Pacer {
    pub(super) const fn new(pace: Pace, random: Random) -> Self {
        Self {
            pace,
            random,
            has_begun: false,
        }
    }

    /// How long the whole of `answer` takes.
    pub(super) fn whole(&mut self, answer: &Answer) -> Duration {
        let steps = answer.steps().into_iter();
        steps.map(|step| self.before(answer, step)).sum()
    }

    /// How long to wait before `step`.
    fn before(&mut self, answer: &Answer, step: Step) -> Duration {
        let Step::Piece(block, piece) = step else {
            return Duration::ZERO;
        };
        if self.pace == Pace::Instant {
            return Duration::ZERO;
        }
        if !std::mem::replace(&mut self.has_begun, true) {
            return Duration::from_millis(400);
        }
        let piece = answer
            .blocks
            .get(block)
            .and_then(|block| block.pieces().get(piece));
        let words = piece.map_or(0, |piece| piece.split_whitespace().count());
        let words_per_second = self.random.between(20, 60);
        Duration::from_millis(words as u64 * 1_000 / words_per_second)
    }

    /// Adds spaces before the last brace of one event in four, as the API does to hide how long an answer's pieces are.
    fn padded(&mut self, mut data: Vec<u8>) -> Vec<u8> {
        if self.random.between(0, 3) == 0 && data.pop_if(|last| *last == b'}').is_some() {
            let spaces = self.random.between(1, 12);
            data.extend((0..spaces).map(|_| b' '));
            data.push(b'}');
        }
        data
    }
}
