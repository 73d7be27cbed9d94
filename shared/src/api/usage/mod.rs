//! `GET /api/usage`: what was spent, on what, by when, and what stood in the way.
//!
//! Every figure is a whole number with its unit in its name. A call belongs to the moment at which it was let in, as it does for the
//! budgets; calls under way are listed, and counted once they are settled.

mod cursor;
mod period;
mod query;

pub use cursor::{Cursor, NotACursor};
pub use period::{Period, Step};
pub use query::{Range, UsageQuery};

use serde::{Deserialize, Serialize};

use super::budget::BudgetInfo;
pub use super::budget::{BudgetScope, BudgetWindow};
use crate::ids::RequestId;
use crate::money::{NanoUsd, TokenUsage};
use crate::time::UnixMillis;

/// Calls in one answer, the newest first; older ones are asked for with [`Usage::older`].
pub const CALLS_IN_REPORT: u32 = 50;

/// Calls in one file. A row is about 250 bytes.
pub const CALLS_IN_CSV: u32 = 10_000;

/// What was spent, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The server's time.
    pub now_unix_ms: UnixMillis,
    /// Whose calls these are.
    pub covers: Covers,
    /// Where the budgets stand that hold for what is shown.
    pub budgets: Vec<BudgetLine>,
    /// What the ledger says.
    pub usage: Usage,
}

/// Whose calls a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// Everybody's.
    Everybody,
    /// Those of the session that asked.
    OwnSession,
}

/// Where one budget stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetLine {
    /// The environment's name; absent for the other scopes.
    pub name: Option<String>,
    /// The budget.
    pub budget: BudgetInfo,
}

/// What the ledger says of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Where the period begins.
    pub from_unix_ms: UnixMillis,
    /// Where it ends; this moment is not in it any more.
    pub to_unix_ms: UnixMillis,
    /// How the trend is divided.
    pub step: Step,
    /// What was spent today, whatever the period and the filters are.
    pub spent_today_nano_usd: NanoUsd,
    /// What was spent this month, whatever the period and the filters are.
    pub spent_this_month_nano_usd: NanoUsd,
    /// The whole period.
    pub total: Tally,
    /// The period step by step, the oldest first, those without a call included.
    pub trend: Vec<Bucket>,
    /// The period model by model, the dearest first.
    pub by_model: Vec<Share>,
    /// The period environment by environment, the dearest first.
    pub by_environment: Vec<Share>,
    /// What the prompt cache did to the bill.
    pub cache: CacheSavings,
    /// How long answers took to begin; absent where none did.
    pub first_event: Option<FirstEvent>,
    /// What was refused in the period, the most frequent first. Refusals know no model and no environment, and are shown to those alone who
    /// see everybody's calls.
    pub refusals: Vec<Refusals>,
    /// The newest calls.
    pub calls: Vec<Call>,
    /// Where the older calls begin; absent where there are none.
    pub older: Option<Cursor>,
}

/// What some settled calls come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How many they are.
    pub calls: u64,
    /// What they cost.
    pub cost_nano_usd: NanoUsd,
    /// The tokens that they used, by class.
    pub tokens: TokenUsage,
}

impl Tally {
    /// Adds one call.
    pub const fn add(&mut self, cost: NanoUsd, tokens: TokenUsage) {
        self.calls = self.calls.saturating_add(1);
        self.cost_nano_usd = self.cost_nano_usd.saturating_add(cost);
        self.tokens = self.tokens.saturating_add(tokens);
    }
}

/// One step of the trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// When the step begins: on the hour, at midnight UTC or with the month. The first may begin before the period does.
    pub starts_at_unix_ms: UnixMillis,
    /// The calls of the step that are in the period.
    pub tally: Tally,
}

/// One part of a split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The model's id or the environment's name.
    pub name: String,
    /// Its calls.
    pub tally: Tally,
}

/// What the prompt cache did to the bill, by the prices of each call's own day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheSavings {
    /// How much less was paid for what was read from the cache than it would have cost as fresh input.
    pub reads_saved_nano_usd: NanoUsd,
    /// How much more was paid for what was written to the cache than it would have cost as fresh input.
    pub writes_cost_more_nano_usd: NanoUsd,
}

/// How long answers took from the request's arrival to their first event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstEvent {
    /// How many answers began.
    pub calls: u64,
    /// Half of them took at most this long.
    pub p50_ms: u32,
    /// Of a hundred, ninety-five took at most this long.
    pub p95_ms: u32,
}

/// How often one kind of refusal was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    /// The error's code.
    pub code: String,
    /// How often.
    pub times: u64,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name everywhere; its X-ray is found by it.
    pub request_id: RequestId,
    /// When it was let in.
    pub opened_at_unix_ms: UnixMillis,
    /// The model's id.
    pub model: String,
    /// The environment's name.
    pub environment: String,
    /// How it ended.
    pub outcome: CallOutcome,
    /// The tokens that it used, by class; none while it is under way.
    pub tokens: TokenUsage,
    /// What it cost; nothing while it is under way.
    pub cost_nano_usd: NanoUsd,
    /// What was reserved for it at first.
    pub reserved_nano_usd: NanoUsd,
    /// Whether the cost is a bound because the upstream never said its last word.
    pub is_estimated: bool,
    /// From its arrival to the answer's first event, where there was one.
    pub first_event_ms: Option<u32>,
    /// From its arrival to its end; absent while it is under way.
    pub duration_ms: Option<u32>,
    /// The upstream's own name for it.
    pub upstream_request_id: Option<String>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It has not ended.
    UnderWay,
    /// The answer came to its end.
    Whole,
    /// The caller left before.
    Left,
    /// The upstream broke off, or said something else than an answer.
    BrokeOff,
    /// The upstream refused it.
    Refused,
    /// Nothing was sent.
    NotSent,
    /// The server ended before it could say; charged what was reserved.
    Orphan,
}

impl CallOutcome {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnderWay => "under_way",
            Self::Whole => "whole",
            Self::Left => "left",
            Self::BrokeOff => "broke_off",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Orphan => "orphan",
        }
    }
}

#[cfg(test)]
mod tests;
