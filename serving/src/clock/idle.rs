//! An alarm for silence: rings when nothing has happened for a while.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::{Clock, Sleep};

/// Rings when its owner has not touched it for `limit`.
///
/// A touch only notes the time; the timer is moved when it fires and finds that there was one. A stream of many events so
/// pays for one timer in each `limit` and not for one an event.
#[derive(Debug)]
pub struct IdleAlarm {
    clock: Clock,
    limit: Duration,
    touched: Instant,
    timer: Pin<Box<Sleep>>,
}

impl IdleAlarm {
    /// Starts now.
    pub fn new(clock: Clock, limit: Duration) -> Self {
        Self {
            touched: clock.instant(),
            timer: Box::pin(clock.sleep(limit)),
            limit,
            clock,
        }
    }

    /// Something happened.
    pub fn touch(&mut self) {
        self.touched = self.clock.instant();
    }

    /// Starts anew with another limit.
    pub fn restart(&mut self, limit: Duration) {
        self.limit = limit;
        self.touch();
        self.timer.set(self.clock.sleep(limit));
    }

    /// Ready once nothing has happened for the limit. It then counts as touched and can ring again.
    pub fn poll_ring(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            let due = self.touched + self.limit;
            if self.clock.instant() >= due {
                self.restart(self.limit);
                return Poll::Ready(());
            }
            self.timer.set(self.clock.sleep_until(due));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use shared::time::UnixMillis;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn it_rings_after_silence_alone_and_again_after_more() {
        let manual = ManualClock::starting_at(UnixMillis(0));
        let mut alarm = IdleAlarm::new(manual.clone().into(), Duration::from_secs(15));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..3 {
            manual.advance(Duration::from_secs(14));
            assert!(alarm.poll_ring(&mut context).is_pending());
            alarm.touch();
        }
        for _ in 0..2 {
            manual.advance(Duration::from_secs(15));
            assert!(alarm.poll_ring(&mut context).is_ready());
            assert!(alarm.poll_ring(&mut context).is_pending());
        }
    }
}
