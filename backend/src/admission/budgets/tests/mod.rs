//! What the books admit, hold, book and tell, scope by scope and window by window.

mod month;
mod oracle;

use std::collections::HashMap;
use std::time::Duration;

use shared::api::budget::BudgetWindow;
use shared::time::Day;
use store::{Digest, Scope, Window};

use super::*;
use configuration::Limit;
use serving::clock::ManualClock;

const HOUR: Duration = Duration::from_hours(1);

fn per_day(limit: u64) -> Limit {
    Limit {
        per_day: Some(NanoUsd(limit)),
        per_month: None,
    }
}

fn overall(limit: u64) -> BudgetLimits {
    BudgetLimits {
        overall: per_day(limit),
        ..BudgetLimits::default()
    }
}

fn opened(limits: BudgetLimits) -> (ManualClock, Budgets, Alerts) {
    let clock = ManualClock::starting_at(Day::from_date(2026, 11, 23).start());
    let (budgets, alerts) = Budgets::new(limits, clock.clone().into());
    (clock, budgets, alerts)
}

/// Somebody with a session and an address of this number.
fn payer(number: u8) -> Payer {
    Payer {
        environment: "dev".into(),
        token: None,
        session: Some(Digest([number; 32])),
        address: Some(Digest([number; 32])),
    }
}

fn spend(budgets: &Budgets, payer: &Payer, amount: u64) {
    let reservation = budgets.reserve(payer, NanoUsd(amount)).expect("it fits");
    reservation.settle(NanoUsd(amount));
}

fn refused_by(refused: Result<Reservation, Refusal>) -> (BudgetScope, BudgetWindow) {
    match refused {
        Err(Refusal::Lacking { budget, .. }) => (budget.scope, budget.window),
        other => panic!("no budget refused: {other:?}"),
    }
}

#[test]
fn what_is_reserved_cannot_be_reserved_again_until_it_is_given_back() {
    let (_, budgets, _) = opened(overall(10));
    let first = budgets.reserve(&payer(1), NanoUsd(7)).expect("fits");
    assert!(budgets.reserve(&payer(2), NanoUsd(4)).is_err());
    assert!(budgets.could_hold(&payer(2), NanoUsd(4)).is_ok());
    let second = budgets.reserve(&payer(2), NanoUsd(3)).expect("to the last");
    drop(first);
    assert_eq!(second.settle(NanoUsd(2)), NanoUsd(2));
    let today = budgets.today();
    assert_eq!((today.spent, today.reserved), (NanoUsd(2), NanoUsd(0)));
    assert_eq!(budgets.left(&payer(3)), Some(NanoUsd(8)));
}

#[test]
fn a_charge_never_passes_what_was_held() {
    let (_, budgets, _) = opened(overall(10));
    let mut reservation = budgets.reserve(&payer(1), NanoUsd(8)).expect("fits");
    reservation.shrink_to(NanoUsd(5));
    reservation.shrink_to(NanoUsd(9));
    assert_eq!(reservation.held(), NanoUsd(5));
    assert_eq!(reservation.settle(NanoUsd(100)), NanoUsd(5));
    assert_eq!(budgets.today().spent, NanoUsd(5));
}

/// FM-11: a day's books open and close at midnight UTC, and a request belongs to the day that it began on.
#[test]
fn a_request_across_midnight_touches_only_its_own_day() {
    let (clock, budgets, _) = opened(overall(10));
    clock.advance(Duration::from_millis(86_399_999));
    let yesterday = budgets.reserve(&payer(1), NanoUsd(6)).expect("fits");
    assert_eq!(budgets.today().reserved, NanoUsd(6));
    clock.advance(Duration::from_millis(1));
    assert_eq!(budgets.left(&payer(1)), Some(NanoUsd(10)));
    let today = budgets.reserve(&payer(1), NanoUsd(10)).expect("a new day");
    yesterday.settle(NanoUsd(6));
    let books = budgets.today();
    assert_eq!((books.spent, books.reserved), (NanoUsd(0), NanoUsd(10)));
    drop(today);
}

#[test]
fn a_request_across_midnight_stays_in_its_months_books() {
    let limit = Limit {
        per_day: Some(NanoUsd(10)),
        per_month: Some(NanoUsd(15)),
    };
    let (clock, budgets, _) = opened(BudgetLimits {
        session: limit,
        ..BudgetLimits::default()
    });
    let yesterday = budgets.reserve(&payer(1), NanoUsd(10)).expect("fits");
    clock.advance(24 * HOUR);
    let refused = budgets.reserve(&payer(1), NanoUsd(6));
    assert_eq!(
        refused_by(refused),
        (BudgetScope::Session, BudgetWindow::Month)
    );
    yesterday.settle(NanoUsd(8));
    assert_eq!(budgets.left(&payer(1)), Some(NanoUsd(7)));
    assert_eq!(budgets.left(&payer(2)), Some(NanoUsd(10)));
}

/// Puts a limit on one scope.
type Set = fn(&mut BudgetLimits, Limit);

