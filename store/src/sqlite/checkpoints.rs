//! Checkpoints, which move what was written from the log into the file: on a thread and a connection of their own, so that they hold up
//! nobody who writes.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError};

use rusqlite::Connection;

/// Rows between two checkpoints: a few megabytes of log.
const ROWS_BETWEEN: usize = 1_000;
/// Pages of log (of 4 KiB) from which on the writer is held up for some milliseconds, so that the log begins anew. Under constant load no
/// checkpoint finds all of it written otherwise, and it would grow.
const LOG_PAGES_MAX: i64 = 16_384;

/// The writer's way to say that a checkpoint is due.
#[derive(Debug)]
pub(super) struct Reminder {
    rows: usize,
    due: SyncSender<()>,
}

impl Reminder {
    pub(super) const fn new(due: SyncSender<()>) -> Self {
        Self { rows: 0, due }
    }

    /// Counts rows that were written.
    pub(super) fn written(&mut self, rows: usize) {
        self.rows = self.rows.saturating_add(rows);
        if self.rows < ROWS_BETWEEN {
            return;
        }
        match self.due.try_send(()) {
            // One that is still at work will look again.
            Ok(()) | Err(TrySendError::Full(())) => self.rows = 0,
            Err(TrySendError::Disconnected(())) => {}
        }
    }
}

/// Makes a checkpoint whenever one is due, until the writer is gone.
pub(super) fn run(connection: &Connection, due: &Receiver<()>) {
    while due.recv().is_ok() {
        if let Err(error) = checkpoint(connection) {
            // What is written is safe in the log; the next one may go better.
            tracing::warn!(%error, "the ledger's log could not be moved into its file");
        }
    }
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    let mode = "PRAGMA wal_checkpoint(PASSIVE)";
    let pages: i64 = connection.query_row(mode, [], |row| row.get("log"))?;
    if pages > LOG_PAGES_MAX {
        let mode = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.query_row(mode, [], |_| Ok(()))?;
    }
    Ok(())
}
