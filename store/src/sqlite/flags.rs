//! Flags: few, changed by hand, and on the disk for good before the operator is told so.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};
use shared::time::UnixMillis;

use super::connection;
use crate::{Flag, Raised};

pub(super) fn read(connection: &Connection, flag: Flag) -> rusqlite::Result<Raised> {
    let found = connection.query_row(
        "SELECT raised_at_ms FROM flags WHERE name = ?1",
        [flag.name()],
        |row| row.get::<_, i64>(0),
    );
    let millis = found.optional()?;
    Ok(millis.map(|millis| UnixMillis(u64::try_from(millis).unwrap_or_default())))
}

/// Writes on a connection of its own, which waits for the disk: the writer of calls is not held up by more than one row.
pub(super) fn write(path: &Path, flag: Flag, raised: Raised) -> rusqlite::Result<()> {
    let connection = connection::seldom_writer(path)?;
    match raised {
        Some(at) => connection.execute(
            "INSERT INTO flags (name, raised_at_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            (flag.name(), i64::try_from(at.0).unwrap_or(i64::MAX)),
        ),
        None => connection.execute("DELETE FROM flags WHERE name = ?1", [flag.name()]),
    }?;
    Ok(())
}
