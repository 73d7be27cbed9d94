//! Which requests are kept: the newest ones, bounded in all and for each session.

use std::collections::VecDeque;
use std::sync::Arc;

use shared::ids::RequestId;

use super::recording::Entry;

/// Requests that are kept. One takes up to 8 KiB, most of it points in time of its events, so that all of them stay below 2 MiB.
const KEPT_MAX: usize = 256;

/// Requests that are kept of one session: more answers than a chat has while somebody looks back at them. Nobody drives out the requests
/// of all others by sending many.
const OF_SESSION_MAX: usize = 64;

/// The requests that are kept, oldest first.
#[derive(Debug)]
pub(super) struct Ring<O>(VecDeque<Kept<O>>);

/// One request. What is looked through stands beside the entry, so that nobody has to go there to see that it is another's.
#[derive(Debug)]
struct Kept<O> {
    id: RequestId,
    owner: O,
    entry: Arc<Entry>,
}

impl<O: Copy + Eq> Ring<O> {
    /// Nothing is kept yet.
    pub(super) const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Keeps one more, and lets one go where there are too many.
    pub(super) fn add(&mut self, id: RequestId, owner: O, entry: Arc<Entry>) {
        let mut of_owner = 0;
        let mut oldest = None;
        for (place, kept) in self.0.iter().enumerate() {
            if kept.owner == owner {
                of_owner += 1;
                oldest = oldest.or(Some(place));
            }
        }
        if of_owner >= OF_SESSION_MAX {
            oldest.and_then(|place| self.0.remove(place));
        } else if self.0.len() >= KEPT_MAX {
            self.0.pop_front();
        }
        self.0.push_back(Kept { id, owner, entry });
    }

    /// The request `id`, if it is kept and `owner`'s.
    pub(super) fn find(&self, id: RequestId, owner: O) -> Option<Arc<Entry>> {
        let mut kept = self.0.iter();
        let found = kept.find(|kept| kept.id == id && kept.owner == owner)?;
        Some(Arc::clone(&found.entry))
    }
}

#[cfg(test)]
mod tests {
    use serving::clock::{Clock, ManualClock};
    use shared::time::UnixMillis;

    use super::*;
    use crate::Arrival;

    fn add(ring: &mut Ring<u32>, id: u128, owner: u32) {
        let id = RequestId::from_random(id);
        let clock = Clock::from(ManualClock::starting_at(UnixMillis(0)));
        let instant = clock.instant();
        let arrival = Arrival {
            instant,
            time_of_day: UnixMillis(0),
            passed_gates: instant,
        };
        ring.add(id, owner, Arc::new(Entry::new(id, clock, arrival)));
    }

    fn has(ring: &Ring<u32>, id: u128, owner: u32) -> bool {
        ring.find(RequestId::from_random(id), owner).is_some()
    }

    #[test]
    fn a_request_is_found_by_whoever_made_it_alone() {
        let mut ring = Ring::new();
        let (one, other) = (1, 2);
        add(&mut ring, 1, one);
        assert!(has(&ring, 1, one) && !has(&ring, 1, other) && !has(&ring, 2, one));
    }

    /// FM-20: a million requests of a million sessions leave no more behind than the newest few hundred.
    #[test]
    fn a_million_requests_are_forgotten_but_the_newest() {
        let mut ring = Ring::new();
        for id in 0..1_000_000_u32 {
            add(&mut ring, id.into(), id);
            assert!(ring.0.len() <= KEPT_MAX);
        }
        assert!(has(&ring, 999_999, 999_999));
        assert!(!has(&ring, 999_999 - KEPT_MAX as u128, 999_999 - 256));
    }

    #[test]
    fn who_sends_many_drives_out_their_own() {
        let mut ring = Ring::new();
        let (quiet, busy) = (1, 2);
        add(&mut ring, 0, quiet);
        for id in 1..=1_000 {
            add(&mut ring, id, busy);
        }
        assert!(has(&ring, 0, quiet));
        assert_eq!(ring.0.len(), OF_SESSION_MAX + 1);
        assert!(has(&ring, 1_000, busy) && !has(&ring, 1_000 - OF_SESSION_MAX as u128, busy));
    }
}
