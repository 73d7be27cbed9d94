//! How often: the generic cell rate algorithm over a caller, an address and everybody, all or none.
//!
//! A limit of N a minute gives each key a bucket of N requests that fills evenly. The algorithm needs one number a key: the moment
//! at which its bucket is full again. A key whose bucket is full needs none at all, so that what is held is bounded by what
//! the overall limit lets in within a minute, however many identities knock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use shared::api::xray::{RateScope, RateSeen};

use crate::access::{AddressKey, CallerId};
use serving::clock::Clock;

/// The window of every limit.
const WINDOW: Duration = Duration::from_mins(1);

/// Requests a minute, by whom they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// For one client address; an IPv6 network of 64 bits counts as one.
    pub per_address: u32,
    /// For everybody together.
    pub overall: u32,
}

/// Counts of tokens that one caller may have in a minute: somebody who looks at a draft, presses the button, and changes the draft, does
/// so every few seconds.
pub(super) const COUNTS_PER_CALLER: u32 = 20;

/// Counts from one address: of two people behind one router.
const COUNTS_PER_ADDRESS: u32 = 2 * COUNTS_PER_CALLER;

impl RateLimits {
    /// The limits for counts of tokens: for everybody together as many as of requests, which is less than any account at Claude has
    /// (2,000); and never more than of requests, so that who may not ask may not count.
    pub(super) fn of_counts(self) -> Self {
        Self {
            per_address: self.per_address.min(COUNTS_PER_ADDRESS),
            overall: self.overall,
        }
    }
}

/// Where one caller stands with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests a minute.
    pub limit: u32,
    /// Requests that it may make at once.
    pub left: u32,
    /// How long until it may make all of them.
    pub full_in: Duration,
}

impl Standing {
    /// The window of the limit.
    pub const WINDOW: Duration = WINDOW;
}

/// Counts requests.
#[derive(Debug)]
pub(super) struct Rates {
    clock: Clock,
    limits: RateLimits,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    overall: Option<Instant>,
    callers: Keyed<CallerId>,
    addresses: Keyed<AddressKey>,
}

impl Rates {
    pub(super) fn new(limits: RateLimits, clock: Clock) -> Self {
        let buckets = Buckets {
            overall: None,
            callers: Keyed::default(),
            addresses: Keyed::default(),
        };
        Self {
            clock,
            limits,
            buckets: Mutex::new(buckets),
        }
    }

    /// Takes one request out of all buckets that count it, or out of none and says how long until all would have one. `caller` may make
    /// `per_caller` a minute; who is counted by address comes with one.
    pub(super) fn take(
        &self,
        caller: CallerId,
        per_caller: u32,
        address: Option<AddressKey>,
    ) -> Result<(), Duration> {
        let now = self.clock.instant();
        let limits = self.limits;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let overall = next_full(limits.overall, buckets.overall, now);
        let by_caller = next_full(per_caller, buckets.callers.full_at(&caller), now);
        let by_address = address.map_or(Ok(now), |address| {
            next_full(limits.per_address, buckets.addresses.full_at(&address), now)
        });
        match (overall, by_caller, by_address) {
            (Ok(overall), Ok(by_caller), Ok(by_address)) => {
                buckets.overall = Some(overall);
                buckets.callers.set(caller, by_caller, now);
                if let Some(address) = address {
                    buckets.addresses.set(address, by_address, now);
                }
                Ok(())
            }
            (overall, by_caller, by_address) => {
                let waits = [overall, by_caller, by_address];
                Err(waits
                    .into_iter()
                    .filter_map(Result::err)
                    .max()
                    .unwrap_or(WINDOW))
            }
        }
    }

    /// Where `caller` stands, who may make `per_caller` a minute, without taking anything.
    pub(super) fn standing(&self, caller: &CallerId, per_caller: u32) -> Standing {
        let now = self.clock.instant();
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = buckets.callers.full_at(caller);
        drop(buckets);
        Standing {
            limit: per_caller,
            left: left(per_caller, full_at, now),
            full_in: waiting(full_at, now),
        }
    }

