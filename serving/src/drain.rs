//! How a server stops: it says so, takes nothing new, lets what is under way finish for a while, and ends the rest with a word.

use std::time::Duration;

use crate::clock::Clock;
use crate::tasks::Tasks;

/// How long a reader may take to hear that its answer ends here.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// How long each part of a stop may take.
#[derive(Clone, Copy, Debug)]
pub struct Drain {
    /// From the wish to stop until nothing new is taken: the time that those who send work have to notice and to choose another.
    pub notice: Duration,
    /// From the wish to stop until what is still under way is ended. The whole stop takes a second longer at most.
    pub patience: Duration,
}

impl Drain {
    /// Waits for the wish to stop, then sees to it that the tasks end, and returns when they have or when nothing more can be waited for.
    pub async fn run(self, tasks: &Tasks, clock: &Clock) {
        tasks.leaving().await;
        let deadline = clock.instant() + self.patience;
        tokio::select! {
            () = tasks.stopping() => {}
            () = clock.sleep(self.notice) => tasks.stop(),
        }
        tokio::select! {
            () = tasks.ended() => return,
            () = tasks.cutting() => {}
            () = clock.sleep_until(deadline) => tasks.cut(),
        }
        tokio::select! {
            () = tasks.ended() => return,
            () = clock.sleep(FAREWELL_MAX) => {}
        }
        tracing::warn!(
            tasks = tasks.running(),
            "stopping with connections that do not end"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use shared::time::UnixMillis;

    use super::*;
    use crate::clock::ManualClock;

    const SECOND: Duration = Duration::from_secs(1);
    const DRAIN: Drain = Drain {
        notice: SECOND,
        patience: Duration::from_secs(8),
    };

    /// FM-53: first word that the server leaves, then nothing new, then the end of what is left, each at its time.
    #[tokio::test]
    async fn a_stop_goes_step_by_step() {
        let manual = ManualClock::starting_at(UnixMillis(0));
        let (clock, tasks) = (Clock::from(manual.clone()), Tasks::default());
        tasks.spawn(std::future::pending());
        let mut drain = pin!(DRAIN.run(&tasks, &clock));
        let mut context = Context::from_waker(Waker::noop());
        let mut seen = |wait: Duration| {
            manual.advance(wait);
            let ended = drain.as_mut().poll(&mut context) == Poll::Ready(());
            let is_now = |signal: Poll<()>| signal.is_ready();
            let stopped = is_now(pin!(tasks.stopping()).poll(&mut context));
            let cut = is_now(pin!(tasks.cutting()).poll(&mut context));
            (tasks.is_leaving(), stopped, cut, ended)
        };
        assert_eq!(seen(SECOND), (false, false, false, false));
        tasks.leave();
        assert_eq!(seen(Duration::ZERO), (true, false, false, false));
        assert_eq!(seen(SECOND), (true, true, false, false));
        assert_eq!(seen(6 * SECOND), (true, true, false, false));
        assert_eq!(seen(SECOND), (true, true, true, false));
        assert_eq!(seen(SECOND), (true, true, true, true));
    }

    #[tokio::test]
    async fn a_second_wish_to_stop_is_not_made_to_wait() {
        let clock = Clock::from(ManualClock::starting_at(UnixMillis(0)));
        let tasks = Tasks::default();
        let waiting = tasks.clone();
        tasks.spawn(async move { waiting.cutting().await });
        tasks.leave();
        tasks.cut();
        DRAIN.run(&tasks, &clock).await;
        assert_eq!(tasks.running(), 0);
    }
}
