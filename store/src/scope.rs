//! What is added up: for whom, and over which time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use shared::hex::hex;
use shared::money::NanoUsd;
use shared::time::{Day, UnixMillis};

use super::Payer;

/// A SHA-256, which names somebody without telling who.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    /// Four bytes: enough to follow one caller through a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, fourth, ..] = self.0;
        f.write_str(&hex(&[first, second, third, fourth]))
    }
}

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

impl Scope {
    /// All scopes that a call of `payer` is in.
    pub fn all_of(payer: &Payer) -> impl Iterator<Item = Self> {
        [
            Some(Self::Overall),
            Some(Self::Environment(Arc::clone(&payer.environment))),
            payer.token.map(Self::Token),
            payer.session.map(Self::Session),
            payer.address.map(Self::Address),
        ]
        .into_iter()
        .flatten()
    }

    /// Its kind, and who it is among its kind, as a table keeps them.
    pub(crate) fn parts(&self) -> (&'static str, &[u8]) {
        match self {
            Self::Overall => ("overall", &[]),
            Self::Environment(name) => ("environment", name.as_bytes()),
            Self::Token(digest) => ("token", &digest.0),
            Self::Session(digest) => ("session", &digest.0),
            Self::Address(digest) => ("address", &digest.0),
        }
    }

    /// The scope that a table keeps in these parts, if it is one.
    pub(crate) fn of_parts(kind: &str, key: &[u8]) -> Option<Self> {
        let digest = || key.try_into().ok().map(Digest);
        match kind {
            "overall" => Some(Self::Overall),
            "environment" => Some(Self::Environment(std::str::from_utf8(key).ok()?.into())),
            "token" => digest().map(Self::Token),
            "session" => digest().map(Self::Session),
            "address" => digest().map(Self::Address),
            _ => None,
        }
    }
}

/// Over which time a budget holds. Both turn over at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// This day.
    Day(Day),
    /// The month that begins on this day.
    Month(Day),
}

impl Window {
    /// The day and the month that `at` falls in.
    pub const fn both(at: UnixMillis) -> [Self; 2] {
        let day = at.day();
        let (year, month, _) = day.date();
        [Self::Day(day), Self::Month(Day::from_date(year, month, 1))]
    }

    /// When it begins.
    pub const fn start(self) -> UnixMillis {
        match self {
            Self::Day(day) | Self::Month(day) => day.start(),
        }
    }

    /// Its kind, as a table keeps it.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Month(_) => "month",
        }
    }

    /// The window of this kind that begins at `start`, if there is such a kind.
    pub(crate) fn of_parts(kind: &str, start: UnixMillis) -> Option<Self> {
        match kind {
            "day" => Some(Self::Day(start.day())),
            "month" => Some(Self::Month(start.day())),
            _ => None,
        }
    }
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

/// Spending by scope and window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums(HashMap<(Scope, Window), NanoUsd>);

impl Sums {
    /// Adds the cost of one call to every scope and window that it is in. What costs nothing leaves no trace.
    pub(crate) fn add(&mut self, payer: &Payer, opened_at: UnixMillis, cost: NanoUsd) {
        if cost == NanoUsd::ZERO {
            return;
        }
        for scope in Scope::all_of(payer) {
            for window in Window::both(opened_at) {
                let spent = self.0.entry((scope.clone(), window)).or_default();
                *spent = spent.saturating_add(cost);
            }
        }
    }

    /// Sets one sum.
    pub(crate) fn set(&mut self, total: Total) {
        self.0.insert((total.scope, total.window), total.spent);
    }

    /// What was spent by one scope in one window.
    pub(crate) fn of(&self, scope: &Scope, window: Window) -> NanoUsd {
        let key = (scope.clone(), window);
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// Whether there is a sum for this scope and window.
    pub(crate) fn has(&self, total: &Total) -> bool {
        let key = (total.scope.clone(), total.window);
        self.0.contains_key(&key)
    }

    /// Takes back the cost of one call that was added; a sum of nothing leaves no trace.
    pub(crate) fn take(&mut self, payer: &Payer, opened_at: UnixMillis, cost: NanoUsd) {
        for scope in Scope::all_of(payer) {
            for window in Window::both(opened_at) {
                if let Entry::Occupied(mut sum) = self.0.entry((scope.clone(), window)) {
                    let left = sum.get().saturating_sub(cost);
                    if left == NanoUsd::ZERO {
                        sum.remove();
                    } else {
                        sum.insert(left);
                    }
                }
            }
        }
    }

    /// All of them, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Total> {
        self.0.iter().map(|((scope, window), spent)| Total {
            scope: scope.clone(),
            window: *window,
            spent: *spent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_and_a_window_survive_their_parts() {
        let digest = Digest([7; 32]);
        for scope in [
            Scope::Overall,
            Scope::Environment("prod".into()),
            Scope::Token(digest),
            Scope::Session(digest),
            Scope::Address(digest),
        ] {
            let (kind, key) = scope.parts();
            assert_eq!(Scope::of_parts(kind, key), Some(scope));
        }
        assert_eq!(Scope::of_parts("token", &[7; 31]), None);
        assert_eq!(Scope::of_parts("planet", &[]), None);
        for window in Window::both(Day::from_date(2026, 11, 23).start()) {
            assert_eq!(
                Window::of_parts(window.kind(), window.start()),
                Some(window)
            );
        }
    }

    /// FM-11: a moment belongs to the day and the month of its UTC date, to the millisecond.
    #[test]
    fn windows_turn_over_at_midnight_utc() {
        let december = Day::from_date(2026, 12, 1);
        let last = UnixMillis(december.start().0 - 1);
        let november = Window::Month(Day::from_date(2026, 11, 1));
        assert_eq!(Window::both(last), [Window::Day(last.day()), november]);
        assert_eq!(
            Window::both(december.start()),
            [Window::Day(december), Window::Month(december)]
        );
    }
}
