//! What goes with a request and is written into on its way.
//!
//! Of headers, keys and answers only that is taken which anybody may see: names, fingerprints, sizes, times.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use shared::anthropic::{Delta, StreamEvent};
use shared::api::budget::BudgetInfo;
use shared::api::chat::Queued;
use shared::api::xray::{
    Attempt, Ending, EventKind, MoneySeen, PreflightSeen, RateSeen, SentHeader, SettlementSeen,
    StepName, Xray,
};
use shared::error::{ApiError, ErrorKind};
use shared::ids::RequestId;
use shared::models::Catalogue;
use shared::money::{NanoUsd, TokenUsage};
use shared::preflight::{AUTO, Estimate, Finding, Severity};

use super::Arrival;
use super::record::Record;
use serving::clock::Clock;

/// Headers whose values anybody may see: they are the same in every request.
const HARMLESS: [&str; 4] = [
    "accept",
    "accept-encoding",
    "anthropic-version",
    "content-type",
];

/// Writes down what happens to one request; or nothing, where that is switched off. Cheap to clone. A request whose last recording is
/// dropped before it has ended was left by its caller.
#[derive(Clone, Debug, Default)]
pub struct Recording(Option<Arc<Writer>>);

#[derive(Debug)]
struct Writer(Arc<Entry>);

/// One request that is kept.
#[derive(Debug)]
pub(super) struct Entry {
    clock: Clock,
    arrived: Instant,
    record: Mutex<Record>,
}

impl Entry {
    /// A request that is known to be somebody's now.
    pub(super) fn new(id: RequestId, clock: Clock, arrival: Arrival) -> Self {
        let since = |at: Instant| micros(at.saturating_duration_since(arrival.instant));
        let mut record = Record::new(id, arrival.time_of_day);
        record.done(StepName::Gates, since(arrival.passed_gates));
        record.done(StepName::Caller, since(clock.instant()));
        Self {
            clock,
            arrived: arrival.instant,
            record: Mutex::new(record),
        }
    }

    /// What is known of it now.
    pub(super) fn seen(&self) -> Xray {
        self.write(|record, now_us| record.seen(now_us))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Record, u64) -> T) -> T {
        let now_us = micros(self.clock.instant().saturating_duration_since(self.arrived));
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut record, now_us)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0
            .write(|record, now_us| record.ended(Ending::Left, None, now_us));
    }
}

impl Recording {
    pub(super) fn of(entry: Arc<Entry>) -> Self {
        Self(Some(Arc::new(Writer(entry))))
    }

    fn write(&self, write: impl FnOnce(&mut Record, u64)) {
        if let Some(Writer(entry)) = self.0.as_deref() {
            entry.write(write);
        }
    }

    /// A step is done.
    pub fn done(&self, step: StepName) {
        self.write(|record, now_us| record.done(step, now_us));
    }

    /// It asks for `model`. A name that nobody knows is not written down: it could be anything.
    pub fn asks(&self, model: &str) {
        self.write(|record, _| {
            let is_known = model == AUTO || Catalogue::builtin().find(model).is_some();
            record.0.model_asked = is_known.then(|| model.to_owned());
        });
    }

    /// It was counted by these limits, or refused by one.
    pub fn counted(&self, rates: impl FnOnce() -> Vec<RateSeen>) {
        self.write(|record, _| record.0.rates = rates());
    }

    /// The preflight let it pass, to `model`.
    pub fn passed(&self, findings: usize, estimate: Estimate, model: &str) {
        self.write(|record, now_us| {
            record.0.model = Some(model.to_owned());
            record.0.preflight = Some(PreflightSeen {
                findings: count(findings),
                blocking: 0,
                estimate: Some(estimate),
            });
            record.done(StepName::Preflight, now_us);
        });
    }

    /// It stands in the line.
    pub fn stands(&self, queued: Queued) {
        self.write(|record, now_us| record.stands(queued.place, now_us));
    }

    /// It is to be paid from budgets that stand like this.
    pub fn pays_from(&self, budgets: impl FnOnce() -> Vec<BudgetInfo>) {
        self.write(|record, _| {
            record.0.money = Some(MoneySeen {
                budgets: budgets(),
                reserved_nano_usd: None,
                shrunk_to_nano_usd: None,
            });
        });
    }

    /// So much was reserved.
    pub fn reserved(&self, amount: NanoUsd) {
        self.write(|record, now_us| {
            if let Some(money) = &mut record.0.money {
                money.reserved_nano_usd = Some(amount);
            }
            record.done(StepName::Money, now_us);
        });
    }