    /// Where all limits stand that count a request of `caller`, without taking anything. What others did shows in none.
    pub(super) fn seen(
        &self,
        caller: CallerId,
        per_caller: u32,
        address: Option<AddressKey>,
    ) -> Vec<RateSeen> {
        let now = self.clock.instant();
        let limits = self.limits;
        let seen = |scope, per_minute, left| RateSeen {
            scope,
            per_minute,
            left,
        };
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let of_caller = left(per_caller, buckets.callers.full_at(&caller), now);
        let mut all = vec![seen(RateScope::Session, per_caller, Some(of_caller))];
        if let Some(address) = address {
            let most = limits.per_address;
            let of_address = left(most, buckets.addresses.full_at(&address), now);
            all.push(seen(RateScope::Address, most, Some(of_address)));
        }
        all.push(seen(RateScope::Everybody, limits.overall, None));
        all
    }

    /// How many keys are held.
    #[cfg(test)]
    fn keys(&self) -> usize {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (callers, addresses) = (&buckets.callers, &buckets.addresses);
        callers
            .full_at
            .len()
            .saturating_add(addresses.full_at.len())
    }
}

/// When a bucket of `limit` requests, full at `full_at`, will be full after giving one now; or how long until it has one to give.
fn next_full(limit: u32, full_at: Option<Instant>, now: Instant) -> Result<Instant, Duration> {
    // A limit of zero has no interval: such a bucket never has one to give.
    let interval = WINDOW.checked_div(limit).ok_or(WINDOW)?;
    let filling = waiting(full_at, now).saturating_add(interval);
    match filling.checked_sub(WINDOW) {
        None | Some(Duration::ZERO) => now.checked_add(filling).ok_or(WINDOW),
        Some(too_early) => Err(too_early),
    }
}

/// How long until a bucket is full that will be so at `full_at`.
fn waiting(full_at: Option<Instant>, now: Instant) -> Duration {
    full_at.map_or(Duration::ZERO, |full_at| {
        full_at.saturating_duration_since(now)
    })
}

/// How many a bucket of `limit` requests that will be full at `full_at` has to give now.
fn left(limit: u32, full_at: Option<Instant>, now: Instant) -> u32 {
    let filled = WINDOW.saturating_sub(waiting(full_at, now)).as_nanos();
    // Without an interval the limit is zero, and nothing is ever left.
    let left = WINDOW
        .checked_div(limit)
        .and_then(|interval| filled.checked_div(interval.as_nanos()))
        .and_then(|left| u32::try_from(left).ok())
        .unwrap_or(0);
    left.min(limit)
}

/// Buckets by key. Those that are full are forgotten whenever the number has doubled.
#[derive(Debug)]
struct Keyed<K> {
    full_at: HashMap<K, Instant>,
    forget_at: usize,
}

/// Below this many keys nobody looks for those that can be forgotten.
const FORGET_AT_LEAST: usize = 1_024;

impl<K> Default for Keyed<K> {
    fn default() -> Self {
        Self {
            full_at: HashMap::new(),
            forget_at: FORGET_AT_LEAST,
        }
    }
}

impl<K: Eq + Hash> Keyed<K> {
    fn full_at(&self, key: &K) -> Option<Instant> {
        self.full_at.get(key).copied()
    }

