//! An alarm for silence: rings when nothing has happened for a while.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::{Clock, Deadline};

/// Rings when its owner has not touched it for `limit`.
///
/// A touch only notes the time, as [`Deadline`] does: a stream of many events pays for one timer in each `limit` and not for one an event,
/// and an answer that comes at once for none.
#[derive(Debug)]
pub struct IdleAlarm {
    limit: Duration,
    deadline: Deadline,
}

impl IdleAlarm {
    /// Starts now.
    pub fn new(clock: Clock, limit: Duration) -> Self {
        let mut deadline = Deadline::unset(clock);
        deadline.set_in(limit);
        Self { limit, deadline }
    }

    /// Something happened.
    pub fn touch(&mut self) {
        self.deadline.set_in(self.limit);
    }

    /// Starts anew with another limit.
    pub fn restart(&mut self, limit: Duration) {
        self.limit = limit;
        self.touch();
    }

    /// Ready once nothing has happened for the limit. It then counts as touched and can ring again.
    pub fn poll_ring(&mut self, context: &mut Context<'_>) -> Poll<()> {
        ready!(self.deadline.poll_reached(context));
        self.touch();
        Poll::Ready(())
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
