//! A deadline that is moved often and reached seldom.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::{Clock, Sleep};

/// A moment by which something must have happened, or none.
///
/// Moving it only notes the new moment: the timer is touched when it fires too early, or when the moment came nearer. A connection that
/// serves thousands of requests so pays for a timer now and then, and not for several a request.
#[derive(Debug)]
pub struct Deadline {
    clock: Clock,
    due: Option<Instant>,
    timer: Option<Timer>,
}

#[derive(Debug)]
struct Timer {
    fires_at: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Deadline {
    /// No deadline yet.
    pub const fn unset(clock: Clock) -> Self {
        Self {
            clock,
            due: None,
            timer: None,
        }
    }

    /// The clock that it goes by.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Moves it to `wait` from now.
    pub fn set_in(&mut self, wait: Duration) {
        self.due = Some(self.clock.instant() + wait);
    }

    /// Moves it to `due`.
    pub const fn set_at(&mut self, due: Instant) {
        self.due = Some(due);
    }

    /// Takes it away.
    pub const fn clear(&mut self) {
        self.due = None;
    }

    /// Whether there is one.
    pub const fn is_set(&self) -> bool {
        self.due.is_some()
    }

    /// Ready once the moment has come, and from then on until it is moved. Without a deadline it never is, and nobody is woken for it.
    pub fn poll_reached(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.due else {
            return Poll::Pending;
        };
        while self.clock.instant() < due {
            let timer = match self.timer.take() {
                Some(timer) if timer.fires_at <= due => timer,
                _ => Timer {
                    fires_at: due,
                    sleep: Box::pin(self.clock.sleep_until(due)),
                },
            };
            let timer = self.timer.insert(timer);
            ready!(timer.sleep.as_mut().poll(context));
            self.timer = None;
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use shared::time::UnixMillis;

    use super::*;
    use crate::clock::ManualClock;

    const SECOND: Duration = Duration::from_secs(1);

    fn deadline() -> (ManualClock, Deadline) {
        let manual = ManualClock::starting_at(UnixMillis(0));
        (manual.clone(), Deadline::unset(manual.into()))
    }

    fn is_reached(deadline: &mut Deadline) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        deadline.poll_reached(&mut context).is_ready()
    }

    #[test]
    fn it_is_reached_at_its_moment_and_stays_so_until_moved() {
        let (clock, mut deadline) = deadline();
        assert!(!is_reached(&mut deadline), "there is none");
        deadline.set_in(10 * SECOND);
        assert!(!is_reached(&mut deadline));
        clock.advance(9 * SECOND);
        assert!(!is_reached(&mut deadline));
        clock.advance(SECOND);
        assert!(is_reached(&mut deadline) && is_reached(&mut deadline));
        deadline.set_in(SECOND);
        assert!(!is_reached(&mut deadline));
    }

    #[test]
    fn it_can_be_moved_either_way_and_taken_away() {
        let (clock, mut deadline) = deadline();
        deadline.set_in(10 * SECOND);
        assert!(!is_reached(&mut deadline));
        clock.advance(5 * SECOND);
        deadline.set_in(10 * SECOND);
        clock.advance(5 * SECOND);
        assert!(!is_reached(&mut deadline), "it was moved away");
        deadline.set_in(SECOND);
        assert!(!is_reached(&mut deadline));
        clock.advance(SECOND);
        assert!(is_reached(&mut deadline), "it was moved nearer");
        deadline.clear();
        assert!(!is_reached(&mut deadline) && !deadline.is_set());
    }
}
