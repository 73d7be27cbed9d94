//! Crowds against every budget in turn: a thousand at once, and exactly as many are sent as it holds.

use std::collections::BTreeMap;
use std::time::Duration;

use configuration::{BudgetConfig, Limit};
use reqwest::StatusCode;
use shared::api::budget::{BudgetInfo, BudgetScope, BudgetWindow};
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use tests::{Airlock, Answer, Setup, TokenHolder, Visitor, is_soak, question};
use tokio::task::JoinSet;

/// How many ask at once, and how many the budget holds.
const CROWD: u64 = 1_000;
const HELD: u64 = 137;

/// How long the test waits for one of a crowd: far longer than even a busy machine takes, so that too few ends fail and do not hang.
const PATIENCE: Duration = Duration::from_mins(2);

/// Who asks: people in their browsers, or programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Page,
    Programs,
}

/// A budget that is put to the test: settings that hold nobody but by it.
type Budget = (BudgetScope, BudgetWindow, Face, fn(NanoUsd) -> BudgetConfig);

fn budgets() -> [Budget; 8] {
    use BudgetScope::{Address, Environment, Overall, Session, Token};
    use BudgetWindow::{Day, Month};
    [
        (Overall, Day, Face::Page, |limit| BudgetConfig {
            per_day: Some(limit),
            ..BudgetConfig::default()
        }),
        (Overall, Month, Face::Programs, |limit| BudgetConfig {
            per_month: Some(limit),
            ..BudgetConfig::default()
        }),
        (Environment, Day, Face::Page, |limit| {
            of_environment(Limit {
                per_day: Some(limit),
                per_month: None,
            })
        }),
        (Environment, Month, Face::Page, |limit| {
            of_environment(Limit {
                per_day: None,
                per_month: Some(limit),
            })
        }),
        (Token, Day, Face::Programs, |limit| BudgetConfig {
            token_per_day: Some(limit),
            ..BudgetConfig::default()
        }),
        (Token, Month, Face::Programs, |limit| BudgetConfig {
            token_per_month: Some(limit),
            ..BudgetConfig::default()
        }),
        (Address, Day, Face::Page, |limit| BudgetConfig {
            address_per_day: Some(limit),
            ..BudgetConfig::default()
        }),
        (Session, Day, Face::Page, |limit| BudgetConfig {
            session_per_day: Some(limit),
            ..BudgetConfig::default()
        }),
    ]
}

fn of_environment(limit: Limit) -> BudgetConfig {
    BudgetConfig {
        environments: BTreeMap::from([("dev".to_owned(), limit)]),
        ..BudgetConfig::default()
    }
}

/// Asks through one face; true for an answer, false for a refusal by a budget.
async fn is_answered(face: Face, visitor: &Visitor, program: &TokenHolder) -> bool {
    match face {
        Face::Page => match visitor.chat(&question("Hello")).await {
            Answer::Stream(mut reply) => {
                reply.all().await;
                true
            }
            Answer::Refused(_, problem) => {
                assert_eq!(problem.kind, ErrorKind::BudgetExhausted, "{problem}");
                false
            }
        },
        Face::Programs => {
            let response = program.send(&TokenHolder::question("Hello")).await;
            let status = response.status();
            let body = response.text().await.expect("a body");
            assert!([200, 402].contains(&status.as_u16()), "{status}: {body}");
            status == StatusCode::OK
        }
    }
}

/// What one request of this face reserves.
async fn reserved_by_one(face: Face) -> NanoUsd {
    let airlock = Airlock::start().await;
    let (visitor, program) = (airlock.visitor().await, airlock.token_holder());
    airlock.stand_in.hold_headers();
    let also = visitor.clone();
    let asked = tokio::spawn(async move { is_answered(face, &also, &program).await });
    airlock.stand_in.wait_for_requests(1).await;
    let reserved = visitor.session().await.budget.expect("a budget").reserved;
    asked.abort();
    reserved
}

fn budget_of(
    budgets: &[BudgetInfo],
    scope: BudgetScope,
    window: BudgetWindow,
) -> Option<BudgetInfo> {
    let mut budgets = budgets.iter().copied();
    budgets.find(|budget| (budget.scope, budget.window) == (scope, window))
}

/// FM-1, FM-2: a thousand requests let go at once against a budget for 137 of them, each budget in turn: 137 reach the upstream, which
/// answers none before all are decided, and nothing is held in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_exactly_as_many_are_sent_as_any_one_budget_holds() {
    let one = [
        reserved_by_one(Face::Page).await,
        reserved_by_one(Face::Programs).await,
    ];
    let rounds = if is_soak() { 100 } else { 10 };
    for (scope, window, face, config) in budgets().into_iter().cycle().take(rounds) {
        let one = one[usize::from(face == Face::Programs)];
        let limit = NanoUsd(one.0 * HELD + one.0 / 2);
        let airlock = Airlock::start_with(Setup {
            budgets: config(limit),
            ..Setup::default()
        })
        .await;
        airlock.stand_in.hold_headers();
        let visitor = airlock.visitor().await;
        let mut crowd = JoinSet::new();
        for _ in 0..CROWD {
            let (visitor, program) = (visitor.clone(), airlock.token_holder());
            crowd.spawn(async move { is_answered(face, &visitor, &program).await });
        }
        let told = format!("{scope:?} {window:?}");
        for _ in HELD..CROWD {
            assert!(!next(&mut crowd).await, "{told}: one too many was answered");
        }
        airlock.stand_in.wait_for_requests(HELD).await;
        assert_eq!(airlock.stand_in.requests().len() as u64, HELD, "{told}");
        airlock.stand_in.open_gates();
        while !crowd.is_empty() {
            assert!(next(&mut crowd).await, "{told}: one too few was answered");
        }
        assert_eq!(airlock.stand_in.requests().len() as u64, HELD, "{told}");
        assert_books(&airlock, &visitor, (scope, window), limit).await;
    }
}

async fn next(crowd: &mut JoinSet<bool>) -> bool {
    let next = tokio::time::timeout(PATIENCE, crowd.join_next()).await;
    let end = next.expect("another one is decided");
    end.expect("some are left").expect("no panic")
}

/// Nothing is held any more, what was spent is what the upstream billed, and the budget was never passed.
async fn assert_books(
    airlock: &Airlock,
    visitor: &Visitor,
    budget: (BudgetScope, BudgetWindow),
    limit: NanoUsd,
) {
    let session = visitor.session().await;
    for budget in &session.budgets {
        assert_eq!(budget.reserved, NanoUsd::ZERO, "{budget:?}");
    }
    // A token's budget is told to programs alone.
    if let Some(budget) = budget_of(&session.budgets, budget.0, budget.1) {
        assert_eq!(budget.limit, limit);
        assert_eq!(budget.spent, airlock.stand_in.billed());
    } else {
        assert_eq!(budget.0, BudgetScope::Token);
    }
    assert!(airlock.stand_in.billed() <= limit);
}
