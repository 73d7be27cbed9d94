//! The ledger in files, seen from outside: what is in it, what the next server knows, and what happens while it cannot be written.

use std::fs;
use std::path::Path;

use reqwest::StatusCode;
use rusqlite::Connection;
use shared::api::chat::ChatEvent;
use shared::api::paths;
use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tempfile::TempDir;
use tests::{Airlock, Setup, Visitor, question};

async fn with_ledger(folder: &Path) -> Airlock {
    Airlock::start_with(Setup {
        data: Some(folder.to_owned()),
        ..Setup::default()
    })
    .await
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn by_hand(folder: &Path) -> Connection {
    Connection::open(folder.join("ledger.db")).expect("it opens")
}

async fn spent(visitor: &Visitor) -> NanoUsd {
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd::ZERO, "nothing is held any more");
    budget.spent
}

async fn end(airlock: Airlock) {
    airlock.stop();
    airlock.stopped().await;
}

/// FM-10: what one server spent the next one knows, and its budget holds only what is left.
#[tokio::test]
async fn a_restart_forgets_no_spending() {
    let folder = folder();
    let usage = TokenUsage {
        input: TokenCount(30),
        output: TokenCount(9),
        ..TokenUsage::default()
    };
    let mut billed = NanoUsd::ZERO;
    for _ in 0..3 {
        let airlock = with_ledger(folder.path()).await;
        let visitor = airlock.visitor().await;
        assert_eq!(spent(&visitor).await, billed);
        airlock
            .stand_in
            .reply_with(Script::text(["fine"]).usage(usage));
        visitor.ask("Hello").await.whole().await;
        billed = billed.saturating_add(airlock.stand_in.billed());
        assert_eq!(spent(&visitor).await, billed);
        end(airlock).await;
    }
    assert_eq!(billed, NanoUsd(3 * (30 * 100 + 9 * 500)));
}

/// FM-56: while the ledger cannot be written, nothing is spent and nothing is sent, and the page says so; it goes on by itself.
#[tokio::test]
async fn while_the_ledger_cannot_be_written_nothing_is_spent() {
    let (folder, page) = (folder(), folder());
    fs::write(page.path().join("index.html"), "<!doctype html>").expect("a page");
    let airlock = Airlock::start_with(Setup {
        data: Some(folder.path().to_owned()),
        assets: Some(page.path().to_owned()),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    visitor.ask("Hello").await.whole().await;
    let other = by_hand(folder.path());
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("it is locked");
    for _ in 0..3 {
        let problem = visitor.chat(&question("Hello")).await.problem();
        assert_eq!(problem.kind, ErrorKind::Unavailable);
        assert_eq!(problem.kind.status(), 503);
        let detail = problem.detail.expect("it says why");
        assert!(detail.contains("cannot be written down"), "{detail}");
    }
    assert_eq!(airlock.stand_in.requests().len(), 1);
    let status = async |path| visitor.get(path).send().await.expect("answers").status();
    assert_eq!(status(paths::READYZ).await, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/", paths::HEALTHZ, paths::SESSION] {
        assert_eq!(status(path).await, StatusCode::OK, "{path}");
    }
    let left = visitor.session().await.budget.expect("a budget");
    assert_eq!(
        left.reserved,
        NanoUsd::ZERO,
        "what was refused holds nothing"
    );
    other.execute_batch("COMMIT").expect("it is free again");
    while status(paths::READYZ).await != StatusCode::OK {
        tokio::task::yield_now().await;
    }
    visitor.ask("Hello").await.whole().await;
    assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
}

/// Each call is in the ledger with how it ended, what it cost, and the upstream's own name for it.
#[tokio::test]
async fn every_end_of_a_call_is_told_apart() {
    let folder = folder();
    let airlock = with_ledger(folder.path()).await;
    let visitor = airlock.visitor().await;
    visitor.ask("Hello").await.whole().await;
    let refusal = Script::refuse(StatusCode::BAD_REQUEST, "invalid_request_error", "no");
    airlock.stand_in.reply_with(refusal);
    visitor.chat(&question("Hello")).await.problem();
    let breaks = Script::text(["one", "two", "never"]).close_after(5);
    airlock.stand_in.reply_with(breaks);
    visitor.ask("Hello").await.broken_off().await;
    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    drop(reply);
    airlock.stand_in.wait_for_aborts(1).await;
    end(airlock).await;
    let ledger = by_hand(folder.path());
    let sql = "SELECT outcome || ' ' || is_estimated || ' ' || (cost_nano_usd > 0) || ' ' || coalesce(upstream_request_id LIKE 'req_%', '-')
               || ' ' || (first_event_ms IS NOT NULL) FROM calls ORDER BY call";
    let mut statement = ledger.prepare(sql).expect("it is right");
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .expect("it lists");
    let rows: Vec<_> = rows.map(|row| row.expect("a row")).collect();
    assert_eq!(
        rows,
        [
            "whole 0 1 1 1",
            "refused 0 0 1 0",
            "broke_off 1 1 1 1",
            "left 1 1 1 1"
        ]
    );
}
