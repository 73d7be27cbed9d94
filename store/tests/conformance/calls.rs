//! Calls: opened, settled, dropped.

use shared::money::NanoUsd;

use super::{Subject, opening, settlement};

pub(crate) async fn a_call_costs_what_it_was_settled_at(subject: Subject) {
    let call = subject.store.open(opening(1, 900)).await.expect("opens");
    assert_eq!(
        subject.spent_today().await,
        NanoUsd::ZERO,
        "not yet settled"
    );
    call.settle(settlement(300));
    assert_eq!(subject.spent_today().await, NanoUsd(300));
}

pub(crate) async fn a_call_that_is_dropped_costs_nothing(subject: Subject) {
    drop(subject.store.open(opening(1, 900)).await.expect("opens"));
    assert_eq!(subject.spent_today().await, NanoUsd::ZERO);
    // Nobody waits for this one any more.
    drop(subject.store.open(opening(2, 900)));
    assert_eq!(subject.spent_today().await, NanoUsd::ZERO);
}

pub(crate) async fn a_call_is_written_down_once(subject: Subject) {
    let call = subject.store.open(opening(1, 900)).await.expect("opens");
    let again = subject.store.open(opening(1, 900)).await;
    let error = again.expect_err("it is known").to_string();
    assert!(error.contains("written down before"), "{error}");
    call.settle(settlement(300));
    assert!(subject.store.open(opening(1, 900)).await.is_err());
    assert_eq!(subject.spent_today().await, NanoUsd(300));
    assert!(subject.store.is_writable(), "a call too many is no fault");
}

pub(crate) async fn nothing_is_opened_after_the_end(subject: Subject) {
    let call = subject.store.open(opening(1, 900)).await.expect("opens");
    assert!(subject.store.is_writable());
    subject.store.close().await.expect("it ends well");
    assert!(!subject.store.is_writable());
    assert!(subject.store.open(opening(2, 900)).await.is_err());
    // Too late, and yet no fault.
    call.settle(settlement(300));
    subject.store.close().await.expect("it may end twice");
}

pub(crate) async fn calls_may_be_settled_in_any_order(subject: Subject) {
    let mut calls = Vec::new();
    for id in 0..500 {
        calls.push(subject.store.open(opening(id, 900)).await.expect("opens"));
    }
    while calls.len() > 100 {
        calls.swap_remove(calls.len() / 2).settle(settlement(1));
    }
    assert_eq!(subject.spent_today().await, NanoUsd(400));
    for call in calls {
        call.settle(settlement(10));
    }
    assert_eq!(subject.spent_today().await, NanoUsd(1_400));
}
