//! `GET /api/session`: who am I, what may I do, and where is the key.

use serde::{Deserialize, Serialize};

use crate::money::NanoUsd;
use crate::policy::Policy;
use crate::time::UnixMillis;

/// What the page knows about its server and its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionInfo {
    /// What this caller may be.
    pub role: SessionRole,
    /// What this caller may do.
    pub policy: Policy,
    /// Who answers.
    pub upstream: UpstreamInfo,
    /// Today's budget; absent where none is set.
    pub budget: Option<BudgetInfo>,
    /// Whether the caller can see how their requests went, at `/api/xray`.
    pub has_xray: bool,
    /// The server's time, by which budgets turn over.
    pub now: UnixMillis,
    /// The server's version.
    pub version: String,
}

/// What a caller may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionRole {
    /// Anybody who opened the page: may chat within the policy.
    Visitor,
}

/// Who answers the server's requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpstreamInfo {
    /// The name to show: `stand-in Claude`, or the upstream's host.
    pub name: String,
    /// Whether it is the embedded stand-in: nothing is sent anywhere and nothing costs money.
    pub is_stand_in: bool,
    /// The first characters of the key's SHA-256, so that an operator can tell keys apart. Never a part of the key.
    pub key_fingerprint: String,
}

/// Where today's spending stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetInfo {
    /// What may be spent in a day.
    pub limit: NanoUsd,
    /// What was spent today.
    pub spent: NanoUsd,
    /// What requests under way hold.
    pub reserved: NanoUsd,
    /// When the next day's budget begins: midnight UTC.
    pub resets_at: UnixMillis,
}

impl BudgetInfo {
    /// What may still be spent.
    pub const fn left(&self) -> NanoUsd {
        self.limit
            .saturating_sub(self.spent)
            .saturating_sub(self.reserved)
    }
}
