//! What an X-ray says agrees with what the stand-in itself received, billed and saw of the time, however a request ends.

use std::time::Duration;

use configuration::LimitsConfig;
use reqwest::StatusCode;
use shared::api::chat::ChatEvent;
use shared::api::xray::{Attempt, Ending, EventKind, StepName, Xray};
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use shared::preflight::AUTO;
use stand_in::{Received, Script};
use tests::{Airlock, Reply, Setup, Visitor, question};

use super::{open, open_with, seen, step_names};

/// A wait that is seen in times, and too short for anything to give up.
const PAUSE: Duration = Duration::from_millis(250);
const PAUSE_US: u64 = 250_000;

/// The attempt is the request that the stand-in received.
fn is_attempt(attempt: &Attempt, received: &Received) {
    let key = received.key.as_ref().expect("a key");
    assert_eq!(attempt.key_fingerprint, key.fingerprint);
    assert_eq!(
        attempt.upstream_request_id.as_ref(),
        Some(&received.request_id)
    );
    assert_eq!(attempt.body_bytes, received.body.len() as u64);
    let by_client = ["host", "content-length", "user-agent"];
    let mut names: Vec<_> = received.headers.iter().map(|(name, _)| &**name).collect();
    names.retain(|name| !by_client.contains(name));
    names.sort_unstable();
    let mut shown: Vec<_> = attempt.headers.iter().map(|sent| &*sent.name).collect();
    shown.sort_unstable();
    assert_eq!(shown, names);
    for sent in &attempt.headers {
        let value = sent.value.as_deref();
        assert!(
            value.is_none() || value == received.header(&sent.name),
            "{sent:?}"
        );
        assert_eq!(value.is_none(), sent.name == "x-api-key", "{sent:?}");
    }
}

/// Tokens, cost and events are those that the stand-in has in its books.
fn is_billed(seen: &Xray, received: &Received) {
    let settlement = seen.settlement.expect("settled");
    assert!(settlement.is_exact);
    assert_eq!(settlement.tokens, received.usage);
    assert_eq!(settlement.cost_nano_usd, received.cost);
    assert_eq!(seen.events.count, received.events_sent);
}

/// An answer that began after a pause and waits behind its first event.
async fn begun(airlock: &Airlock, visitor: &Visitor, model: &str) -> Reply {
    airlock.stand_in.hold_headers();
    airlock.stand_in.step();
    let asking = visitor.clone();
    let mut request = question("Hello");
    model.clone_into(&mut request.model);
    let asked = tokio::spawn(async move { asking.chat(&request).await.stream() });
    airlock.stand_in.wait_for_requests(1).await;
    airlock.advance(PAUSE);
    airlock.stand_in.release_headers(1);
    let mut reply = asked.await.expect("no panic");
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    reply
}

#[tokio::test]
async fn a_whole_answer_agrees_with_the_stand_ins_record() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let reply = begun(&airlock, &visitor, AUTO).await;
    let id = reply.header("x-request-id").to_owned();
    let under_way = seen(&visitor, &reply).await;
    assert_eq!(under_way.ending, Ending::UnderWay);
    assert_eq!((under_way.took_us, under_way.events.count), (PAUSE_US, 1));
    assert!(under_way.settlement.is_none());

    airlock.advance(PAUSE);
    airlock.stand_in.open_gates();
    let (_, usage) = reply.whole().await;
    let seen = visitor.xray(&id).await.expect("the visitor's");
    let received = airlock.stand_in.last_request().expect("a request");
    assert_eq!((seen.ending, seen.error), (Ending::Whole, None));
    assert_eq!(seen.request_id.to_string(), id);
    assert_eq!(seen.arrived_at.0 + 500, airlock.now());
    assert_eq!(seen.model_asked.as_deref(), Some(AUTO));
    assert_eq!(seen.model.as_deref(), received.json()["model"].as_str());
    assert_eq!(step_names(&seen), StepName::ALL);
    assert!(seen.steps.iter().all(|step| step.ends_us == Some(0)));
    assert_eq!(seen.attempts.len(), 1);
    let attempt = &seen.attempts[0];
    is_attempt(attempt, &received);
    assert_eq!((attempt.begins_us, attempt.status), (0, Some(200)));
    assert_eq!(attempt.answered_us, Some(PAUSE_US));
    assert_eq!(attempt.first_event_us, Some(PAUSE_US));
    assert_eq!((attempt.failed_us, attempt.error), (None, None));
    is_billed(&seen, &received);
    assert_eq!(seen.took_us, 2 * PAUSE_US);
    let (first, last) = (seen.events.points.first(), seen.events.points.last());
    let point = |point: Option<&shared::api::xray::EventPoint>| {
        point.map(|point| (point.at_us, point.kind))
    };
    assert_eq!(point(first), Some((PAUSE_US, EventKind::Start)));
    assert_eq!(point(last), Some((2 * PAUSE_US, EventKind::Stop)));
    let money = seen.money.expect("money");
    assert_eq!(money.reserved_nano_usd, Some(usage.reserved_nano_usd));
    assert!(money.shrunk_to_nano_usd < money.reserved_nano_usd);
    assert!(money.shrunk_to_nano_usd >= Some(usage.cost_nano_usd));
    assert_eq!(money.budgets[0].left(), Setup::default().budget);
    let estimate = seen.preflight.and_then(|preflight| preflight.estimate);
    assert_eq!(
        estimate.map(|estimate| estimate.worst_case),
        money.reserved_nano_usd
    );
}

