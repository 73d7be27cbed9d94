//! The one source of time: the system's clock, or one that tests move by hand.
//!
//! Every timeout asks it, those of the HTTP server and of the upstream calls included, so that a test can let a minute
//! pass over real sockets without waiting for it.

mod deadline;
mod idle;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use pin_project_lite::pin_project;
use shared::time::UnixMillis;
use tokio::sync::watch;

pub use deadline::Deadline;
pub use idle::IdleAlarm;

/// Tells the time and wakes sleepers. Cheap to clone; clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(ManualClock),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The time of day.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody else asks"
    )]
    pub fn now(&self) -> UnixMillis {
        match &self.0 {
            Source::System => {
                let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                let millis = since_1970.unwrap_or_default().as_millis();
                UnixMillis(u64::try_from(millis).unwrap_or(u64::MAX))
            }
            Source::Manual(clock) => clock.now(),
        }
    }

    /// A moment that only ever moves forward, for measuring and for deadlines.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody else asks"
    )]
    pub fn instant(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::now(),
            Source::Manual(clock) => clock.instant(),
        }
    }

    /// Waits until `deadline`.
    pub fn sleep_until(&self, deadline: Instant) -> Sleep {
        let wait = match &self.0 {
            Source::System => Wait::System {
                sleep: tokio::time::sleep_until(deadline.into()),
            },
            Source::Manual(clock) => Wait::Manual {
                sleep: Box::pin(clock.clone().wait_until(deadline)),
            },
        };
        Sleep { wait }
    }

    /// Waits for `duration`.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        self.sleep_until(self.instant() + duration)
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self(Source::Manual(clock))
    }
}

impl hyper::rt::Timer for Clock {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(Self::sleep(self, duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(Self::sleep_until(self, deadline))
    }

    fn now(&self) -> Instant {
        self.instant()
    }
}

pin_project! {
    /// A wait for a moment of one [`Clock`].
    pub struct Sleep {
        #[pin]
        wait: Wait,
    }
}

pin_project! {
    #[project = WaitProjection]
    enum Wait {
        System { #[pin] sleep: tokio::time::Sleep },
        Manual { sleep: Pin<Box<dyn Future<Output = ()> + Send + Sync>> },
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sleep")
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.project().wait.project() {
            WaitProjection::System { sleep } => sleep.poll(context),
            WaitProjection::Manual { sleep } => sleep.as_mut().poll(context),
        }
    }
}

impl hyper::rt::Sleep for Sleep {}

/// A clock that stands still until it is told to move.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Instant,
    start_of_day: UnixMillis,
    passed: Arc<watch::Sender<Duration>>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "an Instant can only be had from the system; it is the origin that manual time is added to"
    )]
    pub fn starting_at(now: UnixMillis) -> Self {
        Self {
            start: Instant::now(),
            start_of_day: now,
            passed: Arc::new(watch::Sender::new(Duration::ZERO)),
        }
    }

    /// Lets `duration` pass and wakes everybody whose wait is over.
    pub fn advance(&self, duration: Duration) {
        self.passed.send_modify(|passed| *passed += duration);
    }

    /// How much time has passed since it was made.
    pub fn passed(&self) -> Duration {
        *self.passed.borrow()
    }

    fn now(&self) -> UnixMillis {
        let passed = u64::try_from(self.passed.borrow().as_millis()).unwrap_or(u64::MAX);
        UnixMillis(self.start_of_day.0.saturating_add(passed))
    }

    fn instant(&self) -> Instant {
        self.start + *self.passed.borrow()
    }

    async fn wait_until(self, deadline: Instant) {
        let needed = deadline.saturating_duration_since(self.start);
        let mut passed = self.passed.subscribe();
        // The sender lives in `self`, so that the wait cannot end by its loss.
        let _ = passed.wait_for(|passed| *passed >= needed).await;
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_sleeper_wakes_when_its_moment_has_come_and_not_before() {
        let manual = ManualClock::starting_at(UnixMillis(1_000));
        let clock = Clock::from(manual.clone());
        let mut sleep = Box::pin(clock.sleep(Duration::from_secs(10)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        manual.advance(Duration::from_millis(9_999));
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        manual.advance(Duration::from_millis(1));
        assert!(sleep.as_mut().poll(&mut context).is_ready());
        assert_eq!(clock.now(), UnixMillis(11_000));
    }
}
