//! `GET /api/session`: who am I, what may I do, and where is the key.

use serde::{Deserialize, Serialize};

use super::budget::{BudgetInfo, BudgetNotice};
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
    /// The budget that has the least left of those that hold for this caller; absent where none does.
    pub budget: Option<BudgetInfo>,
    /// Whether the caller can see how their requests went, at `/api/xray`.
    pub has_xray: bool,
    /// All budgets that hold for this caller and whose figures it may see, the one with the least left first.
    pub budgets: Vec<BudgetInfo>,
    /// Budgets that are spent to a mark and concern this caller.
    pub notices: Vec<BudgetNotice>,
    /// Whether the operator has stopped all spending.
    pub is_spending_stopped: bool,
    /// Whether this caller sees everybody's spending, and may stop it.
    pub sees_all: bool,
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