    /// The prompt's true size is known, and so much is still held.
    pub fn shrunk_to(&self, amount: NanoUsd) {
        self.write(|record, _| {
            if let Some(money) = &mut record.0.money {
                money.shrunk_to_nano_usd = Some(amount);
            }
        });
    }

    /// It is sent with these headers, the key with this fingerprint among them, and so large a body.
    pub fn sends(
        &self,
        key_fingerprint: impl FnOnce() -> String,
        headers: &HeaderMap,
        body_bytes: usize,
    ) {
        self.write(|record, now_us| {
            record.0.attempts.push(Attempt {
                begins_us: now_us,
                key_fingerprint: key_fingerprint(),
                headers: shown(headers),
                body_bytes: body_bytes as u64,
                answered_us: None,
                status: None,
                upstream_request_id: None,
                first_event_us: None,
                failed_us: None,
                error: None,
                wait_us: None,
            });
        });
    }

    /// The headers of an answer are there, under the upstream's own name for the request.
    pub fn answered(&self, status: u16, request_id: impl FnOnce() -> Option<String>) {
        self.write(|record, now_us| {
            if let Some(attempt) = record.attempt() {
                attempt.answered_us = Some(now_us);
                attempt.status = Some(status);
                attempt.upstream_request_id = request_id();
            }
        });
    }

    /// The answer's first event is there.
    pub fn begins(&self) {
        self.write(|record, now_us| {
            if let Some(attempt) = record.attempt() {
                attempt.first_event_us = Some(now_us);
            }
        });
    }

    /// The attempt failed; the next one is made after `wait`, if there is to be one.
    pub fn failed(&self, error: ErrorKind, wait: Option<Duration>) {
        self.write(|record, now_us| {
            if let Some(attempt) = record.attempt() {
                attempt.failed_us = Some(now_us);
                attempt.error = Some(error);
                attempt.wait_us = wait.map(micros);
            }
        });
    }

    /// An event is passed on.
    pub fn event(&self, event: &StreamEvent) {
        self.write(|record, now_us| record.event(kind(event), now_us));
    }

    /// What it used and cost is booked.
    pub fn settled(&self, tokens: TokenUsage, cost: NanoUsd, is_exact: bool) {
        self.write(|record, now_us| {
            record.0.settlement = Some(SettlementSeen {
                at_us: now_us,
                tokens,
                cost_nano_usd: cost,
                is_exact,
            });
        });
    }

    /// Its answer is whole.
    pub fn whole(&self) {
        self.write(|record, now_us| record.ended(Ending::Whole, None, now_us));
    }

    /// Its answer broke off.
    pub fn broke_off(&self, error: ErrorKind) {
        self.write(|record, now_us| record.ended(Ending::BrokenOff, Some(error), now_us));
    }

    /// It was refused before an answer began.
    pub fn refused(&self, error: impl FnOnce() -> ApiError) {
        self.write(|record, now_us| {
            let error = error();
            if !error.findings.is_empty() {
                record.0.preflight = Some(refusing(&error.findings));
            }
            record.ended(Ending::Refused, Some(error.kind), now_us);
        });
    }
}

/// A preflight with these findings, some of which block the request.
fn refusing(findings: &[Finding]) -> PreflightSeen {
    let blocking = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Block);
    PreflightSeen {
        findings: count(findings.len()),
        blocking: count(blocking.count()),
        estimate: None,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Headers as anybody may see them.
fn shown(headers: &HeaderMap) -> Vec<SentHeader> {
    let shown = headers.iter().map(|(name, value)| SentHeader {
        name: name.as_str().to_owned(),
        value: HARMLESS
            .contains(&name.as_str())
            .then(|| String::from_utf8_lossy(value.as_bytes()).into_owned()),
    });
    shown.collect()
}

const fn kind(event: &StreamEvent) -> EventKind {
    match event {
        StreamEvent::MessageStart(_) => EventKind::Start,
        StreamEvent::ContentBlockDelta(delta) => match delta.delta {
            Delta::TextDelta { .. } => EventKind::Text,
            Delta::ThinkingDelta { .. } => EventKind::Thinking,
            Delta::InputJsonDelta { .. } | Delta::SignatureDelta { .. } | Delta::Unknown => {
                EventKind::Other
            }
        },
        StreamEvent::Ping => EventKind::Ping,
        StreamEvent::MessageStop => EventKind::Stop,
        StreamEvent::ContentBlockStart(_)
        | StreamEvent::ContentBlockStop(_)
        | StreamEvent::MessageDelta(_)
        | StreamEvent::Error(_)
        | StreamEvent::Unknown => EventKind::Other,
    }
}
