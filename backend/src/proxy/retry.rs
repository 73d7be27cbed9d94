//! When to try again: at most twice, only before anything was passed on, only where another attempt may help, and never so often
//! that an upstream in trouble gets more of it.
//!
//! Waits are drawn evenly from nothing up to one second, then two, so that callers who failed together do not come back together.
//! What the upstream asks to wait is the least.
#![deny(clippy::arithmetic_side_effects)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use shared::error::ErrorKind;

use crate::error::Error;
use crate::turn::Dialect;

/// Longest waits before the second and the third attempt.
const LONGEST_WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// From the first attempt on, no attempt begins later than this: a person is waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a retry takes out of the budget, in parts of what a request puts in: one retry for ten requests.
const REQUESTS_FOR_A_RETRY: u32 = 10;

/// The most that the budget holds: ten retries in a row after a quiet time.
const BUDGET_MAX: u32 = 10 * REQUESTS_FOR_A_RETRY;

/// Bounds retries to a tenth of all requests, so that an outage upstream meets a tenth more load and not three times as much.
#[derive(Debug)]
pub(super) struct RetryBudget(AtomicU32);

/// One request's attempts.
#[derive(Debug)]
pub(super) struct Attempts<'a> {
    budget: &'a RetryBudget,
    dialect: Dialect,
    started: Instant,
    failed: usize,
}

impl RetryBudget {
    pub(super) const fn new() -> Self {
        Self(AtomicU32::new(BUDGET_MAX))
    }

    /// Begins a request, which pays its share in.
    pub(super) fn begin(&self, now: Instant, dialect: Dialect) -> Attempts<'_> {
        let paid_in = |held: u32| Some(held.saturating_add(1).min(BUDGET_MAX));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid_in);
        Attempts {
            budget: self,
            dialect,
            started: now,
            failed: 0,
        }
    }

    /// Pays for one retry, if there is enough.
    fn pay(&self) -> bool {
        let paid = |held: u32| held.checked_sub(REQUESTS_FOR_A_RETRY);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid)
            .is_ok()
    }
}

impl Attempts<'_> {
    /// How long to wait before the next attempt after one failed with `error` at `now`; `None` to give up. `random` is evenly
    /// distributed over all its values.
    pub(super) fn wait_after(
        &mut self,
        error: &Error,
        now: Instant,
        random: u32,
    ) -> Option<Duration> {
        let longest = *LONGEST_WAITS.get(self.failed)?;
        if !is_worth_another_attempt(error, self.dialect) {
            return None;
        }
        let wait = jittered(longest, random).max(asked_for(error));
        let waited = now.saturating_duration_since(self.started);
        if waited.saturating_add(wait) > PATIENCE || !self.budget.pay() {
            return None;
        }
        self.failed = self.failed.saturating_add(1);
        Some(wait)
    }
}