#[tokio::test]
async fn every_attempt_is_shown_and_how_long_was_waited_for_the_next() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let overloaded = StatusCode::from_u16(529).expect("a status");
    for wait in [2, 3] {
        let refusal = Script::refuse(overloaded, "overloaded_error", "Overloaded");
        let refusal = refusal.retry_after(Duration::from_secs(wait));
        airlock.stand_in.reply_with(refusal);
    }
    let reply = airlock.while_time_passes(visitor.ask("Hello")).await;
    let id = reply.header("x-request-id").to_owned();
    reply.whole().await;
    let seen = visitor.reconnected().xray(&id).await;
    let seen = seen.expect("the visitor's");
    let received = airlock.stand_in.requests();
    assert_eq!((seen.attempts.len(), received.len()), (3, 3));
    for (attempt, received) in seen.attempts.iter().zip(&received) {
        is_attempt(attempt, received);
    }
    let (first, second, third) = (&seen.attempts[0], &seen.attempts[1], &seen.attempts[2]);
    for (failed, next, wait_s) in [(first, second, 2), (second, third, 3)] {
        assert_eq!(failed.status, Some(529));
        assert_eq!(failed.error, Some(ErrorKind::Overloaded));
        assert_eq!(failed.wait_us, Some(wait_s * 1_000_000));
        let failed_us = failed.failed_us.expect("it failed");
        assert!(next.begins_us >= failed_us + wait_s * 1_000_000);
    }
    assert_eq!((third.status, third.error), (Some(200), None));
    assert_eq!((third.failed_us, third.wait_us), (None, None));
    assert_eq!(seen.ending, Ending::Whole);
    is_billed(&seen, &received[2]);
}

#[tokio::test]
async fn who_presses_stop_sees_what_that_cost() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let reply = begun(&airlock, &visitor, "claude-haiku-5-5").await;
    let id = reply.header("x-request-id").to_owned();
    airlock.advance(PAUSE);
    drop(reply);
    airlock.stand_in.wait_for_aborts(1).await;
    let seen = visitor.xray(&id).await.expect("the visitor's");
    assert_eq!((seen.ending, seen.error), (Ending::Left, None));
    assert_eq!(seen.took_us, 2 * PAUSE_US);
    let received = airlock.stand_in.last_request().expect("a request");
    is_attempt(&seen.attempts[0], &received);
    let settlement = seen.settlement.expect("settled");
    assert!(!settlement.is_exact, "Claude did not come to say it");
    assert_eq!(settlement.tokens.input, received.usage.input);
    assert!(settlement.cost_nano_usd >= received.cost);
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(settlement.cost_nano_usd, budget.spent);
    assert_eq!(seen.events.count, received.events_sent);
}

