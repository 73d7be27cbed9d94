//! The end of a server and the next one's beginning.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use store::{CannotStart, Durability, SqliteStore, Store as _};

use super::{
    NOON, assert_proved, by_hand, call, file_of, folder, open, opening, settlement, spent,
    try_to_open,
};
use shared::money::NanoUsd;

/// FM-10: what was spent is spent also for the next server, and so is the salt that addresses are hashed with.
#[tokio::test]
async fn the_next_server_begins_with_what_the_last_one_spent() {
    for durability in [Durability::Normal, Durability::Full] {
        let folder = folder();
        let open = || SqliteStore::open(folder.path(), durability, NOON).expect("it opens");
        let first = open();
        let salt = first.salt();
        for id in 0..20 {
            call(&first, id, 300).await;
        }
        drop(first);
        let second = open();
        assert_eq!(spent(&second).await, NanoUsd(6_000));
        assert_eq!(second.salt(), salt);
        assert_proved(&second).await;
    }
}

/// FM-10: a call that nobody settled may have cost all that was reserved for it, and is charged so, once.
#[tokio::test]
async fn what_a_crash_left_open_is_charged_in_full_and_once() {
    let folder = folder();
    let first = open(folder.path());
    let mut left_open = Vec::new();
    for id in 0..3 {
        left_open.push(first.open(opening(id)).await.expect("it is written"));
    }
    // Closed first, it hears nothing of them any more: as when the process is killed.
    first.close().await.expect("it ends well");
    drop((left_open, first));
    for _ in 0..2 {
        let next = open(folder.path());
        assert_eq!(spent(&next).await, NanoUsd(3 * 900));
        assert_proved(&next).await;
    }
    let count = "SELECT count(*) FROM calls WHERE outcome = 'orphan' AND is_estimated AND cost_nano_usd = reserved_nano_usd";
    let count: i64 = by_hand(folder.path())
        .query_row(count, [], |row| row.get(0))
        .expect("it counts");
    assert_eq!(count, 3);
}

/// FM-19: a second server on the same folder is refused, and told what to do.
#[tokio::test]
async fn a_folder_is_used_by_one_server_at_a_time() {
    let folder = folder();
    let first = open(folder.path());
    let refused = try_to_open(folder.path()).expect_err("it is in use");
    assert!(matches!(refused, CannotStart::InUse { .. }));
    let words = refused.to_string();
    let own = format!("process {}", std::process::id());
    assert!(words.contains(&own) && words.contains("--data"), "{words}");
    drop(first);
    drop(open(folder.path()));
}

#[tokio::test]
async fn what_is_kept_is_for_its_owner_alone() {
    let parent = folder();
    let folder = parent.path().join("deep").join("data");
    let store = open(&folder);
    call(&store, 1, 300).await;
    let mode = |path| {
        let metadata = fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(folder.clone()), 0o700);
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm", "lock"] {
        assert_eq!(mode(folder.join(name)), 0o600, "{name}");
    }
    drop(store);
    let open_to_all = fs::Permissions::from_mode(0o644);
    fs::set_permissions(file_of(&folder), open_to_all).expect("it is ours");
    drop(open(&folder));
    assert_eq!(
        mode(file_of(&folder)),
        0o600,
        "a file that was open to all is closed"
    );
}

/// A caller who leaves while the call is being written down never gets it: it costs nothing, and is no orphan either.
#[tokio::test]
async fn a_caller_who_leaves_meanwhile_leaves_nothing_open() {
    let folder = folder();
    let store = open(folder.path());
    for id in 0..200 {
        let mut waiting = store.open(opening(id));
        // It is asked for, and may be written by now or not.
        let _ = futures_poll(&mut waiting).await;
    }
    call(&store, 1_000, 300).await;
    store.close().await.expect("it ends well");
    drop(store);
    let store = open(folder.path());
    assert_eq!(spent(&store).await, NanoUsd(300));
    assert_proved(&store).await;
}

/// Polls once.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| {
        let polled = std::pin::Pin::new(&mut *future).poll(context);
        std::task::Poll::Ready(polled.is_ready())
    })
    .await
}

#[tokio::test]
async fn what_waits_is_written_before_the_end() {
    let folder = folder();
    let store = open(folder.path());
    let mut calls = Vec::new();
    for id in 0..500 {
        calls.push(store.open(opening(id)).await.expect("it is written"));
    }
    for call in calls {
        call.settle(settlement(1));
    }
    drop(store);
    assert_eq!(spent(&open(folder.path())).await, NanoUsd(500));
}
