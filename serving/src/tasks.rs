//! Background work that shutdown waits for: the only place that spawns.

use std::future::Future;

use tokio_util::sync::{
    CancellationToken, WaitForCancellationFuture, WaitForCancellationFutureOwned,
};
use tokio_util::task::TaskTracker;

/// The tasks of one server. Cheap to clone; clones share the tasks and the signals.
///
/// A server ends in three steps, of which each implies those before it: it is about to [`Tasks::leave`], it takes nothing new
/// ([`Tasks::stop`]), and what is still under way is [`Tasks::cut`].
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    leave: CancellationToken,
    stop: CancellationToken,
    cut: CancellationToken,
}

impl Tasks {
    /// Runs `task` beside everything else. It should end soon after [`Tasks::stopping`] does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(task);
    }

    /// Says that the server is about to stop, so that those who send it work can choose another. Nothing is refused yet.
    pub fn leave(&self) {
        self.leave.cancel();
    }

    /// Ends when the server is about to stop.
    pub fn leaving(&self) -> WaitForCancellationFuture<'_> {
        self.leave.cancelled()
    }

    /// Whether the server is about to stop.
    pub fn is_leaving(&self) -> bool {
        self.leave.is_cancelled()
    }

    /// Ends when the server has been asked to stop.
    pub fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stop.cancelled()
    }

    /// Asks every task to stop, without waiting.
    pub fn stop(&self) {
        self.leave();
        self.stop.cancel();
        self.tracker.close();
    }

    /// Asks what is still under way to end now, with a word to whoever waits for it.
    pub fn cut(&self) {
        self.stop();
        self.cut.cancel();
    }

    /// Ends when what is still under way has been asked to end now.
    pub fn cutting(&self) -> WaitForCancellationFutureOwned {
        self.cut.clone().cancelled_owned()
    }

    /// Waits until every task has ended; call [`Tasks::stop`] first.
    pub async fn ended(&self) {
        self.tracker.wait().await;
    }

    /// How many tasks are running.
    pub fn running(&self) -> usize {
        self.tracker.len()
    }
}
