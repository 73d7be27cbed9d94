//! What was spent, as the usage report tells it: the same as the bill, to everybody what is theirs.

use std::time::Duration;

use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use reqwest::StatusCode;
use shared::api::paths;
use shared::api::usage::{CallOutcome, Covers, Report};
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use tests::{Airlock, START, Setup, Visitor, fill_month, question};

async fn report(visitor: &Visitor, query: &str) -> Report {
    let path = format!("{}?{query}", paths::USAGE);
    let answer = visitor.get(&path).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    answer.json().await.expect("a report")
}

/// What the report says is what Claude billed.
#[tokio::test]
async fn the_report_says_what_was_billed_call_by_call() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let mut asked = Vec::new();
    for text in ["One", "Two, and a little more", "Three"] {
        let answer = visitor.chat(&question(text)).await.stream();
        let (_, usage) = answer.whole().await;
        asked.push(usage);
    }
    let report = report(&visitor, "range=today").await;
    assert_eq!(report.covers, Covers::Everybody, "it came by loopback");
    assert_eq!(report.now_unix_ms, START);
    let usage = report.usage;
    assert_eq!(usage.total.calls, 3);
    assert_eq!(usage.total.cost_nano_usd, airlock.stand_in.billed());
    assert_eq!(usage.spent_today_nano_usd, airlock.stand_in.billed());
    assert_eq!(usage.spent_this_month_nano_usd, airlock.stand_in.billed());
    let budget = report.budgets.first().expect("everybody's").budget;
    assert_eq!(budget.spent, airlock.stand_in.billed());
    assert_eq!((usage.trend.len(), usage.calls.len()), (24, 3));
    for (call, billed) in usage.calls.iter().rev().zip(asked) {
        assert_eq!(call.tokens, billed.tokens);
        assert_eq!(call.cost_nano_usd, billed.cost_nano_usd);
        assert_eq!(call.reserved_nano_usd, billed.reserved_nano_usd);
        assert_eq!(call.outcome, CallOutcome::Whole);
        assert_eq!(call.opened_at_unix_ms, START);
    }
}

#[tokio::test]
async fn steps_and_ranges_turn_over_at_midnight_utc() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    visitor
        .chat(&question("Today"))
        .await
        .stream()
        .whole()
        .await;
    airlock.advance(Duration::from_hours(12) - Duration::from_millis(1));
    let visitor = airlock.visitor().await;
    visitor
        .chat(&question("Still"))
        .await
        .stream()
        .whole()
        .await;
    airlock.advance(Duration::from_millis(1));
    let visitor = airlock.visitor().await;
    visitor
        .chat(&question("Tomorrow"))
        .await
        .stream()
        .whole()
        .await;

    let calls = async |query: &str| report(&visitor, query).await.usage.total.calls;
    assert_eq!(calls("range=today").await, 1);
    assert_eq!(calls("range=7d").await, 3);
    assert_eq!(calls("from=2026-11-23&to=2026-11-23").await, 2);
    assert_eq!(calls("range=month&model=claude-haiku-5-5").await, 3);
    assert_eq!(calls("range=month&model=claude-opus-5-5").await, 0);
    assert_eq!(calls("range=month&environment=nowhere").await, 0);
    let usage = report(&visitor, "from=2026-11-23&step=day").await.usage;
    let by_day: Vec<_> = usage.trend.iter().map(|step| step.tally.calls).collect();
    assert_eq!(by_day, [2, 1]);
}

