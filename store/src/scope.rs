//! What is added up: for whom, and over which time.

use std::sync::Arc;

use shared::money::NanoUsd;
use shared::time::Day;

/// A SHA-256, which names somebody without telling who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// For whom a budget holds. A call counts towards every scope that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody together.
    Overall,
    /// Everybody in one environment.
    Environment(Arc<str>),
    /// Whoever uses one access token.
    Token(Digest),
    /// One browser session.
    Session(Digest),
    /// One client address, hashed.
    Address(Digest),
}

/// Over which time a budget holds. Both turn over at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// This day.
    Day(Day),
    /// The month that begins on this day.
    Month(Day),
}

/// What was spent by one scope in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Who.
    pub scope: Scope,
    /// When.
    pub window: Window,
    /// How much.
    pub spent: NanoUsd,
}
