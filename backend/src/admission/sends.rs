//! Sends that came with a name: each is paid for once, however often it comes.
//!
//! While the first is under way, and once it has cost something, the same name of the same caller is refused. It cannot be answered with
//! the first one's answer, since answers are not kept: nothing that was asked or said outlives its request here. A send that was refused,
//! or that cost nothing for another reason, frees its name, so that the page may try again with it.
//!
//! What is kept are digests, in memory, for a day: a server that starts anew has forgotten them. Names of sends under way are as many as
//! there are seats (`slots`); how many more are kept is bounded below.
#![deny(clippy::arithmetic_side_effects)]

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use shared::error::{ApiError, ErrorKind};

use crate::access::{CallerId, SendKey};
use serving::clock::Clock;

/// How long a name is kept: a tab that was left open overnight and sends again what it sent is the longest that there is.
const KEPT_FOR: Duration = Duration::from_hours(24);

/// Names kept for one caller: more than a person sends in a day, and few enough to look through one by one. Beyond it their own oldest
/// goes.
const PER_CALLER: usize = 256;

/// Names kept for all callers: at 600 requests a minute those of two hours, in about 10 MiB. Beyond it the oldest goes.
const OVERALL: usize = 65_536;

/// Remembers what was sent. Cheap to clone; clones share the memory.
#[derive(Clone, Debug)]
pub(super) struct Sends {
    clock: Clock,
    memory: Arc<Mutex<Memory>>,
}

/// The right to send under a name. While it is held nobody else has it; dropped, it frees the name, unless something was paid.
#[derive(Debug)]
pub(super) struct Claim {
    sends: Sends,
    name: Name,
    body: Digest,
    is_paid: bool,
}

/// A send's name is its caller's own.
type Name = (CallerId, SendKey);

/// The SHA-256 of what a send asks.
type Digest = [u8; 32];

#[derive(Debug, Default)]
struct Memory {
    under_way: HashMap<Name, Digest>,
    /// What was paid for, by caller, oldest first.
    paid: HashMap<CallerId, VecDeque<Paid>>,
    /// The same by number, and so by age.
    by_age: BTreeMap<u64, CallerId>,
    next: u64,
}

#[derive(Debug)]
struct Paid {
    number: u64,
    key: SendKey,
    body: Digest,
    at: Instant,
}

