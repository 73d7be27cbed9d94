//! Sends an answer: event by event at the chosen pace, or whole.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use shared::sse;

use super::answer::{Answer, Event, Step};
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
    steps_taken: usize,
    has_begun: bool,
    pacer: Pacer,
}

/// What happens next in a stream.
enum Due {
    Event(Step, Event),
    Fault(FaultKind),
}

impl Sender {
    pub(super) fn new(exchange: Exchange, answer: Answer, pacer: Pacer) -> Self {
        Self {
            exchange,
            steps: answer.steps().into_iter(),
            answer,
            steps_taken: 0,
            has_begun: false,
            pacer,
        }
    }

    /// The next event, when its time has come and its gate is open; an error closes the connection.
    async fn next(&mut self) -> Option<Result<Frame<Bytes>, BrokenOff>> {
        if self.has_begun {
            // Not ready once after each event: the server then writes out what it has, so that no two events share a write.
            tokio::task::yield_now().await;
        }
        let (due, wait) = self.due()?;
        let control = self.exchange.control();
        if std::mem::replace(&mut self.has_begun, true) {
            control.pass_event().await;
        }
        pause(&control.clock, wait).await;
        let (step, event) = match due {
            Due::Event(step, event) => (step, event),
            Due::Fault(kind) => return Some(self.break_off(&kind)),
        };
        self.exchange.event_sent(self.answer.usage_after(step));
        if step == Step::MessageStop {
            self.exchange.finish();
        }
        Some(Ok(frame(&self.pacer.padded(event))))
    }

    /// What happens next, and how long it takes. Steps that write nothing pass on the way.
    fn due(&mut self) -> Option<(Due, Duration)> {
        let mut wait = Duration::ZERO;
        loop {
            let step = self.steps.next()?;
            wait += self.pacer.before(&self.answer, step);
            // Faults are placed by Anthropic's steps, which do not know this one.
            if step != Step::Usage {
                let is_due = |fault: &mut Fault| fault.after_events == self.steps_taken;
                if let Some(fault) = self.answer.fault.take_if(is_due) {
                    return Some((Due::Fault(fault.kind), wait));
                }
                self.steps_taken += 1;
            }
            if let Some(event) = self.answer.event(step) {
                return Some((Due::Event(step, event), wait));
            }
        }
    }

    /// Ends the stream as a fault wants it.
    fn break_off(&mut self, kind: &FaultKind) -> Result<Frame<Bytes>, BrokenOff> {
        self.steps = Vec::new().into_iter();
        self.exchange.break_off();
        match kind {
            FaultKind::Close => Err(BrokenOff),
            FaultKind::ErrorEvent { r#type, message } => {
                Ok(frame(&self.answer.error_event(r#type, message)))
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

fn frame(event: &Event) -> Frame<Bytes> {
    let bytes = if let Some(name) = event.name {
        let mut bytes = Vec::new();
        sse::write_event(&mut bytes, name, &event.data);
        bytes
    } else {
        // JSON has no line ends that would need a line of their own.
        [b"data: ", event.data.as_slice(), b"\n\n"].concat()
    };
    Frame::data(bytes.into())
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

    /// Adds spaces before the last brace of one event in four, as Anthropic does to hide how long an answer's pieces are.
    fn padded(&mut self, mut event: Event) -> Event {
        let is_padded = event.name.is_some() && self.random.between(0, 3) == 0;
        if is_padded && event.data.pop_if(|last| *last == b'}').is_some() {
            let spaces = self.random.between(1, 12);
            event.data.extend((0..spaces).map(|_| b' '));
            event.data.push(b'}');
        }
        event
    }
}
