//! What the ledger tells of a period: asked the same way of every store, and added up by the same code.

mod additions;
mod csv;

pub use csv::csv;

pub(crate) use additions::{Added, Additions, Beside};

use shared::api::usage::{Call, CallOutcome, Cursor, Period};
use shared::time::UnixMillis;

use crate::{Digest, Opening, Outcome, Scope, Settlement};

/// Calls that are looked at for one answer. In SQLite that takes about a second.
const CALLS_MAX: u64 = 1_000_000;

/// What is asked of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageQuestion {
    /// The time: which day is today.
    pub now: UnixMillis,
    /// Which calls, by when they were opened.
    pub period: Period,
    /// Only those of this session.
    pub session: Option<Digest>,
    /// Only those to this model.
    pub model: Option<String>,
    /// Only those in this environment.
    pub environment: Option<String>,
    /// Only calls older than this place are listed.
    pub before: Option<Cursor>,
    /// How many calls are listed at most.
    pub calls_max: u32,
}

/// Says that a period has more calls than are looked at for one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {CALLS_MAX} calls: ask for fewer days")]
pub struct TooManyCalls;

impl UsageQuestion {
    /// Whose money is asked about.
    pub(crate) fn scope(&self) -> Scope {
        self.session.map_or(Scope::Overall, Scope::Session)
    }

    /// Whether a call is one of those that are asked about.
    pub(crate) fn is_about(&self, opening: &Opening) -> bool {
        let is_wanted =
            |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|it| it == name);
        self.period.contains(opening.opened_at)
            && (self.session.is_none() || self.session == opening.payer.session)
            && is_wanted(&self.model, opening.model)
            && is_wanted(&self.environment, &opening.payer.environment)
    }

    /// Whether so many calls are too many to look at.
    ///
    /// # Errors
    ///
    /// Where they are.
    pub(crate) const fn check(calls: u64) -> Result<(), TooManyCalls> {
        if calls > CALLS_MAX {
            return Err(TooManyCalls);
        }
        Ok(())
    }

    /// Splits off what was found beyond the calls that are listed, and says where the rest begins.
    pub(crate) fn cut(&self, mut found: Vec<(u64, Call)>) -> (Vec<Call>, Option<Cursor>) {
        let most = usize::try_from(self.calls_max).unwrap_or(usize::MAX);
        let has_more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| has_more);
        let older = last.map(|(number, call)| Cursor {
            opened_at: call.opened_at_unix_ms,
            number: *number,
        });
        (found.into_iter().map(|(_, call)| call).collect(), older)
    }
}

/// A call as it is listed.
pub(crate) fn listed(opening: &Opening, settlement: Option<&Settlement>) -> Call {
    Call {
        request_id: opening.request_id,
        opened_at_unix_ms: opening.opened_at,
        model: opening.model.to_owned(),
        environment: opening.payer.environment.to_string(),
        outcome: settlement.map_or(CallOutcome::UnderWay, |it| it.outcome.into()),
        tokens: settlement.map(|it| it.tokens).unwrap_or_default(),
        cost_nano_usd: settlement.map(|it| it.cost).unwrap_or_default(),
        reserved_nano_usd: opening.reserved,
        is_estimated: settlement.is_some_and(|it| it.is_estimated),
        first_event_ms: settlement.and_then(|it| it.first_event_ms),
        duration_ms: settlement.map(|it| it.duration_ms),
        upstream_request_id: settlement.and_then(|it| it.upstream_request_id.clone()),
    }
}

impl From<Outcome> for CallOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Whole => Self::Whole,
            Outcome::Left => Self::Left,
            Outcome::BrokeOff => Self::BrokeOff,
            Outcome::Refused => Self::Refused,
            Outcome::NotSent => Self::NotSent,
            Outcome::Orphan => Self::Orphan,
        }
    }
}