/// An Airlock with one slot, which is taken.
async fn crowded() -> (Airlock, Reply) {
    let airlock = open_with(Setup {
        limits: LimitsConfig {
            streams_overall: 1,
            queue_places: 9,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    airlock.stand_in.step();
    let mut first = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(first.next().await, Some(ChatEvent::Started(_))));
    (airlock, first)
}

#[tokio::test]
async fn a_wait_in_the_line_is_a_step_with_its_places() {
    let (airlock, first) = crowded().await;
    let before = airlock.visitor().await.ask("Hello").await;
    let visitor = airlock.visitor().await;
    let mut reply = visitor.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Queued(_))));
    airlock.advance(PAUSE);
    let waiting = seen(&visitor, &reply).await;
    assert_eq!(waiting.ending, Ending::UnderWay);
    assert_eq!(waiting.took_us, PAUSE_US);
    let step = waiting.steps.last().expect("a step");
    assert_eq!((step.name, step.ends_us), (StepName::Line, None));
    assert!(waiting.money.is_none(), "nobody holds money while waiting");

    drop(before);
    assert!(matches!(reply.next().await, Some(ChatEvent::Queued(_))));
    airlock.advance(PAUSE);
    drop(first);
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    airlock.stand_in.open_gates();
    let id = reply.header("x-request-id").to_owned();
    reply.whole().await;
    let seen = visitor.xray(&id).await.expect("the visitor's");
    let line: Vec<_> = seen
        .line
        .iter()
        .map(|seen| (seen.place, seen.at_us))
        .collect();
    assert_eq!(line, [(2, 0), (1, PAUSE_US)]);
    let mut steps = seen.steps.iter();
    let waited = steps.find(|step| step.name == StepName::Line);
    let waited = waited.map(|step| (step.begins_us, step.ends_us));
    assert_eq!(waited, Some((0, Some(2 * PAUSE_US))));
    assert_eq!(seen.attempts[0].begins_us, 2 * PAUSE_US);
    assert_eq!(seen.ending, Ending::Whole);
    is_billed(&seen, &airlock.stand_in.last_request().expect("a request"));
}

#[tokio::test]
async fn who_is_refused_in_the_line_and_who_leaves_it_is_told_apart() {
    let (airlock, first) = crowded().await;
    let visitor = airlock.visitor().await;
    let mut leaving = visitor.ask("Hello").await;
    assert!(matches!(leaving.next().await, Some(ChatEvent::Queued(_))));
    let mut staying = visitor.ask("Hello").await;
    assert!(matches!(staying.next().await, Some(ChatEvent::Queued(_))));
    let id = leaving.header("x-request-id").to_owned();
    drop(leaving);
    // The one behind is told of its new place when the other has gone.
    assert!(matches!(staying.next().await, Some(ChatEvent::Queued(_))));
    let left = visitor.xray(&id).await.expect("the visitor's");
    assert_eq!(left.ending, Ending::Left);
    assert_eq!(step_names(&left).last(), Some(&StepName::Line));

    let id = staying.header("x-request-id").to_owned();
    let longest = Setup::default().limits.queue_wait_max_s;
    airlock.advance(Duration::from_secs(longest.into()));
    staying.broken_off().await;
    let refused = visitor.reconnected().xray(&id).await;
    let refused = refused.expect("the visitor's");
    assert_eq!(refused.ending, Ending::Refused);
    assert_eq!(refused.error, Some(ErrorKind::TooManyStreams));
    assert_eq!(step_names(&refused).last(), Some(&StepName::Line));
    assert!(refused.attempts.is_empty() && refused.settlement.is_none());
    drop(first);
}

#[tokio::test]
async fn an_answer_that_broke_off_says_of_what_and_what_it_is_charged() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let script = Script::text(["one", "two"]).error_after(4, "overloaded_error", "Overloaded");
    airlock.stand_in.reply_with(script);
    let reply = visitor.ask("Hello").await;
    let id = reply.header("x-request-id").to_owned();
    let (_, usage) = reply.broken_off().await;
    let usage = usage.expect("it was charged");
    let seen = visitor.xray(&id).await.expect("the visitor's");
    assert_eq!(seen.ending, Ending::BrokenOff);
    assert_eq!(seen.error, Some(ErrorKind::Overloaded));
    let settlement = seen.settlement.expect("settled");
    assert_eq!(settlement.tokens, usage.tokens);
    assert_eq!(settlement.cost_nano_usd, usage.cost_nano_usd);
    assert!(settlement.cost_nano_usd > NanoUsd::ZERO && !settlement.is_exact);
    let words = seen.events.points.iter();
    let words = words.filter(|point| point.kind == EventKind::Text);
    assert_eq!(words.count(), 1, "{:?}", seen.events);
}
