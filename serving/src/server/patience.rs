//! How long a connection is waited for between two requests: for the head of one that has begun, or for the next one.
//!
//! The HTTP library has a timer for heads that also cuts idle connections short, and does not look at the socket while none is set. So
//! this one is polled beside it, by the task that runs the connection, and told by the socket and by the requests where things stand.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use super::limits::Limits;
use crate::clock::{Clock, Deadline};

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// No request is under way and none has begun.
    Idle,
    /// Some of a request's head has come, or should have: a new connection has nothing else to do.
    Head,
    /// A request is being read or answered; it has timers of its own.
    Busy,
}

/// Bits that hold the stage. Those above count changes, so that each is seen even where the stage is the same again.
const STAGE_BITS: u32 = 2;

/// The stage of one connection. Clones are the same one; all of them are used by the one task that runs the connection.
#[derive(Clone, Debug)]
pub(super) struct Stages(Arc<AtomicU64>);

impl Stages {
    /// A connection that was just made.
    pub(super) fn of_new_connection() -> Self {
        Self(Arc::new(AtomicU64::new(Stage::Head as u64)))
    }

    pub(super) fn set(&self, stage: Stage) {
        let count = (self.0.load(Ordering::Relaxed) >> STAGE_BITS).wrapping_add(1);
        let value = (count << STAGE_BITS) | stage as u64;
        self.0.store(value, Ordering::Relaxed);
    }

    /// Something came: where nothing was expected, a request has begun.
    pub(super) fn something_came(&self) {
        if stage_of(self.0.load(Ordering::Relaxed)) == Stage::Idle {
            self.set(Stage::Head);
        }
    }

    /// Something was sent: where no request is under way, the last answer is still on its way to a slow reader.
    pub(super) fn something_went(&self) {
        if stage_of(self.0.load(Ordering::Relaxed)) == Stage::Idle {
            self.set(Stage::Idle);
        }
    }
}

const fn stage_of(value: u64) -> Stage {
    match value & ((1 << STAGE_BITS) - 1) {
        0 => Stage::Idle,
        1 => Stage::Head,
        _ => Stage::Busy,
    }
}

/// Waits for one connection's next head, and not for ever.
#[derive(Debug)]
pub(super) struct Patience {
    stages: Stages,
    /// The value of `stages` that `deadline` was set for.
    seen: u64,
    deadline: Deadline,
    head: Duration,
    idle: Duration,
}

impl Patience {
    pub(super) fn new(stages: Stages, limits: &Limits, clock: Clock) -> Self {
        let mut deadline = Deadline::unset(clock);
        deadline.set_in(limits.head);
        Self {
            seen: stages.0.load(Ordering::Relaxed),
            stages,
            deadline,
            head: limits.head,
            idle: limits.idle,
        }
    }

    /// Ends when the connection was waited for long enough, and says in which stage that was. It has to be polled whenever the connection
    /// was.
    pub(super) async fn over(&mut self) -> Stage {
        poll_fn(|context| self.poll_over(context)).await
    }

    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<Stage> {
        let value = self.stages.0.load(Ordering::Relaxed);
        let stage = stage_of(value);
        if value != self.seen {
            self.seen = value;
            match stage {
                Stage::Idle => self.deadline.set_in(self.idle),
                Stage::Head => self.deadline.set_in(self.head),
                Stage::Busy => self.deadline.clear(),
            }
        }
        self.deadline.poll_reached(context).map(|()| stage)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use shared::time::UnixMillis;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn each_stage_has_its_own_patience_and_an_answer_under_way_none() {
        let clock = ManualClock::starting_at(UnixMillis(0));
        let stages = Stages::of_new_connection();
        let mut patience = Patience::new(stages.clone(), &Limits::strict(), clock.clone().into());
        let mut over_after = |seconds: u64| {
            clock.advance(Duration::from_secs(seconds));
            let mut context = Context::from_waker(Waker::noop());
            patience.poll_over(&mut context).is_ready()
        };
        assert!(!over_after(9), "a new connection has ten seconds");
        stages.set(Stage::Busy);
        assert!(!over_after(0) && !over_after(600));
        stages.set(Stage::Idle);
        assert!(!over_after(0) && !over_after(59));
        stages.something_went();
        assert!(!over_after(0) && !over_after(59), "it was still being sent");
        stages.something_came();
        assert!(!over_after(0));
        stages.something_came();
        assert!(!over_after(9) && over_after(1), "from the first byte");
    }
}
