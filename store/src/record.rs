//! What the ledger says of one call.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenUsage};
use shared::time::UnixMillis;

use super::Digest;

/// A call that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its name everywhere.
    pub request_id: RequestId,
    /// When it was admitted: it belongs to the windows of this moment, whenever it ends.
    pub opened_at: UnixMillis,
    /// Who pays.
    pub payer: Payer,
    /// The model's id.
    pub model: &'static str,
    /// The most that it can cost.
    pub reserved: NanoUsd,
}

/// Whose budgets a call counts towards, besides everybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    /// The environment, as the settings name it.
    pub environment: Arc<str>,
    /// The access token, where one was used or opened the session.
    pub token: Option<Digest>,
    /// The browser's session.
    pub session: Option<Digest>,
    /// The client's address, hashed with [`Store::salt`](super::Store::salt).
    pub address: Option<Digest>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// When it ended.
    pub settled_at: UnixMillis,
    /// The tokens that it used, by class.
    pub tokens: TokenUsage,
    /// What is charged for them, at most what was reserved.
    pub cost: NanoUsd,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the cost is a bound because the upstream never said its last word.
    pub is_estimated: bool,
    /// The upstream's own name for it.
    pub upstream_request_id: Option<String>,
    /// Milliseconds from its arrival to the answer's first event.
    pub first_event_ms: Option<u32>,
    /// Milliseconds from its arrival to its end.
    pub duration_ms: u32,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
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

impl Outcome {
    /// Its name, as a table keeps it and as it is written in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Left => "left",
            Self::BrokeOff => "broke_off",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Orphan => "orphan",
        }
    }
}

impl Outcome {
    /// The outcome with this name, if there is one.
    pub(crate) fn of_code(code: &str) -> Option<Self> {
        let all = [
            Self::Whole,
            Self::Left,
            Self::BrokeOff,
            Self::Refused,
            Self::NotSent,
            Self::Orphan,
        ];
        all.into_iter().find(|outcome| outcome.code() == code)
    }
}

impl Settlement {
    /// That of a call that cost nothing, since nothing was sent for it.
    pub(crate) fn not_sent(opened_at: UnixMillis) -> Self {
        Self {
            settled_at: opened_at,
            tokens: TokenUsage::default(),
            cost: NanoUsd::ZERO,
            outcome: Outcome::NotSent,
            is_estimated: false,
            upstream_request_id: None,
            first_event_ms: None,
            duration_ms: 0,
        }
    }
}