/// Evenly between nothing and `longest`.
fn jittered(longest: Duration, random: u32) -> Duration {
    let nanos = longest.as_nanos().saturating_mul(u128::from(random)) >> u32::BITS;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// How long the upstream asks to wait.
fn asked_for(error: &Error) -> Duration {
    match error {
        Error::Upstream(refusal) => Duration::from_millis(refusal.retry_after_ms.unwrap_or(0)),
        _ => Duration::ZERO,
    }
}

/// Whether another attempt may succeed and this one cost nothing. A silence is not retried: the upstream may be working for us. Nor is
/// a failed handshake: the upstream would show the same certificate. Programs try again by themselves whatever the upstream has answered:
/// trying in their place would multiply their attempts by ours.
fn is_worth_another_attempt(error: &Error, dialect: Dialect) -> bool {
    match error {
        Error::Upstream(_) if dialect == Dialect::Anthropic => false,
        Error::Unreachable(_) => !error.is_failed_handshake(),
        Error::Upstream(refusal) => {
            matches!(
                refusal.kind,
                ErrorKind::UpstreamRateLimited
                    | ErrorKind::Overloaded
                    | ErrorKind::UpstreamTimeout
                    | ErrorKind::UpstreamError
            ) && is_passing(refusal.status)
        }
        Error::Refused(_)
        | Error::Timeout(_)
        | Error::Stalled(_)
        | Error::Protocol(_)
        | Error::Interrupted(_)
        | Error::Internal(_) => false,
    }
}

/// Whether a status can be another one a moment later; 200 stands for an error inside a stream. A redirect or a change of protocol is
/// how the upstream is set up.
const fn is_passing(status: u16) -> bool {
    status == 200 || status >= 400
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::UpstreamRefusal;
    use serving::clock::Clock;

    fn refusal(kind: ErrorKind, retry_after_ms: Option<u64>) -> Error {
        Error::Upstream(Box::new(UpstreamRefusal {
            kind,
            status: kind.status(),
            error_type: String::new(),
            message: String::new(),
            request_id: None,
            retry_after_ms,
            verbatim: None,
        }))
    }

    fn overloaded() -> Error {
        refusal(ErrorKind::Overloaded, None)
    }

    /// FM-36: at most three attempts, and every wait is drawn evenly below its bound.
    #[test]
    fn waits_are_spread_evenly_and_end_after_the_second() {
        let now = Clock::system().instant();
        let mut sums = [Duration::ZERO; 2];
        for n in 0..1_000_u32 {
            let budget = RetryBudget::new();
            let mut attempts = budget.begin(now, Dialect::Browser);
            for (sum, longest) in sums.iter_mut().zip(LONGEST_WAITS) {
                let random = n.wrapping_mul(u32::MAX / 1_000);
                let wait = attempts
                    .wait_after(&overloaded(), now, random)
                    .expect("a wait");
                assert!(wait < longest);
                *sum += wait;
            }
            assert_eq!(attempts.wait_after(&overloaded(), now, 0), None);
        }
        for (sum, longest) in sums.into_iter().zip(LONGEST_WAITS) {
            let mean = sum / 1_000;
            assert!(
                mean > longest * 9 / 20 && mean < longest * 11 / 20,
                "{mean:?}"
            );
        }
    }

    #[test]
    fn what_the_upstream_asks_for_is_the_least_and_patience_the_most() {
        let now = Clock::system().instant();
        let budget = RetryBudget::new();
        let asks = |ms| refusal(ErrorKind::UpstreamRateLimited, Some(ms));
        let wait = budget
            .begin(now, Dialect::Browser)
            .wait_after(&asks(5_000), now, 0);
        assert_eq!(wait, Some(Duration::from_secs(5)));
        assert_eq!(
            budget
                .begin(now, Dialect::Browser)
                .wait_after(&asks(10_001), now, 0),
            None
        );
        let late = now + PATIENCE;
        assert_eq!(
            budget
                .begin(now, Dialect::Browser)
                .wait_after(&overloaded(), late, u32::MAX),
            None
        );
    }

    /// FM-37: what will fail again is not tried again.
    #[test]
    fn only_what_may_pass_is_tried_again() {
        let now = Clock::system().instant();
        for kind in ErrorKind::ALL {
            let is_passing = matches!(
                kind,
                ErrorKind::UpstreamRateLimited
                    | ErrorKind::Overloaded
                    | ErrorKind::UpstreamTimeout
                    | ErrorKind::UpstreamError
            );
            let wait = RetryBudget::new().begin(now, Dialect::Browser).wait_after(
                &refusal(kind, None),
                now,
                0,
            );
            assert_eq!(wait.is_some(), is_passing, "{kind:?}");
        }
        let silence = Error::Timeout("before its answer began");
        assert_eq!(
            RetryBudget::new()
                .begin(now, Dialect::Browser)
                .wait_after(&silence, now, 0),
            None
        );
    }

    #[test]
    fn in_a_long_outage_one_request_in_ten_is_tried_again() {
        let now = Clock::system().instant();
        let budget = RetryBudget::new();
        let mut retries = 0;
        for _ in 0..1_000 {
            let mut attempts = budget.begin(now, Dialect::Browser);
            while attempts.wait_after(&overloaded(), now, 0).is_some() {
                retries += 1;
            }
        }
        assert!(
            (100..=110).contains(&retries),
            "{retries} retries of 1,000 requests"
        );
    }
}