impl Sends {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            memory: Arc::default(),
        }
    }

    /// Takes the name `key` of `caller` for a send of `body`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DuplicateRequest`] when it is taken; it says what became of the first, or that the two ask different things.
    pub(super) fn claim(
        &self,
        caller: CallerId,
        key: SendKey,
        body: &[u8],
    ) -> Result<Claim, ApiError> {
        let name = (caller, key);
        let body = Sha256::digest(body).into();
        let mut memory = self.memory();
        memory.forget_until(self.clock.instant());
        if let Some(first) = memory.paid(&name) {
            return Err(taken(*first == body, "It was sent, and cost something."));
        }
        match memory.under_way.entry(name) {
            Entry::Occupied(first) => Err(taken(
                *first.get() == body,
                "It is waiting or being answered at this moment.",
            )),
            Entry::Vacant(free) => {
                free.insert(body);
                Ok(Claim {
                    sends: self.clone(),
                    name,
                    body,
                    is_paid: false,
                })
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn taken(is_same: bool, what_became: &str) -> ApiError {
    ErrorKind::DuplicateRequest.with(if is_same {
        what_became
    } else {
        "Its idempotency key names another request; a new request takes a new key."
    })
}

impl Claim {
    /// Something was paid: the name stays taken.
    pub(super) const fn paid(&mut self) {
        self.is_paid = true;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let now = self.sends.clock.instant();
        let mut memory = self.sends.memory();
        memory.under_way.remove(&self.name);
        if self.is_paid {
            memory.keep(self.name, self.body, now);
        }
    }
}

impl Memory {
    /// What `name` was paid for, if it was.
    fn paid(&self, (caller, key): &Name) -> Option<&Digest> {
        let paid = self.paid.get(caller)?;
        let found = paid.iter().find(|paid| paid.key == *key)?;
        Some(&found.body)
    }

    fn keep(&mut self, (caller, key): Name, body: Digest, at: Instant) {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.by_age.insert(number, caller);
        let of_caller = self.paid.entry(caller).or_default();
        of_caller.push_back(Paid {
            number,
            key,
            body,
            at,
        });
        if of_caller.len() > PER_CALLER
            && let Some(oldest) = of_caller.pop_front()
        {
            self.by_age.remove(&oldest.number);
        }
        if self.by_age.len() > OVERALL {
            self.forget_oldest();
        }
    }

    /// Forgets what has been kept long enough.
    fn forget_until(&mut self, now: Instant) {
        while self
            .oldest()
            .is_some_and(|oldest| now.saturating_duration_since(oldest.at) >= KEPT_FOR)
        {
            self.forget_oldest();
        }
    }

    fn oldest(&self) -> Option<&Paid> {
        let (_, caller) = self.by_age.first_key_value()?;
        self.paid.get(caller)?.front()
    }

    fn forget_oldest(&mut self) {
        let Some((_, caller)) = self.by_age.pop_first() else {
            return;
        };
        // The oldest of all is its caller's oldest.
        if let Entry::Occupied(mut of_caller) = self.paid.entry(caller) {
            of_caller.get_mut().pop_front();
            if of_caller.get().is_empty() {
                of_caller.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serving::clock::ManualClock;
    use shared::time::UnixMillis;

    use super::*;

    fn sends() -> (ManualClock, Sends) {
        let clock = ManualClock::starting_at(UnixMillis(0));
        (clock.clone(), Sends::new(clock.into()))
    }

    fn caller(n: u32) -> CallerId {
        CallerId::of(&n.to_string())
    }

    fn key(n: u32) -> SendKey {
        SendKey::numbered(n)
    }

    fn pay(sends: &Sends, caller: CallerId, key: SendKey) {
        let mut claim = sends.claim(caller, key, b"body").expect("it is free");
        claim.paid();
    }

    fn detail(refused: Result<Claim, ApiError>) -> String {
        let error = refused.expect_err("it is taken");
        assert_eq!(error.kind, ErrorKind::DuplicateRequest);
        error.detail.expect("it says why")
    }

    #[test]
    fn a_name_is_taken_while_it_is_under_way_and_free_again_when_nothing_was_paid() {
        let (_, sends) = sends();
        let claim = sends.claim(caller(1), key(1), b"body").expect("free");
        assert!(detail(sends.claim(caller(1), key(1), b"body")).contains("being answered"));
        assert!(detail(sends.claim(caller(1), key(1), b"else")).contains("another request"));
        sends.claim(caller(2), key(1), b"body").expect("their own");
        sends.claim(caller(1), key(2), b"body").expect("another");
        drop(claim);
        pay(&sends, caller(1), key(1));
        assert!(detail(sends.claim(caller(1), key(1), b"body")).contains("was sent"));
        assert!(detail(sends.claim(caller(1), key(1), b"else")).contains("another request"));
        assert!(sends.memory().under_way.is_empty());
    }

    #[test]
    fn what_was_paid_for_is_kept_for_a_day() {
        let (clock, sends) = sends();
        pay(&sends, caller(1), key(1));
        clock.advance(KEPT_FOR.saturating_sub(Duration::from_millis(1)));
        detail(sends.claim(caller(1), key(1), b"body"));
        clock.advance(Duration::from_millis(1));
        pay(&sends, caller(1), key(1));
        assert_eq!(sends.memory().by_age.len(), 1);
    }

    #[test]
    fn one_caller_loses_their_own_oldest_and_nobody_elses() {
        let (_, sends) = sends();
        pay(&sends, caller(0), key(0));
        for n in 0..=u32::try_from(PER_CALLER).expect("few") {
            pay(&sends, caller(1), key(n));
        }
        pay(&sends, caller(1), key(0));
        detail(sends.claim(caller(1), key(2), b"body"));
        detail(sends.claim(caller(0), key(0), b"body"));
        assert_eq!(sends.memory().by_age.len(), PER_CALLER + 1);
    }

    /// FM-20: whoever sends under a million names takes no more memory than is set aside for them.
    #[test]
    fn a_million_names_leave_no_more_behind_than_are_kept_and_the_oldest_go_first() {
        let (clock, sends) = sends();
        let at = Clock::from(clock).instant();
        let callers: Vec<_> = (0..10_000).map(caller).collect();
        for n in 0..1_000_000 {
            let name = (callers[n as usize / 100], SendKey::numbered(n));
            sends.memory().keep(name, [0; 32], at);
        }
        let memory = sends.memory();
        let kept: usize = memory.paid.values().map(VecDeque::len).sum();
        assert_eq!((kept, memory.by_age.len()), (OVERALL, OVERALL));
        assert!(memory.paid.len() <= OVERALL / 100 + 2);
        let oldest_kept = 1_000_000 - u32::try_from(OVERALL).expect("fits");
        let is_kept = |n: u32| {
            let name = (callers[n as usize / 100], SendKey::numbered(n));
            memory.paid(&name).is_some()
        };
        assert!(is_kept(oldest_kept) && !is_kept(oldest_kept - 1));
    }
}
