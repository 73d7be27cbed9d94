//! The system's wish that the process ends.

use std::convert::Infallible;
use std::future::pending;
use std::io;

use crate::tasks::Tasks;

/// Ctrl-C and, where there is one, the termination signal. From the moment it is made neither of them ends the process by itself, so it
/// comes before anybody is told that the server is there.
#[derive(Debug)]
pub struct StopSignals {
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminated: tokio::signal::unix::Signal,
}

impl StopSignals {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// The system does not let it.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
        })
    }

    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// None on this system.
    #[cfg(not(unix))]
    #[expect(
        clippy::unnecessary_wraps,
        reason = "other systems can refuse; callers need not know which this is"
    )]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Lets the tasks leave at the first signal and cuts them short at the second: whoever asks twice does not want to wait. Never ends.
    pub async fn obey(mut self, tasks: &Tasks) -> Infallible {
        self.next().await;
        tracing::info!("asked to stop; answers under way may finish");
        tasks.leave();
        self.next().await;
        tracing::info!("asked to stop again; answers under way end now");
        tasks.cut();
        pending().await
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        // Without a handler the process ends by the signal, which is a stop too.
        let _ = tokio::signal::ctrl_c().await;
    }
}