/// Whoever does not come by loopback sees its own calls and its own budgets, and no sums of others.
#[tokio::test]
async fn a_visitor_from_elsewhere_sees_its_own_session_alone() {
    let airlock = Airlock::start_with(Setup {
        trusted_proxies: vec!["127.0.0.1/32".to_owned()],
        ..Setup::default()
    })
    .await;
    let (one, other) = (airlock.visitor().await, airlock.visitor().await);
    let from_elsewhere = async |visitor: &Visitor, path: &str| {
        let request = visitor.get(path).header("x-forwarded-for", "203.0.113.7");
        request.send().await.expect("an answer")
    };
    one.chat(&question("Mine")).await.stream().whole().await;
    let answer = from_elsewhere(&one, paths::USAGE).await;
    let own: Report = answer.json().await.expect("a report");
    assert_eq!(own.covers, Covers::OwnSession);
    assert_eq!(own.usage.total.calls, 1);
    let answer = from_elsewhere(&other, paths::USAGE).await;
    let others: Report = answer.json().await.expect("a report");
    assert_eq!(others.usage.total.calls, 0);
    assert_eq!(others.usage.spent_this_month_nano_usd, NanoUsd::ZERO);
    assert!(others.budgets.is_empty(), "everybody's is not its to know");
    let csv = from_elsewhere(&other, paths::USAGE_CSV).await;
    let csv = csv.text().await.expect("a file");
    assert_eq!(csv.lines().count(), 1, "the heads alone: {csv}");
}

#[tokio::test]
async fn what_is_unknown_or_cannot_be_answered_is_refused_by_name() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for (query, named) in [
        ("rnage=today", "rnage"),
        ("range=century", "century"),
        ("range=today&range=month", "range"),
        ("range=today&from=2026-11-01", "range"),
        ("to=2026-11-01", "from"),
        ("from=2026-02-30", "date"),
        ("from=2026-11-23&to=2026-11-01", "before"),
        ("from=2020-01-01&step=hour", "steps"),
        ("before=yesterday", "older"),
    ] {
        for path in [paths::USAGE, paths::USAGE_CSV] {
            let path = format!("{path}?{query}");
            let answer = visitor.get(&path).send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
            let problem: shared::error::ApiError = answer.json().await.expect("a problem");
            assert_eq!(problem.kind, ErrorKind::InvalidRequest);
            let detail = problem.detail.expect("a detail");
            assert!(detail.contains(named), "{query}: {detail}");
        }
    }
}

#[tokio::test]
async fn the_file_has_the_calls_of_the_report_and_says_where_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    fill_month(folder.path(), START).await;
    let airlock = Airlock::start_with(Setup {
        data: Some(folder.path().to_owned()),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let report = report(&visitor, "range=30d").await;
    let answer = visitor.get("/api/usage.csv?range=30d").send().await;
    let answer = answer.expect("an answer");
    assert_eq!(
        answer.headers()[CONTENT_TYPE],
        "text/csv; charset=utf-8; header=present"
    );
    let disposition = answer.headers()[CONTENT_DISPOSITION].to_str();
    assert!(disposition.expect("text").starts_with("attachment"));
    assert!(!answer.headers().contains_key(LINK), "all of them fit");
    let file = answer.text().await.expect("a file");
    let mut lines = file.split_terminator("\r\n");
    let heads: Vec<_> = lines.next().expect("heads").split(',').collect();
    let rows: Vec<Vec<_>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len() as u64, report.usage.total.calls);
    let column = |name| {
        heads
            .iter()
            .position(|head| *head == name)
            .expect("a column")
    };
    let (id, cost) = (column("request_id"), column("cost_nano_usd"));
    let sum: u64 = rows
        .iter()
        .map(|row| row[cost].parse::<u64>().expect("a number"))
        .sum();
    assert_eq!(NanoUsd(sum), report.usage.total.cost_nano_usd);
    let listed = report
        .usage
        .calls
        .iter()
        .map(|call| call.request_id.to_string());
    let newest = rows.iter().map(|row| row[id].to_owned());
    assert_eq!(
        listed.collect::<Vec<_>>(),
        newest.take(50).collect::<Vec<_>>()
    );

    let older = report.usage.older.expect("there are more than fifty");
    let older = format!("range=30d&before={older}");
    let next = self::report(&visitor, &older).await;
    assert_eq!(next.usage.calls[0].request_id.to_string(), rows[50][id]);
    assert_eq!(next.usage.total, report.usage.total);
}
