//! Sums by scope and window.

use std::time::Duration;

use shared::money::NanoUsd;
use shared::time::{Day, UnixMillis};
use store::{Digest, Payer, Recomputed, Scope, Window};

use super::{NOON, Subject, opening, settlement};

pub(crate) async fn a_call_counts_towards_every_scope_that_it_is_in(subject: Subject) {
    let (token, session) = (Digest([7; 32]), Digest([8; 32]));
    let mut by_token = opening(1, 900);
    by_token.payer = Payer {
        environment: "prod".into(),
        token: Some(token),
        session: None,
        address: None,
    };
    let mut by_session = opening(2, 900);
    by_session.payer.session = Some(session);
    for (opening, cost) in [(by_token, 300), (by_session, 20)] {
        let call = subject.store.open(opening).await.expect("opens");
        call.settle(settlement(cost));
    }
    for (scope, spent) in [
        (Scope::Overall, 320),
        (Scope::Environment("prod".into()), 300),
        (Scope::Environment("dev".into()), 20),
        (Scope::Token(token), 300),
        (Scope::Session(session), 20),
        (Scope::Address(Digest([2; 32])), 20),
        (Scope::Session(token), 0),
    ] {
        for window in Window::both(NOON) {
            let found = subject.spent(&scope, window, UnixMillis(NOON.0 + 1)).await;
            assert_eq!(found, NanoUsd(spent), "{scope:?} {window:?}");
        }
    }
}

/// FM-11: whenever a call ends, it was spent when it was opened; days and months turn over at midnight UTC.
pub(crate) async fn a_call_belongs_to_the_windows_that_it_was_opened_in(subject: Subject) {
    let december = Day::from_date(2026, 12, 1).start();
    let mut calls = Vec::new();
    for (id, opened_at) in [(1, UnixMillis(december.0 - 1)), (2, december)] {
        let mut opening = opening(id, 900);
        opening.opened_at = opened_at;
        calls.push(subject.store.open(opening).await.expect("opens"));
    }
    for (call, cost) in calls.into_iter().zip([300, 20]) {
        let mut settlement = settlement(cost);
        settlement.settled_at = UnixMillis(december.0 + Duration::from_hours(30).as_secs() * 1_000);
        call.settle(settlement);
    }
    for (now, spent) in [(UnixMillis(december.0 - 1), 300), (december, 20)] {
        for window in Window::both(now) {
            let found = subject.spent(&Scope::Overall, window, now).await;
            assert_eq!(found, NanoUsd(spent), "{window:?}");
        }
    }
    let later = UnixMillis(december.0 + 86_400_000);
    let [day, month] = Window::both(later);
    assert_eq!(subject.spent(&Scope::Overall, day, later).await, NanoUsd(0));
    let found = subject.spent(&Scope::Overall, month, later).await;
    assert_eq!(found, NanoUsd(20));
}

pub(crate) async fn what_is_kept_is_what_the_rows_add_up_to(subject: Subject) {
    for id in 0..50 {
        let mut opening = opening(id, 900);
        opening.opened_at = UnixMillis(NOON.0 + u64::try_from(id).expect("small") * 3_600_000);
        let call = subject.store.open(opening).await.expect("opens");
        call.settle(settlement(300));
    }
    let open = subject.store.open(opening(50, 900)).await.expect("opens");
    subject.store.close().await.expect("all is written");
    let recomputed = subject.store.recompute().await.expect("it is read");
    // Overall, environment, session and address, in the days from the 23rd to the 25th and in November. What nobody settled does not count.
    let expected = Recomputed {
        calls: 50,
        sums: 4 * (3 + 1),
        differences: Vec::new(),
    };
    assert_eq!(recomputed, expected);
    drop(open);
}

pub(crate) async fn the_salt_stays_the_same(subject: Subject) {
    let salt = subject.store.salt();
    assert_eq!(salt, subject.store.salt());
    assert_ne!(salt, Subject::memory().store.salt(), "it is random");
}
