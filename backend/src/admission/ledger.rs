//! A call's line in the ledger: opened before the call is made, settled when it has ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serving::clock::Clock;
use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenUsage};
use store::{Open, Opening, Outcome, Settlement, Store, StoreError};

use crate::error::Error;

/// Writes calls down. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ledger {
    store: Arc<dyn Store>,
    clock: Clock,
}

/// A line that is open. Dropped, it says that nothing was sent.
#[derive(Debug)]
pub(super) struct Line {
    open: Box<dyn Open>,
    clock: Clock,
    arrived: Instant,
}

/// What came of a call.
#[derive(Debug)]
pub struct Ending {
    /// The tokens that it used, as far as that is known.
    pub tokens: TokenUsage,
    /// What it cost.
    pub owed: NanoUsd,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether what is owed is a bound, since the upstream never said its last word.
    pub is_estimated: bool,
    /// The upstream's own name for it.
    pub upstream_request_id: Option<String>,
    /// The time from its arrival to the answer's first event.
    pub first_event_after: Option<Duration>,
}

impl Ledger {
    /// The ledger that is kept in `store`.
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Writes down a call that `arrived` some time ago and is about to be made.
    pub(super) async fn open(&self, opening: Opening, arrived: Instant) -> Result<Line, Error> {
        let open = self
            .store
            .open(opening)
            .await
            .map_err(|error| not_written(&error))?;
        Ok(Line {
            open,
            clock: self.clock.clone(),
            arrived,
        })
    }
}

impl Line {
    /// Writes down what came of the call, and what was `charged` for it.
    pub(super) fn settle(self, ending: Ending, charged: NanoUsd) {
        let took = self.clock.instant();
        self.open.settle(Settlement {
            settled_at: self.clock.now(),
            tokens: ending.tokens,
            cost: charged,
            outcome: ending.outcome,
            is_estimated: ending.is_estimated,
            upstream_request_id: ending.upstream_request_id,
            first_event_ms: ending.first_event_after.map(millis),
            duration_ms: millis(took.saturating_duration_since(self.arrived)),
        });
    }
}

/// Why it was not written is the operator's to know.
fn not_written(error: &StoreError) -> Error {
    tracing::error!(%error, "a request was refused, since it could not be written down");
    let detail = "What is spent cannot be written down at the moment. Nothing was sent.";
    ErrorKind::Unavailable.with(detail).into()
}

/// Whole milliseconds; the largest number where there are more.
fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
