//! How long the usage report of a busy month takes.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test ends at the first thing that is not as it must be, and this one measures real time"
)]

use std::time::{Duration, Instant};

use shared::api::usage::{CALLS_IN_REPORT, Period, Step};
use shared::ids::RequestId;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::time::{Day, UnixMillis};
use store::{
    Digest, Durability, Opening, Outcome, Payer, Settlement, SqliteStore, Store as _, UsageQuestion,
};

/// Calls of the month: three a minute, day and night.
const CALLS: u64 = 100_000;

/// What a report may take. The figure to hold is 100 ms on an idle machine, with SQLite compiled for speed; here it is compiled for tests,
/// and others share the machine.
const LIMIT: Duration = Duration::from_secs(1);

/// When the month begins.
const NOVEMBER: UnixMillis = Day::from_date(2026, 11, 1).start();

fn call(number: u64) -> (Opening, Settlement) {
    let opened_at = UnixMillis(NOVEMBER.0 + number * 25_920);
    let session = u8::try_from(number % 200).expect("small");
    let models = ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"];
    let model = usize::try_from(number % 3).expect("small");
    let opening = Opening {
        request_id: RequestId::from_random(u128::from(number)),
        opened_at,
        payer: Payer {
            environment: "prod".into(),
            token: None,
            session: Some(Digest([session; 32])),
            address: Some(Digest([session / 2; 32])),
        },
        model: models.get(model).expect("one of three"),
        reserved: NanoUsd(90_000_000),
    };
    let settlement = Settlement {
        settled_at: UnixMillis(opened_at.0 + 4_000),
        tokens: TokenUsage {
            input: TokenCount(400 + number % 3_000),
            output: TokenCount(100 + number % 700),
            cache_write_5m: TokenCount(number % 300),
            cache_write_1h: TokenCount(0),
            cache_read: TokenCount(number % 5_000),
        },
        cost: NanoUsd(1_000_000 + number),
        outcome: Outcome::Whole,
        is_estimated: false,
        upstream_request_id: Some(format!("req_{number:024}")),
        first_event_ms: Some(u32::try_from(200 + number % 900).expect("small")),
        duration_ms: 4_000,
    };
    (opening, settlement)
}

#[tokio::test]
async fn a_month_of_a_hundred_thousand_calls_is_reported_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store =
        SqliteStore::open(folder.path(), Durability::Normal, NOVEMBER).expect("the ledger opens");
    let mut calls = Vec::new();
    for number in 0..CALLS {
        let (opening, settlement) = call(number);
        calls.push((store.open(opening), settlement));
        // So many that the writer never waits.
        if calls.len() == 2_500 {
            for (opened, settlement) in calls.drain(..) {
                opened.await.expect("it is written").settle(settlement);
            }
        }
    }
    store.close().await.expect("all is written");

    let everybody = UsageQuestion {
        now: UnixMillis(NOVEMBER.0 + CALLS * 25_920),
        period: Period {
            from: NOVEMBER,
            to: Day::from_date(2026, 12, 1).start(),
            step: Step::Day,
        },
        session: None,
        model: None,
        environment: None,
        before: None,
        calls_max: CALLS_IN_REPORT,
    };
    let one = UsageQuestion {
        session: Some(Digest([7; 32])),
        ..everybody.clone()
    };
    for (who, question, calls) in [("everybody", everybody, CALLS), ("one session", one, 500)] {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let began = Instant::now();
            let usage = store.usage(question.clone()).await.expect("it is read");
            best = best.min(began.elapsed());
            assert_eq!(usage.expect("not too many").total.calls, calls);
        }
        println!("{calls} calls of {who}: reported in {best:?}");
        assert!(best < LIMIT, "{best:?}");
    }
}