/// Each scope refuses by itself, and what refuses holds nothing anywhere.
#[test]
fn every_scope_holds_and_all_are_touched_or_none() {
    let scopes: [(BudgetScope, Set); 5] = [
        (BudgetScope::Overall, |limits, limit| limits.overall = limit),
        (BudgetScope::Environment, |limits, limit| {
            limits.environments.insert("dev".into(), limit);
        }),
        (BudgetScope::Token, |limits, limit| limits.token = limit),
        (BudgetScope::Address, |limits, limit| limits.address = limit),
        (BudgetScope::Session, |limits, limit| limits.session = limit),
    ];
    let payer = Payer {
        token: Some(Digest([1; 32])),
        ..payer(1)
    };
    for (tight, set) in scopes {
        for window in [BudgetWindow::Day, BudgetWindow::Month] {
            let mut limits = BudgetLimits::default();
            for (_, set) in scopes {
                set(&mut limits, per_day(1_000));
            }
            set(
                &mut limits,
                match window {
                    BudgetWindow::Day => per_day(10),
                    BudgetWindow::Month => Limit {
                        per_day: None,
                        per_month: Some(NanoUsd(10)),
                    },
                },
            );
            let (_, budgets, _) = opened(limits);
            spend(&budgets, &payer, 7);
            assert_eq!(
                refused_by(budgets.reserve(&payer, NanoUsd(4))),
                (tight, window)
            );
            assert_eq!(budgets.left(&payer), Some(NanoUsd(3)));
            assert_eq!(budgets.today().reserved, NanoUsd::ZERO, "{tight:?}");
            budgets
                .reserve(&payer, NanoUsd(3))
                .expect("what is left fits");
        }
    }
}

/// FM-9: a limit of zero lets nothing through; one that is absent lets everything.
#[test]
fn zero_is_zero_and_absent_is_no_limit() {
    let (_, budgets, _) = opened(BudgetLimits {
        session: per_day(0),
        ..BudgetLimits::default()
    });
    let refused = budgets.reserve(&payer(1), NanoUsd(1));
    assert_eq!(
        refused_by(refused),
        (BudgetScope::Session, BudgetWindow::Day)
    );
    let program = Payer {
        session: None,
        ..payer(1)
    };
    assert_eq!(budgets.left(&program), None);
    spend(&budgets, &program, u64::MAX);
    spend(&budgets, &program, u64::MAX);
}

/// FM-1: at any concurrency exactly as many are let in as the money holds.
#[test]
fn a_crowd_at_the_door_is_let_in_exactly_as_far_as_the_money_goes() {
    let (_, budgets, _) = opened(overall(3_000));
    let admitted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let budgets = &budgets;
                scope.spawn(move || {
                    let held: Vec<_> = (0..100)
                        .filter_map(|_| budgets.reserve(&payer(number), NanoUsd(7)).ok())
                        .collect();
                    let count = held.len();
                    for reservation in held {
                        reservation.settle(NanoUsd(7));
                    }
                    count
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    assert_eq!(admitted, 3_000 / 7);
    let books = budgets.today();
    assert_eq!(
        (books.spent, books.reserved),
        (NanoUsd(428 * 7), NanoUsd::ZERO)
    );
}

/// FM-20: of any number of sessions a bounded number is remembered; who was forgotten has no more left than before.
#[test]
fn sessions_beyond_the_room_are_forgotten_without_loosening_their_limit() {
    let clock = ManualClock::starting_at(Day::from_date(2026, 11, 23).start());
    let limits = BudgetLimits {
        session: per_day(1_000),
        ..BudgetLimits::default()
    };
    let (budgets, _alerts) = Budgets::with_room_for(100, limits, clock.clone().into());
    let session = |number: u32| {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_le_bytes());
        Payer {
            session: Some(Digest(digest)),
            ..payer(0)
        }
    };
    let mut spent = HashMap::new();
    let kept = budgets
        .reserve(&session(u32::MAX), NanoUsd(1))
        .expect("fits");
    for number in 0..1_000_u32 {
        let amount = u64::from(number % 50);
        if budgets
            .reserve(&session(number), NanoUsd(amount))
            .is_ok_and(|held| held.settle(NanoUsd(amount)) > NanoUsd::ZERO)
        {
            spent.insert(number, amount);
        }
    }
    assert!(budgets.0.books().crowds_len() <= 100);
    for (number, spent) in &spent {
        let left = budgets.left(&session(*number)).expect("a limit");
        assert!(left.0 <= 1_000 - spent, "{number}");
    }
    let newcomer = budgets.left(&session(5_000)).expect("a limit");
    let total: u64 = spent.values().sum();
    assert!(
        newcomer.0 >= 1_000 - total / (100 * 7 / 8),
        "no more than everybody's share of all: {newcomer}"
    );
    assert_eq!(kept.settle(NanoUsd(1)), NanoUsd(1));
    clock.advance(24 * HOUR);
    assert_eq!(budgets.left(&session(1)), Some(NanoUsd(1_000)));
    assert_eq!(
        budgets.0.books().crowds_len(),
        0,
        "they go with their windows"
    );
}

/// Whatever was told in the windows that are restored is not told again; what was spent counts on.
#[test]
fn a_restart_keeps_spending_and_tells_no_mark_twice() {
    let (_, budgets, mut alerts) = opened(BudgetLimits {
        overall: per_day(100),
        session: per_day(50),
        ..BudgetLimits::default()
    });
    let day = Day::from_date(2026, 11, 23);
    let total = |scope, window, spent| Total {
        scope,
        window,
        spent: NanoUsd(spent),
    };
    budgets.restore(vec![
        total(Scope::Overall, Window::Day(day), 60),
        total(Scope::Overall, Window::Month(day.month()), 900),
        total(Scope::Overall, Window::Day(day.next()), 5_000),
        total(Scope::Session(Digest([1; 32])), Window::Day(day), 45),
    ]);
    assert_eq!(budgets.left(&payer(1)), Some(NanoUsd(5)));
    assert_eq!(budgets.left(&payer(2)), Some(NanoUsd(40)));
    spend(&budgets, &payer(2), 19);
    assert!(alerts.try_recv().is_err(), "half was told before");
    spend(&budgets, &payer(2), 1);
    assert_eq!(alerts.try_recv().expect("one").budget.mark(), 80);
}
