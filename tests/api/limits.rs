//! How often and how many at once: per session, per address and overall, and nothing is taken by what is refused.

use std::time::Duration;

use configuration::LimitsConfig;
use shared::api::paths;
use shared::error::{ApiError, ErrorKind};
use tests::{Airlock, Answer, Setup, Visitor, question};

async fn limited(limits: LimitsConfig) -> Airlock {
    Airlock::start_with(Setup {
        limits,
        trusted_proxies: vec!["127.0.0.0/8".to_owned()],
        ..Setup::default()
    })
    .await
}

fn generous() -> LimitsConfig {
    Setup::default().limits
}

/// A chat request that a proxy says came from `address`.
async fn from(visitor: &Visitor, address: &str) -> Answer {
    let body = serde_json::to_vec(&question("Hello")).expect("json");
    let request = visitor
        .post(paths::CHAT, body)
        .header("x-forwarded-for", address);
    Answer::of(request.send().await.expect("answers")).await
}

fn assert_told_to_wait(problem: &ApiError, seconds: u64) {
    assert_eq!(problem.kind, ErrorKind::RateLimited);
    assert_eq!(problem.retry_after_ms, Some(seconds * 1_000));
}

/// FM-21: whoever comes too often is told for how long to wait, and that wait is enough.
#[tokio::test]
async fn a_session_that_asks_too_often_waits_as_long_as_it_is_told() {
    let airlock = limited(LimitsConfig {
        requests_per_session: 2,
        ..generous()
    })
    .await;
    let visitor = airlock.visitor().await;
    for _ in 0..2 {
        visitor.ask("Hello").await.whole().await;
    }
    assert_told_to_wait(&visitor.chat(&question("Hello")).await.problem(), 30);
    airlock.visitor().await.ask("Hello").await.whole().await;
    airlock.advance(Duration::from_secs(30));
    let visitor = visitor.reconnected();
    visitor.ask("Hello").await.whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 4);
}

/// FM-44, FM-49: new sessions do not escape the limit of their address, nor does a forged header.
#[tokio::test]
async fn an_address_is_limited_whatever_sessions_it_opens() {
    let airlock = limited(LimitsConfig {
        requests_per_address: 3,
        ..generous()
    })
    .await;
    for n in 0..5 {
        let visitor = airlock.visitor().await;
        let answer = from(&visitor, &format!("10.9.9.{n}, 2001:db8::{n}")).await;
        if n < 3 {
            answer.stream().whole().await;
        } else {
            assert_told_to_wait(&answer.problem(), 20);
        }
    }
    let elsewhere = airlock.visitor().await;
    from(&elsewhere, "2001:db8:0:1::1")
        .await
        .stream()
        .whole()
        .await;
}

/// FM-15, FM-16: a slot is held while the answer streams, and is free as soon as it is gone, however it went.
#[tokio::test]
async fn a_slot_is_held_by_the_answer_and_by_nothing_longer() {
    let airlock = limited(LimitsConfig {
        streams_per_session: 2,
        ..generous()
    })
    .await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.step();
    let mut first = visitor.ask("Hello").await;
    let mut second = visitor.ask("Hello").await;
    first.next().await.expect("it started");
    second.next().await.expect("it started");
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::TooManyStreams);
    let mut elsewhere = airlock.visitor().await.ask("Hello").await;
    elsewhere
        .next()
        .await
        .expect("another session has slots of its own");
    drop(first);
    airlock.stand_in.wait_for_aborts(1).await;
    let mut third = visitor.ask("Hello").await;
    airlock.stand_in.open_gates();
    third.next().await.expect("it started");
    second.whole().await;
    third.whole().await;
    visitor.ask("Hello").await.whole().await;
}

#[tokio::test]
async fn what_is_refused_for_its_rate_costs_nothing_and_reaches_nobody() {
    let airlock = limited(LimitsConfig {
        requests_overall: 0,
        ..generous()
    })
    .await;
    let visitor = airlock.visitor().await;
    assert_told_to_wait(&visitor.chat(&question("Hello")).await.problem(), 60);
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (0, 0));
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// Judging a long request takes some milliseconds of a processor; who sends what must be refused has no more of them than others.
#[tokio::test]
async fn what_the_rules_refuse_counts_as_a_request() {
    let airlock = limited(LimitsConfig {
        requests_per_session: 1,
        ..generous()
    })
    .await;
    let visitor = airlock.visitor().await;
    let refused = visitor.chat(&question(" ")).await.problem();
    assert_eq!(refused.kind, ErrorKind::PreflightRefused);
    let next = visitor.chat(&question(" ")).await.problem();
    assert_eq!(next.kind, ErrorKind::RateLimited);
}

/// FM-21: whichever limit of ours refuses a request, it says so by name, and for how long to wait in whole seconds, one at least.
#[tokio::test]
async fn every_refusal_for_a_limit_names_it_and_a_wait() {
    let rates = |per_session, per_address, overall| LimitsConfig {
        requests_per_session: per_session,
        requests_per_address: per_address,
        requests_overall: overall,
        ..generous()
    };
    let streams = |per_session, overall, places| LimitsConfig {
        streams_per_session: per_session,
        streams_overall: overall,
        queue_places: places,
        ..generous()
    };
    for (limits, code) in [
        (rates(0, 9, 9), "rate_limited"),
        (rates(9, 0, 9), "rate_limited"),
        (rates(9, 9, 0), "rate_limited"),
        (streams(0, 9, 9), "too_many_streams"),
        (streams(9, 0, 0), "too_many_streams"),
        (streams(9, 0, 9), "too_many_streams"),
    ] {
        let airlock = limited(limits).await;
        let body = serde_json::to_vec(&question("Hello")).expect("json");
        let sent = airlock.visitor().await.post(paths::CHAT, body).send().await;
        let response = sent.expect("answers");
        assert_eq!(response.status().as_u16(), 429, "{limits:?}");
        let wait = response.headers()["retry-after"].to_str().expect("text");
        assert!(wait.parse::<u32>().is_ok_and(|wait| wait >= 1), "{wait}");
        let text = response.text().await.expect("a body");
        assert!(text.contains(&format!("\"code\":\"{code}\"")), "{text}");
    }
}

/// FM-18: answers that were left count towards the limits as those that were read to their end do.
#[tokio::test]
async fn answers_that_were_left_count_as_those_that_were_read() {
    let airlock = limited(LimitsConfig {
        requests_per_session: 10,
        streams_per_session: 1,
        ..generous()
    })
    .await;
    let (leaver, reader) = (airlock.visitor().await, airlock.visitor().await);
    for n in 1..=5 {
        airlock.stand_in.step();
        let mut reply = leaver.ask("Hello").await;
        reply.next().await.expect("it started");
        drop(reply);
        airlock.stand_in.wait_for_aborts(n).await;
        while leaver.session().await.budget.expect("a budget").reserved.0 > 0 {}
        airlock.stand_in.open_gates();
        reader.ask("Hello").await.whole().await;
    }
    for visitor in [leaver, reader] {
        for _ in 0..5 {
            visitor.ask("Hello").await.whole().await;
        }
        assert_told_to_wait(&visitor.chat(&question("Hello")).await.problem(), 6);
    }
}
