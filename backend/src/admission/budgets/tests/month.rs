//! A month by a clock that is moved by hand: windows turn over when they should, marks are told once, and a clock that is moved back loses
//! nothing.

use std::collections::HashMap;
use std::time::Duration;

use shared::api::budget::{BudgetScope, BudgetWindow, MARKS};
use shared::money::NanoUsd;
use shared::time::{Day, UnixMillis};
use store::Digest;

use super::super::Alerts;
use super::super::books::{Books, Spans};
use super::{HOUR, Payer, opened, payer, spend};
use configuration::{BudgetLimits, Limit};
use serving::clock::Clock;

fn limit(per_day: u64, per_month: u64) -> Limit {
    Limit {
        per_day: Some(NanoUsd(per_day)),
        per_month: Some(NanoUsd(per_month)),
    }
}

/// How often each mark of each budget was told, and in which window.
fn heard(alerts: &mut Alerts, by: &mut HashMap<(BudgetScope, UnixMillis, BudgetWindow, u8), u32>) {
    while let Ok(alert) = alerts.try_recv() {
        let budget = alert.budget;
        *by.entry((budget.scope, budget.resets_at, budget.window, budget.mark()))
            .or_default() += 1;
    }
}

/// FM-11: over the turn of a year, in steps of an hour, with a dollar an hour: each day's and each month's books hold what was spent in them
/// and nothing else, and every mark of every window is told once.
#[test]
fn over_two_months_windows_turn_at_midnight_and_marks_are_told_once() {
    let (clock, budgets, mut alerts) = opened(BudgetLimits {
        overall: limit(24, 700),
        environments: [("dev".into(), limit(48, 720))].into(),
        token: limit(24, 1_000),
        ..BudgetLimits::default()
    });
    let payer = Payer {
        token: Some(Digest([9; 32])),
        ..payer(1)
    };
    let time = Clock::from(clock.clone());
    let mut told = HashMap::new();
    // From 23 November to 31 January.
    for _ in 0..70 * 24 {
        let now = time.now();
        let (day, month) = (now.day(), now.day().month());
        let first = if month.start() < Day::from_date(2026, 11, 23).start() {
            Day::from_date(2026, 11, 23)
        } else {
            month
        };
        let hours = first.start().until_ms(now) / 3_600_000;
        let today = day.start().until_ms(now) / 3_600_000;
        let expected = (24 - today).min(700_u64.saturating_sub(hours));
        assert_eq!(budgets.left(&payer), Some(NanoUsd(expected)), "{now}");
        if expected > 0 {
            spend(&budgets, &payer, 1);
        }
        heard(&mut alerts, &mut told);
        clock.advance(HOUR);
    }
    assert!(told.values().all(|times| *times == 1), "{told:?}");
    let days_told = |scope, mark| {
        let told = told.keys();
        told.filter(|(of, _, window, percent)| {
            (*of, *window, *percent) == (scope, BudgetWindow::Day, mark)
        })
        .count()
    };
    // December's and January's 700 are spent on the 30th: what is left of that day, and the next, pass without a mark.
    for mark in MARKS {
        assert!(
            (66..=70).contains(&days_told(BudgetScope::Overall, mark)),
            "{mark}"
        );
        assert_eq!(
            days_told(BudgetScope::Token, mark),
            days_told(BudgetScope::Overall, mark)
        );
    }
    assert!(days_told(BudgetScope::Environment, 50) >= 66);
    assert_eq!(days_told(BudgetScope::Environment, 80), 0);
    for (scope, mark, months) in [
        (BudgetScope::Overall, 100, 2),
        (BudgetScope::Environment, 80, 2),
        (BudgetScope::Token, 50, 2),
        (BudgetScope::Token, 80, 0),
    ] {
        let of = |(of, _, window, percent): &&(BudgetScope, UnixMillis, BudgetWindow, u8)| {
            (*of, *window, *percent) == (scope, BudgetWindow::Month, mark)
        };
        assert_eq!(told.keys().filter(of).count(), months, "{scope:?} {mark}");
    }
}

/// FM-11: the last millisecond of a window is in it, and the first of the next is not.
#[test]
fn a_window_ends_with_its_last_millisecond() {
    for (last_day, window_is_month) in [
        ((2026, 11, 30), true),
        ((2026, 11, 23), false),
        ((2028, 2, 29), true),
    ] {
        let (year, month, day) = last_day;
        let midnight = Day::from_date(year, month, day).next().start();
        let limits = || BudgetLimits {
            session: if window_is_month {
                limit(100, 10)
            } else {
                limit(10, 100)
            },
            ..BudgetLimits::default()
        };
        let before = UnixMillis(midnight.0 - 1);
        let mut books = Books::new(limits(), before, 10);
        books.hold(&payer(1), NanoUsd(10));
        books.exchange(&payer(1), before, NanoUsd(10), NanoUsd::ZERO, NanoUsd(10));
        books.turn(before);
        assert!(books.check(&payer(1), NanoUsd(1)).is_err(), "{last_day:?}");
        books.turn(midnight);
        assert!(books.check(&payer(1), NanoUsd(10)).is_ok(), "{last_day:?}");
    }
}

/// FM-11: a clock that is moved back, over midnight and a month's end too, opens no window a second time and closes none that it had.
#[test]
fn a_clock_that_is_moved_back_loses_nothing() {
    let limits = BudgetLimits {
        overall: limit(10, 15),
        ..BudgetLimits::default()
    };
    let noon = UnixMillis(Day::from_date(2026, 12, 1).start().0 + 43_200_000);
    let mut books = Books::new(limits, noon, 10);
    let book = |books: &mut Books, amount| {
        let opened_at = books.now();
        books.hold(&payer(1), NanoUsd(amount));
        books.exchange(
            &payer(1),
            opened_at,
            NanoUsd(amount),
            NanoUsd::ZERO,
            NanoUsd(amount),
        );
    };
    book(&mut books, 6);
    for back in [Duration::from_millis(1), 13 * HOUR, 40 * 24 * HOUR] {
        let back = u64::try_from(back.as_millis()).expect("it fits");
        books.turn(UnixMillis(noon.0 - back));
        assert_eq!(Spans::at(books.now()), Spans::at(noon));
        assert!(books.check(&payer(1), NanoUsd(5)).is_err());
        book(&mut books, 1);
        books.turn(noon);
    }
    assert!(books.check(&payer(1), NanoUsd(1)).is_ok());
    assert!(
        books.check(&payer(1), NanoUsd(2)).is_err(),
        "all nine are there"
    );
    books.turn(noon.day().next().start());
    assert!(
        books.check(&payer(1), NanoUsd(6)).is_ok(),
        "six of the month are left"
    );
    assert!(books.check(&payer(1), NanoUsd(7)).is_err());
}
