//! `POST /api/stop-spending`: the switch that stops all spending, and lifts that again.

use serde::{Deserialize, Serialize};

use crate::time::UnixMillis;

/// What the operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopSpending {
    /// Whether nobody may spend from now on; answers under way come to their end.
    pub is_stopped: bool,
}

/// How the switch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendingState {
    /// Since when nobody may spend; absent where spending goes on.
    pub stopped_since: Option<UnixMillis>,
}
