//! Browser sessions: opaque random ids, hashed at rest, bounded in number and in life.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use shared::time::UnixMillis;

use super::CallerId;
use serving::clock::Clock;
use shared::hex::hex;

/// The session cookie. Its prefix makes browsers demand `Secure`, `Path=/` and no `Domain`, so that no other host can set it.
pub const COOKIE_NAME: &str = "__Host-airlock";

/// How long a session lives, however much it is used.
pub const SESSION_LIFE: Duration = Duration::from_hours(7 * 24);

/// How long a session lives unused: a working day.
const IDLE_LIFE: Duration = Duration::from_hours(12);

/// Sessions held at most, about 8 MB. Beyond that the one unused for longest goes.
const SESSIONS_MAX: usize = 100_000;

/// All sessions of this server.
#[derive(Debug)]
pub struct Sessions {
    clock: Clock,
    capacity: usize,
    by_id: Mutex<HashMap<CallerId, Times>>,
}

#[derive(Clone, Copy, Debug)]
struct Times {
    opened: UnixMillis,
    used: UnixMillis,
}

/// A session just opened: the only moment at which its secret is known.
#[derive(Debug)]
pub struct NewSession {
    /// Who holds it.
    pub id: CallerId,
    /// The value of its cookie.
    pub cookie: String,
}

impl Sessions {
    /// No sessions yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            capacity: SESSIONS_MAX,
            by_id: Mutex::default(),
        }
    }

    /// Opens a session with an id of 256 random bits.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn open(&self) -> Result<NewSession, getrandom::Error> {
        let mut bits = [0_u8; 32];
        getrandom::fill(&mut bits)?;
        let cookie = hex(&bits);
        let id = CallerId::of(&cookie);
        let now = self.clock.now();
        let mut by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        if by_id.len() >= self.capacity {
            make_room(&mut by_id, now, self.capacity);
        }
        by_id.insert(
            id,
            Times {
                opened: now,
                used: now,
            },
        );
        Ok(NewSession { id, cookie })
    }

    /// The session that this cookie value proves, if it is alive; its idle time starts anew.
    pub fn find(&self, cookie: &str) -> Option<CallerId> {
        let id = CallerId::of(cookie);
        let now = self.clock.now();
        let mut by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        let times = by_id.get_mut(&id)?;
        if !times.is_alive(now) {
            by_id.remove(&id);
            return None;
        }
        times.used = now;
        Some(id)
    }
}

impl Times {
    fn is_alive(&self, now: UnixMillis) -> bool {
        let within =
            |since: UnixMillis, life: Duration| u128::from(since.until_ms(now)) < life.as_millis();
        within(self.opened, SESSION_LIFE) && within(self.used, IDLE_LIFE)
    }
}

/// Drops what is dead, and if that is not enough the eighth that was unused for longest, so that the cost of looking through
/// all is shared by many openings.
fn make_room(by_id: &mut HashMap<CallerId, Times>, now: UnixMillis, capacity: usize) {
    by_id.retain(|_, times| times.is_alive(now));
    if by_id.len() < capacity {
        return;
    }
    let mut used: Vec<UnixMillis> = by_id.values().map(|times| times.used).collect();
    let eighth = used.len() / 8;
    let (_, oldest_kept, _) = used.select_nth_unstable(eighth);
    let oldest_kept = *oldest_kept;
    let mut surplus = (by_id.len() + 1).saturating_sub(capacity).max(eighth);
    by_id.retain(|_, times| {
        let goes = surplus > 0 && times.used <= oldest_kept;
        surplus -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serving::clock::ManualClock;

    fn sessions(capacity: usize) -> (ManualClock, Sessions) {
        let clock = ManualClock::starting_at(UnixMillis(1_000_000));
        let sessions = Sessions {
            capacity,
            ..Sessions::new(clock.clone().into())
        };
        (clock, sessions)
    }

    #[test]
    fn only_the_cookie_that_was_given_out_proves_a_session() {
        let (_, sessions) = sessions(10);
        let new = sessions.open().expect("randomness");
        assert_eq!(sessions.find(&new.cookie), Some(new.id));
        assert_eq!(sessions.find(&new.cookie.to_uppercase()), None);
        assert_eq!(sessions.find(""), None);
    }

    #[test]
    fn a_session_ends_when_idle_and_at_its_age() {
        let (clock, sessions) = sessions(10);
        let idle = sessions.open().expect("randomness");
        clock.advance(IDLE_LIFE);
        assert_eq!(sessions.find(&idle.cookie), None);

        let busy = sessions.open().expect("randomness");
        let mut age = Duration::ZERO;
        while age < SESSION_LIFE {
            assert!(sessions.find(&busy.cookie).is_some(), "{age:?}");
            clock.advance(IDLE_LIFE / 2);
            age += IDLE_LIFE / 2;
        }
        assert_eq!(sessions.find(&busy.cookie), None);
    }

    #[test]
    fn a_flood_of_sessions_drops_the_longest_unused_first() {
        let (clock, sessions) = sessions(16);
        let first = sessions.open().expect("randomness");
        clock.advance(Duration::from_millis(1));
        let second = sessions.open().expect("randomness");
        for _ in 0..100 {
            clock.advance(Duration::from_millis(1));
            sessions.open().expect("randomness");
            assert!(sessions.find(&second.cookie).is_some());
            assert!(sessions.by_id.lock().expect("no panic").len() <= 16);
        }
        assert_eq!(sessions.find(&first.cookie), None);
    }
}
