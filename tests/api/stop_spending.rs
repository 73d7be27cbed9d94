//! The kill switch: from the page, from the terminal with a server and without, and over a restart.

use std::path::Path;

use backend::commands;
use shared::api::paths;
use shared::api::spending::{SpendingState, StopSpending};
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use shared::time::UnixMillis;
use tempfile::TempDir;
use tests::{Airlock, START, Setup, Visitor, question};

async fn running_in(folder: &TempDir) -> Airlock {
    Airlock::start_with(Setup {
        data: Some(folder.path().to_owned()),
        ..Setup::default()
    })
    .await
}

/// What `airlock stop-spending` does in a terminal.
async fn command(folder: &Path, is_stopped: bool) -> SpendingState {
    let wish = StopSpending { is_stopped };
    let state = commands::stop_spending(folder, wish, START).await;
    state.expect("it can be turned")
}

async fn press(visitor: &Visitor, is_stopped: bool) -> SpendingState {
    let body = serde_json::to_vec(&StopSpending { is_stopped }).expect("json");
    let response = visitor.post(paths::STOP_SPENDING, body).send().await;
    let body = response.expect("answers").bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("how it stands")
}

/// Everything new is refused, in words that tell why and that waiting a little does not help.
async fn assert_stopped(airlock: &Airlock) {
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::BudgetExhausted);
    let detail = problem.detail.expect("a detail");
    assert!(
        detail.contains("operator has stopped all spending"),
        "{detail}"
    );
    assert_eq!(problem.retry_after_ms, None);
    assert!(visitor.session().await.is_spending_stopped);
}

#[tokio::test]
async fn the_page_stops_all_spending_and_lets_it_go_on() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    assert!(!visitor.session().await.is_spending_stopped);
    airlock.stand_in.step();
    let mut under_way = visitor.ask("Hello").await;
    under_way.next().await.expect("it started");
    assert_eq!(press(&visitor, true).await.stopped_since, Some(START));
    assert_stopped(&airlock).await;
    let program = airlock.token_holder();
    let refused = program.send(&tests::TokenHolder::question("Hello")).await;
    assert_eq!(refused.status().as_u16(), 402);
    airlock.stand_in.open_gates();
    under_way.whole().await;
    assert_eq!(press(&visitor, false).await.stopped_since, None);
    visitor.ask("Hello").await.whole().await;
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd::ZERO);
}

/// A command turns the switch of the server that runs; what it says holds for the next one too.
#[tokio::test]
async fn a_command_stops_the_server_that_runs_and_those_that_follow() {
    let folder = TempDir::new().expect("a folder");
    let airlock = running_in(&folder).await;
    assert_eq!(
        command(folder.path(), true).await.stopped_since,
        Some(START)
    );
    assert_stopped(&airlock).await;
    airlock.stop();
    airlock.stopped().await;
    drop(airlock);

    let airlock = running_in(&folder).await;
    assert_stopped(&airlock).await;
    assert_eq!(command(folder.path(), false).await.stopped_since, None);
    airlock.visitor().await.ask("Hello").await.whole().await;
}

#[tokio::test]
async fn without_a_server_the_next_one_finds_spending_stopped() {
    let folder = TempDir::new().expect("a folder");
    assert_eq!(
        command(folder.path(), true).await.stopped_since,
        Some(START)
    );
    let later = UnixMillis(START.0 + 1);
    let wish = StopSpending { is_stopped: true };
    let again = commands::stop_spending(folder.path(), wish, later).await;
    assert_eq!(again.expect("it can").stopped_since, Some(START));
    let airlock = running_in(&folder).await;
    assert_stopped(&airlock).await;
}
