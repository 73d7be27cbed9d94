//! The ledger's form through the versions: numbered steps, each applied once and whole.

use rusqlite::{Connection, TransactionBehavior};

use super::CannotStart;

/// The steps from an empty file to the form of today. A step that was released is never changed; what comes later is a new one.
pub(super) const STEPS: &[&str] = &[
    include_str!("0001_ledger.sql"),
    include_str!("0002_usage.sql"),
    include_str!("0003_flags.sql"),
];

/// Marks the file as a ledger of Airlock's, for whoever looks at it: "AIRL".
pub(super) const APPLICATION_ID: i32 = 0x4149_524c;

/// Brings the file to today's form.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), CannotStart> {
    migrate_to(connection, STEPS.len())
}

/// Brings the file to the form of `version`.
pub(super) fn migrate_to(connection: &mut Connection, version: usize) -> Result<(), CannotStart> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found = version_of(&transaction)?;
    let Some(missing) = STEPS.get(found..version) else {
        return Err(CannotStart::Newer {
            found,
            known: STEPS.len(),
        });
    };
    if !missing.is_empty() {
        for step in missing {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(version).unwrap_or(i64::MAX),
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// How many steps the file has behind it.
fn version_of(connection: &Connection) -> Result<usize, CannotStart> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let is_empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
        row.get::<_, bool>(0)
    })?;
    if !is_empty && application != i64::from(APPLICATION_ID) {
        return Err(CannotStart::NotALedger);
    }
    usize::try_from(version).map_err(|_| CannotStart::NotALedger)
}

#[cfg(test)]
mod tests;
