//! Who waits for a slot, first come first served, and for about how long.
//!
//! A place only ever gets smaller: nobody overtakes. That is fair between callers too, since one caller's places are bounded with its
//! answers under way (`streams_per_session`), so that nobody can fill the line alone.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::{Duration, Instant};

use shared::api::chat::Queued;

/// A request in the line; a later one's is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The line in front of the upstream.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: VecDeque<Waiter>,
    next: u64,
    pace: Pace,
}

#[derive(Debug)]
struct Waiter {
    ticket: Ticket,
    /// Wakes whoever waits when the line moves.
    waker: Option<Waker>,
}

impl Line {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes the place behind all others.
    pub(super) fn join(&mut self) -> Ticket {
        let ticket = Ticket(self.next);
        self.next = self.next.saturating_add(1);
        self.waiting.push_back(Waiter {
            ticket,
            waker: None,
        });
        ticket
    }

    /// Where `ticket` stands, with `waker` to be told when that changes; `None` when it stands in the line no more.
    pub(super) fn stand(&mut self, ticket: Ticket, waker: &Waker, now: Instant) -> Option<Queued> {
        let index = self.index(ticket)?;
        let waiter = self.waiting.get_mut(index)?;
        match &mut waiter.waker {
            Some(known) => known.clone_from(waker),
            None => waiter.waker = Some(waker.clone()),
        }
        let place = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
        Some(Queued {
            place,
            wait_ms: self.wait(place, now).map(millis),
        })
    }

    /// Takes `ticket` out of the line, wherever it stands. Says whether it was there.
    pub(super) fn leave(&mut self, ticket: Ticket) -> bool {
        let place = self.index(ticket);
        place.is_some_and(|index| self.waiting.remove(index).is_some())
    }

    /// Calls whoever is next: they stand in the line no more. Says whether there was anybody. The wakers of everybody it concerns go to
    /// `woken`.
    pub(super) fn call_next(&mut self, woken: &mut Vec<Waker>) -> bool {
        let called = self.waiting.pop_front();
        woken.extend(called.iter().filter_map(|waiter| waiter.waker.clone()));
        called.is_some()
    }

    /// The wakers of all who wait: the line has moved.
    pub(super) fn wake_all(&self, woken: &mut Vec<Waker>) {
        woken.extend(
            self.waiting
                .iter()
                .filter_map(|waiter| waiter.waker.clone()),
        );
    }

    /// A slot came free at `now`.
    pub(super) fn freed(&mut self, now: Instant) {
        self.pace.note(now);
    }

    /// How long the wait at `place` is likely to be, by how fast slots came free lately; `None` while that is not known.
    pub(super) fn wait(&self, place: u32, now: Instant) -> Option<Duration> {
        Some(self.pace.interval(now)?.saturating_mul(place))
    }

    fn index(&self, ticket: Ticket) -> Option<usize> {
        // Tickets are given out in order, so that the line is sorted by them.
        self.waiting
            .binary_search_by_key(&ticket, |waiter| waiter.ticket)
            .ok()
    }
}

/// How fast slots come free.
#[derive(Debug, Default)]
struct Pace {
    /// When the last few did, oldest first.
    freed: VecDeque<Instant>,
}

/// So many moments give an average that one long answer does not spoil and that follows a change within as many answers.
const MOMENTS: usize = 8;

/// What lies further back says nothing about now.
const LATELY: Duration = Duration::from_mins(1);

impl Pace {
    fn note(&mut self, now: Instant) {
        if self.freed.len() == MOMENTS {
            self.freed.pop_front();
        }
        self.freed.push_back(now);
    }

    /// The average time between two, up to `now`, so that it grows while none comes free.
    fn interval(&self, now: Instant) -> Option<Duration> {
        let ages = self
            .freed
            .iter()
            .map(|at| now.saturating_duration_since(*at));
        let lately: Vec<Duration> = ages.filter(|age| *age <= LATELY).collect();
        let intervals = u32::try_from(lately.len()).ok()?.checked_sub(1)?;
        let interval = lately.first()?.checked_div(intervals)?;
        (!interval.is_zero()).then_some(interval)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serving::clock::ManualClock;
    use shared::time::UnixMillis;

    fn clock() -> ManualClock {
        ManualClock::starting_at(UnixMillis(0))
    }

    fn instant(clock: &ManualClock) -> Instant {
        serving::clock::Clock::from(clock.clone()).instant()
    }

    fn place(line: &mut Line, ticket: Ticket) -> Option<u32> {
        let now = instant(&clock());
        line.stand(ticket, Waker::noop(), now)
            .map(|queued| queued.place)
    }

    #[test]
    fn who_leaves_moves_those_behind_and_nobody_else() {
        let mut line = Line::default();
        let tickets = [line.join(), line.join(), line.join()];
        assert_eq!(
            tickets.map(|ticket| place(&mut line, ticket)),
            [1, 2, 3].map(Some)
        );
        assert!(line.leave(tickets[1]));
        assert!(!line.leave(tickets[1]), "one leaves once");
        assert_eq!(
            tickets.map(|ticket| place(&mut line, ticket)),
            [Some(1), None, Some(2)]
        );
        assert!(line.call_next(&mut Vec::new()));
        assert_eq!(
            tickets.map(|ticket| place(&mut line, ticket)),
            [None, None, Some(1)]
        );
        let late = line.join();
        assert_eq!(place(&mut line, late), Some(2));
    }

    #[test]
    fn the_wait_is_told_by_how_fast_slots_came_free_lately() {
        let clock = clock();
        let mut line = Line::default();
        assert_eq!(line.wait(1, instant(&clock)), None, "nothing is known yet");
        for _ in 0..20 {
            clock.advance(Duration::from_secs(2));
            line.freed(instant(&clock));
        }
        assert_eq!(line.wait(3, instant(&clock)), Some(Duration::from_secs(6)));
        // Seven intervals of two seconds, and fourteen seconds in which none came free.
        clock.advance(Duration::from_secs(14));
        assert_eq!(line.wait(1, instant(&clock)), Some(Duration::from_secs(4)));
        clock.advance(Duration::from_mins(1));
        assert_eq!(line.wait(1, instant(&clock)), None, "that was long ago");
    }

    #[test]
    fn slots_that_came_free_at_once_say_nothing_about_the_next() {
        let clock = clock();
        let mut line = Line::default();
        for _ in 0..20 {
            line.freed(instant(&clock));
        }
        assert_eq!(line.wait(1, instant(&clock)), None);
    }
}
