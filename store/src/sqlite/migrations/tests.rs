//! Every older form of the ledger comes to the same form as a new one, with all that was in it.

use std::path::Path;

use rusqlite::Connection;
use shared::money::NanoUsd;
use shared::time::{Day, UnixMillis};

use super::*;
use crate::{Durability, Scope, SqliteStore, Store, Window};

const NOW: UnixMillis = Day::from_date(2026, 11, 23).start();

/// A ledger as `version` of Airlock left it, with one call in it.
fn ledger_of(version: usize, folder: &Path) {
    let mut connection = Connection::open(folder.join("ledger.db")).expect("it opens");
    migrate_to(&mut connection, version).expect("it takes that form");
    if version == 0 {
        return;
    }
    let start = i64::try_from(NOW.0).expect("small");
    connection
        .execute_batch(&format!(
            "INSERT INTO ledger VALUES (1, zeroblob(32), 0);
             INSERT INTO openings (request_id, opened_at_ms, environment, model, reserved_nano_usd)
                 VALUES (zeroblob(16), {start}, 'dev', 'claude-haiku-5-5', 900);
             INSERT INTO settlements VALUES (1, {start}, 1, 2, 3, 4, 5, 300, 'whole', 0, 'req_of_claude', 20, 1000);
             INSERT INTO totals VALUES ('day', {start}, 'overall', x'', 300), ('day', {start}, 'environment', CAST('dev' AS BLOB), 300);"
        ))
        .expect("it is filled");
}

fn form_of(folder: &Path) -> Vec<String> {
    let connection = Connection::open(folder.join("ledger.db")).expect("it opens");
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let mut statement = connection.prepare(sql).expect("it is right");
    let rows = statement.query_map([], |row| row.get(0)).expect("it lists");
    rows.map(|row| row.expect("a row")).collect()
}

#[tokio::test]
async fn every_older_form_comes_to_that_of_today_with_all_that_was_in_it() {
    let new = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(new.path(), Durability::Normal, NOW).expect("it opens"));
    for version in 0..=STEPS.len() {
        let folder = tempfile::tempdir().expect("a folder");
        ledger_of(version, folder.path());
        let store = SqliteStore::open(folder.path(), Durability::Normal, NOW);
        let store = store.expect("it takes today's form");
        let totals = store.totals(NOW).await.expect("it is read");
        let [today, _] = Window::both(NOW);
        let overall = totals
            .iter()
            .find(|total| total.scope == Scope::Overall && total.window == today);
        let expected = (version > 0).then_some(NanoUsd(300));
        assert_eq!(overall.map(|total| total.spent), expected, "form {version}");
        drop(store);
        assert_eq!(
            form_of(folder.path()),
            form_of(new.path()),
            "form {version}"
        );
    }
}

#[test]
fn a_step_that_fails_leaves_the_file_as_it_was() {
    let mut connection = Connection::open_in_memory().expect("it opens");
    // In the way of the first step.
    let batch =
        format!("PRAGMA application_id = {APPLICATION_ID}; CREATE TABLE refusals (other TEXT)");
    connection.execute_batch(&batch).expect("a table");
    assert!(migrate(&mut connection).is_err());
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection
        .query_row(tables, [], |row| row.get(0))
        .expect("it counts");
    assert_eq!((tables, version_of(&connection).expect("a number")), (1, 0));
}
