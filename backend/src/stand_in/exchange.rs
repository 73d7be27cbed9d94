//! One request on its way: it writes into the log what happens, and an abort when it is dropped half-way.

use bytes::Bytes;
use shared::models::Model;
use shared::money::TokenUsage;
use shared::time::UnixMillis;

use super::control::Control;
use super::log::{Bill, Outcome, Received};

/// A request that has not ended. The server drops it when the connection is closed, wherever the answer waits at that moment.
#[derive(Debug)]
pub(super) struct Exchange {
    control: Control,
    number: u64,
    bill: Bill,
    is_stream: bool,
    is_over: bool,
}

impl Exchange {
    pub(super) fn begin(control: Control, request: Received) -> Self {
        let number = control.note(|log, keep| log.add(request, keep));
        Self {
            control,
            number,
            bill: Bill::default(),
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

    pub(super) fn event_sent(&self) {
        let number = self.number;
        self.control.note(|log, _| log.event_sent(number));
    }

    /// Bills the request for `usage` in place of what it was billed for before, at the prices of `now`.
    pub(super) fn bill(&mut self, model: &Model, now: UnixMillis, usage: TokenUsage) {
        let cost = model.cost(now, &usage).unwrap_or_default();
        let (number, was, is) = (self.number, self.bill, Bill { usage, cost });
        self.bill = is;
        self.control.note(|log, _| log.bill(number, was, is));
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
