//! Copies that are made while the ledger is written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use shared::money::NanoUsd;
use store::Store as _;

use tokio::task::JoinSet;

use super::{assert_proved, call, file_of, folder, open, spent};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_whole_and_of_one_moment() {
    let [folder, other] = [folder(), folder()];
    let store = Arc::new(open(folder.path()));
    for id in 0..1_000 {
        call(&store, id, 1).await;
    }
    let busy = Arc::clone(&store);
    let mut calls = JoinSet::new();
    calls.spawn(async move {
        for id in 1_000..2_000 {
            call(&busy, id, 1).await;
        }
    });
    let copy = file_of(other.path());
    store.backup(copy.clone()).await.expect("it is copied");
    calls.join_all().await;
    let mode = fs::metadata(&copy)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let copied = open(other.path());
    assert_proved(&copied).await;
    let spent = spent(&copied).await;
    assert!(
        (NanoUsd(990)..=NanoUsd(2_900)).contains(&spent),
        "{spent:?}"
    );
    assert_eq!(copied.salt(), store.salt());
}

#[tokio::test]
async fn a_copy_replaces_no_file() {
    let folder = folder();
    let store = open(folder.path());
    let there = folder.path().join("there");
    fs::write(&there, "precious").expect("it is ours");
    let refused = store.backup(there.clone()).await.expect_err("it is there");
    assert!(refused.to_string().contains("there"), "{refused}");
    assert_eq!(fs::read(&there).expect("it is still there"), b"precious");
    let nowhere = folder.path().join("no").join("where");
    assert!(store.backup(nowhere).await.is_err());
}
