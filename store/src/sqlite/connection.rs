//! Connections to the ledger's file, and what holds for all of them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

/// How much must happen to the machine before a reservation that was written down can be lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// What is written down survives the end of the process, however that comes, and not a power cut.
    #[default]
    Normal,
    /// It survives a power cut too. Each group of writes then waits for the disk, some milliseconds.
    Full,
}

/// How long one connection waits for another: far longer than a checkpoint holds the writer up, and short enough that a caller who waits
/// hears of it.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// What the log of writes is cut back to after a checkpoint has emptied it, in bytes.
const LOG_BYTES_KEPT: i64 = 16 * 1_024 * 1_024;

/// Opens the file, which must be there.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// The one connection that writes.
pub(super) fn writer(path: &Path, durability: Durability) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // Checkpoints have a connection of their own: here they would hold up whoever happens to write.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    Ok(connection)
}

/// A connection for what is written now and then, and then has to be on the disk.
pub(super) fn seldom_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// A connection that moves what was written from the log into the file.
pub(super) fn checkpointer(path: &Path) -> rusqlite::Result<Connection> {
    open(path)
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
