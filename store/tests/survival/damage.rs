//! Files that are not a sound ledger of ours: refused, with what to do.

use std::fs;

use rusqlite::Connection;
use store::CannotStart;

use super::{by_hand, call, file_of, folder, open, try_to_open};

#[tokio::test]
async fn a_damaged_file_is_refused_with_what_to_do() {
    let folder = folder();
    drop(open(folder.path()));
    let file = file_of(folder.path());
    let whole = fs::read(&file).expect("it is there");
    let garbled = whole.iter().map(|byte| byte ^ 0x5a).collect();
    for damaged in [garbled, vec![7; 10_000]] {
        fs::write(&file, damaged).expect("it is ours");
        let refused = try_to_open(folder.path()).expect_err("it is damaged");
        assert!(matches!(refused, CannotStart::Damaged(_)), "{refused:?}");
        assert!(refused.to_string().contains("airlock backup"), "{refused}");
    }
    fs::write(&file, whole).expect("it is ours");
    drop(open(folder.path()));
}

#[test]
fn a_ledger_of_a_later_version_is_refused_and_left_as_it_is() {
    let folder = folder();
    drop(open(folder.path()));
    let later = "PRAGMA user_version = 1000";
    by_hand(folder.path())
        .execute_batch(later)
        .expect("it is set");
    for _ in 0..2 {
        let refused = try_to_open(folder.path()).expect_err("it is of the future");
        assert!(matches!(refused, CannotStart::Newer { found: 1_000, .. }));
        assert!(refused.to_string().contains("a later one"), "{refused}");
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let folder = folder();
    let other = Connection::open(file_of(folder.path())).expect("it opens");
    other
        .execute_batch("CREATE TABLE songs (title TEXT)")
        .expect("a table");
    drop(other);
    let refused = try_to_open(folder.path()).expect_err("it is not ours");
    assert!(matches!(refused, CannotStart::NotALedger), "{refused:?}");
    let tables = "SELECT group_concat(name) FROM sqlite_schema";
    let tables: String = by_hand(folder.path())
        .query_row(tables, [], |row| row.get(0))
        .expect("it lists");
    assert_eq!(tables, "songs");
}

#[test]
fn a_folder_that_cannot_be_one_is_refused() {
    let parent = folder();
    let file = parent.path().join("a-file");
    fs::write(&file, "").expect("it is ours");
    let refused = try_to_open(&file).expect_err("it is a file");
    assert!(matches!(refused, CannotStart::Unusable { .. }));
    assert!(refused.to_string().contains("--data"), "{refused}");
}

#[tokio::test]
async fn rows_are_only_ever_added() {
    let folder = folder();
    let store = open(folder.path());
    call(&store, 1, 300).await;
    drop(store);
    let ledger = by_hand(folder.path());
    for change in [
        "UPDATE openings SET reserved_nano_usd = 0",
        "DELETE FROM openings",
        "UPDATE settlements SET cost_nano_usd = 0",
        "DELETE FROM settlements",
    ] {
        let refused = ledger.execute_batch(change).expect_err("it is refused");
        assert!(
            refused.to_string().contains("only ever added to"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_sum_that_somebody_changed_is_found() {
    let folder = folder();
    let store = open(folder.path());
    call(&store, 1, 300).await;
    drop(store);
    let change =
        "UPDATE totals SET spent_nano_usd = 299 WHERE scope = 'overall' AND \"window\" = 'day';
                  DELETE FROM totals WHERE scope = 'token' AND \"window\" = 'month'";
    by_hand(folder.path())
        .execute_batch(change)
        .expect("sums are not rows");
    let recomputed = store::Store::recompute(&open(folder.path()))
        .await
        .expect("it is read");
    let mut found: Vec<_> = recomputed
        .differences
        .iter()
        .map(|difference| (difference.kept.0, difference.by_rows.0))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [(0, 300), (299, 300)]);
}
