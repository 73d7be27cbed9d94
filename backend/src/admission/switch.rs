//! The kill switch: stops all spending at once, over restarts too, until it is lifted.

use std::sync::Arc;

use shared::api::spending::SpendingState;
use shared::error::ErrorKind;
use store::{Flag, Store, StoreError};
use tokio::sync::Mutex;

use super::Budgets;
use crate::error::Error;
use serving::clock::Clock;

/// Stops spending and lets it go on. Cheap to clone; clones are one switch.
#[derive(Clone, Debug)]
pub struct KillSwitch {
    budgets: Budgets,
    store: Arc<dyn Store>,
    clock: Clock,
    /// Held while the switch is turned, so that what is written down and what holds stay the same.
    turning: Arc<Mutex<()>>,
}

impl KillSwitch {
    /// The switch as it stood when the server last ended.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn restore(
        budgets: Budgets,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        if let Some(since) = store.flag(Flag::SpendingStopped).await? {
            budgets.stop(true);
            tracing::warn!(%since, "all spending is stopped; `airlock stop-spending --lift` lets it go on");
        }
        Ok(Self {
            budgets,
            store,
            clock,
            turning: Arc::default(),
        })
    }

    /// Stops all spending, or lets it go on. What is under way comes to its end either way.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unavailable`] where it cannot be written down: it is stopped then until the server ends, or not lifted.
    pub async fn turn(&self, is_stopped: bool) -> Result<SpendingState, Error> {
        let _turning = self.turning.lock().await;
        let raised = is_stopped.then(|| self.clock.now());
        if is_stopped {
            // Before anything that may fail.
            self.budgets.stop(true);
        }
        let written = self.store.set_flag(Flag::SpendingStopped, raised).await;
        written.map_err(|error| unwritten(&error, is_stopped))?;
        self.budgets.stop(is_stopped);
        tracing::warn!(is_stopped, "the operator turned the switch of all spending");
        let found = self.store.flag(Flag::SpendingStopped).await;
        Ok(SpendingState {
            stopped_since: found.unwrap_or(raised),
        })
    }
}

fn unwritten(error: &StoreError, is_stopped: bool) -> Error {
    tracing::error!(%error, is_stopped, "the switch of all spending could not be written down");
    let detail = if is_stopped {
        "Spending is stopped, but that could not be written down: it lasts until the server ends."
    } else {
        "Spending stays stopped, since it could not be written down that it goes on."
    };
    ErrorKind::Unavailable.with(detail).into()
}