    fn set(&mut self, key: K, full_at: Instant, now: Instant) {
        self.full_at.insert(key, full_at);
        if self.full_at.len() >= self.forget_at {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.forget_at = self.full_at.len().saturating_mul(2).max(FORGET_AT_LEAST);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use shared::time::UnixMillis;

    use super::*;
    use serving::clock::ManualClock;

    const PER_CALLER: u32 = 3;

    const LIMITS: RateLimits = RateLimits {
        per_address: 5,
        overall: 7,
    };

    fn rates(limits: RateLimits) -> (ManualClock, Rates) {
        let clock = ManualClock::starting_at(UnixMillis(0));
        (clock.clone(), Rates::new(limits, clock.into()))
    }

    fn take(rates: &Rates, caller: CallerId, address: AddressKey) -> Result<(), Duration> {
        rates.take(caller, PER_CALLER, Some(address))
    }

    fn caller(n: u32) -> CallerId {
        CallerId::of(&n.to_string())
    }

    fn address(n: u32) -> AddressKey {
        AddressKey::of(IpAddr::V4(Ipv4Addr::from_bits(n)))
    }

    #[test]
    fn each_limit_holds_to_the_last_request_and_fills_evenly() {
        let (clock, rates) = rates(LIMITS);
        for _ in 0..3 {
            assert_eq!(take(&rates, caller(1), address(1)), Ok(()));
        }
        assert_eq!(
            take(&rates, caller(1), address(1)),
            Err(Duration::from_secs(20))
        );
        clock.advance(Duration::from_millis(19_999));
        assert_eq!(
            take(&rates, caller(1), address(1)),
            Err(Duration::from_millis(1))
        );
        clock.advance(Duration::from_millis(1));
        assert_eq!(take(&rates, caller(1), address(1)), Ok(()));
    }

    #[test]
    fn what_is_left_is_what_the_next_requests_get() {
        let (clock, rates) = rates(LIMITS);
        for taken in 0..=PER_CALLER {
            let standing = rates.standing(&caller(1), PER_CALLER);
            let expected = Standing {
                limit: PER_CALLER,
                left: PER_CALLER - taken,
                full_in: Duration::from_secs(20) * taken,
            };
            assert_eq!(standing, expected);
            assert_eq!(
                take(&rates, caller(1), address(1)).is_ok(),
                standing.left > 0
            );
        }
        clock.advance(Duration::from_secs(19));
        assert_eq!(rates.standing(&caller(1), PER_CALLER).left, 0);
        clock.advance(Duration::from_secs(1));
        assert_eq!(rates.standing(&caller(1), PER_CALLER).left, 1);
        assert_eq!(rates.standing(&caller(1), 0).left, 0);
    }

    /// FM-49: a new session for each request does not escape the limit of its address.
    #[test]
    fn many_callers_of_one_address_share_its_limit() {
        let (_, rates) = rates(LIMITS);
        let let_in = (0..20)
            .filter(|n| take(&rates, caller(*n), address(1)).is_ok())
            .count();
        assert_eq!(let_in, 5);
    }

    #[test]
    fn what_one_limit_refuses_takes_nothing_from_the_others() {
        let (_, rates) = rates(LIMITS);
        for _ in 0..50 {
            let _ = take(&rates, caller(1), address(1));
        }
        // Three of seven are gone overall, and three of the address's five.
        assert_eq!(take(&rates, caller(2), address(1)), Ok(()));
        assert_eq!(take(&rates, caller(3), address(2)), Ok(()));
    }

    #[test]
    fn what_is_left_is_what_can_be_had_at_once() {
        let (clock, rates) = rates(LIMITS);
        let stand = || {
            let seen = rates.seen(caller(1), PER_CALLER, Some(address(1)));
            seen.into_iter().map(|seen| seen.left).collect::<Vec<_>>()
        };
        for taken in 0..=3 {
            assert_eq!(stand(), [Some(3 - taken), Some(5 - taken), None]);
            assert_eq!(take(&rates, caller(1), address(1)).is_ok(), taken < 3);
        }
        clock.advance(Duration::from_secs(20));
        assert_eq!(stand(), [Some(1), Some(3), None]);
        assert_eq!(left(0, None, rates.clock.instant()), 0);
    }

    #[test]
    fn a_limit_of_zero_lets_nobody_in() {
        let (_, rates) = rates(RateLimits {
            overall: 0,
            ..LIMITS
        });
        assert_eq!(take(&rates, caller(1), address(1)), Err(WINDOW));
    }

    #[test]
    fn who_is_not_counted_by_address_takes_nothing_from_it() {
        let (_, rates) = rates(LIMITS);
        for _ in 0..5 {
            assert_eq!(rates.take(caller(9), 5, None), Ok(()));
        }
        assert!(rates.take(caller(9), 5, None).is_err());
        assert_eq!(take(&rates, caller(1), address(1)), Ok(()));
    }

    /// FM-20: a million identities leave no more behind than the overall limit lets in.
    #[test]
    fn a_million_identities_are_forgotten() {
        let (clock, rates) = rates(RateLimits {
            overall: 60_000,
            ..LIMITS
        });
        let mut most = 0;
        for n in 0..1_000_000 {
            take(&rates, caller(n), address(n)).ok();
            if n % 1_000 == 0 {
                clock.advance(Duration::from_secs(1));
                most = most.max(rates.keys());
            }
        }
        // Each waits 20 or 12 seconds to be forgotten; a thousand come each second.
        assert!(most <= 2 * (20_000 + 12_000), "{most} keys");
    }
}
