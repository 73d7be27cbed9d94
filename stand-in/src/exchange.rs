//! One request on its way: it writes into the log what happens, and an abort when it is dropped half-way.

use bytes::Bytes;
use shared::models::Model;
use shared::money::{NanoUsd, TokenUsage};
use shared::time::UnixMillis;

use super::control::Control;
use super::log::{Outcome, Received};

/// A request that has not ended. The server drops it when the connection is closed, wherever the answer waits at that moment.
#[derive(Debug)]
pub(super) struct Exchange {
    control: Control,
    number: u64,
    /// Whose prices hold, and from when: they do not change half-way.
    prices: Option<(Model, UnixMillis)>,
    cost: NanoUsd,
    is_stream: bool,
    is_over: bool,
}

impl Exchange {
    pub(super) fn begin(control: Control, request: Received) -> Self {
        let number = control.note(|log, keep| log.add(request, keep));
        Self {
            control,
            number,
            prices: None,
            cost: NanoUsd::ZERO,
            is_stream: false,
            is_over: false,
        }
    }

    pub(super) const fn control(&self) -> &Control {
        &self.control
    }

    pub(super) fn body_arrived(&self, body: Bytes) {
        let number = self.number;
        self.control
            .note(|log, keep| log.body_arrived(number, body, keep));
    }

    /// Says that the answer is a stream, which counts as open until the exchange ends.
    pub(super) fn stream_begins(&mut self) {
        self.is_stream = true;
        self.control.note(|log, _| log.stream_began());
    }

    /// Says that the request's tokens were counted, and that this is all that it asked for.
    pub(super) fn counted(&self) {
        self.control.note(|log, _| log.tokens_counted());
    }

    /// Bills the request for `usage`, at the prices that `model` has now; later counts replace earlier ones.
    pub(super) fn bill(&mut self, model: &Model, usage: TokenUsage) {
        self.prices = Some((model.clone(), self.control.clock.now()));
        self.note_progress(usage, 0);
    }

    /// Says that an event was handed to the connection, and that the request owes `usage` by now.
    pub(super) fn event_sent(&mut self, usage: TokenUsage) {
        self.note_progress(usage, 1);
    }

    fn note_progress(&mut self, usage: TokenUsage, events: u64) {
        let prices = self.prices.as_ref();
        let cost = prices.and_then(|(model, at)| model.cost(*at, &usage));
        let cost = cost.unwrap_or_default();
        let more = cost.saturating_sub(std::mem::replace(&mut self.cost, cost));
        let number = self.number;
        self.control
            .note(|log, _| log.progress(number, usage, more, events));
    }

    pub(super) fn finish(&mut self) {
        let at = self.control.clock.instant();
        self.end(Outcome::Finished { at });
    }

    pub(super) fn break_off(&mut self) {
        let at = self.control.clock.instant();
        self.end(Outcome::BrokenOff { at });
    }

    pub(super) fn refuse(&mut self, status: u16) {
        self.end(Outcome::Refused { status });
    }

    fn end(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let (number, is_stream) = (self.number, self.is_stream);
        self.control.note(|log, _| {
            if is_stream {
                log.stream_ended();
            }
            log.end(number, outcome);
        });
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let at = self.control.clock.instant();
        let time_of_day = self.control.clock.now();
        self.end(Outcome::Aborted { at, time_of_day });
    }
}
