//! While it cannot be written, nothing may be spent; and it finds out by itself when it can again.

use std::time::Duration;

use shared::error::ErrorKind;
use shared::money::NanoUsd;
use store::Store as _;

use super::{assert_proved, by_hand, call, folder, open, opening, settlement, spent};

/// FM-56: a call that cannot be written down is not made; what ends meanwhile is not forgotten; and nobody needs to restart the server.
#[tokio::test]
async fn while_it_cannot_be_written_every_call_is_refused_and_nothing_is_lost() {
    let folder = folder();
    let store = open(folder.path());
    let before = store.open(opening(1)).await.expect("it is written");
    let other = by_hand(folder.path());
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("it is locked");
    assert!(store.open(opening(2)).await.is_err());
    assert!(!store.is_writable());
    before.settle(settlement(300));
    store.count_refusal(super::NOON, ErrorKind::RateLimited);
    for id in 3..100 {
        let refused = store.open(opening(id)).await.expect_err("refused at once");
        assert!(refused.to_string().contains("cannot be used"), "{refused}");
    }
    other.execute_batch("COMMIT").expect("it is free again");
    while !store.is_writable() {
        tokio::task::yield_now().await;
    }
    assert_eq!(spent(&store).await, NanoUsd(300));
    call(&store, 100, 20).await;
    store.close().await.expect("it ends well");
    assert_eq!(spent(&store).await, NanoUsd(320));
    assert_proved(&store).await;
    let rows = "SELECT (SELECT count(*) FROM calls), (SELECT sum(count) FROM refusals)";
    let rows: (i64, i64) = other
        .query_row(rows, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("it counts");
    assert_eq!(rows, (2, 1), "what was refused left no row");
}

/// A server that must end while its ledger cannot be written says how much is missing; the next one charges it in full.
#[tokio::test]
async fn what_cannot_be_written_before_the_end_is_charged_in_full_by_the_next() {
    let folder = folder();
    let store = open(folder.path());
    let before = store.open(opening(1)).await.expect("it is written");
    let other = by_hand(folder.path());
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("it is locked");
    before.settle(settlement(300));
    let missing = store.close().await.expect_err("it cannot be written");
    assert!(missing.to_string().contains("1 settlements"), "{missing}");
    drop((other, store));
    assert_eq!(spent(&open(folder.path())).await, NanoUsd(900));
}

/// Refusals are counted without waiting for anybody, and written within a second or with the next call.
#[tokio::test]
async fn refusals_are_counted_by_the_hour_and_the_kind() {
    let folder = folder();
    let store = open(folder.path());
    let later = shared::time::UnixMillis(super::NOON.0 + Duration::from_hours(1).as_secs() * 1_000);
    for (at, kind, times) in [
        (super::NOON, ErrorKind::RateLimited, 3),
        (super::NOON, ErrorKind::BudgetExhausted, 1),
        (later, ErrorKind::RateLimited, 2),
    ] {
        for _ in 0..times {
            store.count_refusal(at, kind);
        }
    }
    drop(store);
    let counts = "SELECT group_concat(kind || ' ' || count, ', ') FROM (SELECT * FROM refusals ORDER BY hour_ms, kind)";
    let counts: String = by_hand(folder.path())
        .query_row(counts, [], |row| row.get(0))
        .expect("it lists");
    assert_eq!(counts, "budget_exhausted 1, rate_limited 3, rate_limited 2");
}
