//! A copy of the whole ledger, made while it is written.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::folder;
use crate::StoreError;

/// Copies everything into the new file `to`, as of one moment. What does not come out whole is taken away again.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    let name = to.display();
    let said = |error: &dyn std::fmt::Display| StoreError(format!("{name}: {error}"));
    folder::new_file(to).map_err(|error| said(&error))?;
    let copied = fill(from, to).map_err(|error| said(&error));
    if copied.is_err() {
        // The first error counts.
        let _ = fs::remove_file(to);
    }
    copied
}

fn fill(from: &Connection, to: &Path) -> rusqlite::Result<()> {
    let mut copy = Connection::open(to)?;
    let backup = Backup::new(from, &mut copy)?;
    // All pages in one step are read at one moment; the log lets others write meanwhile.
    while backup.step(-1)? != StepResult::Done {
        std::thread::yield_now();
    }
    drop(backup);
    // One file, and no log that could be left behind when it is carried away.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error)
}
