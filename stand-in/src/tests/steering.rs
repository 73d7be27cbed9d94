//! What the control handle sees and holds back.

use std::future::Future;
use std::time::Duration;

use reqwest::StatusCode;
use shared::money::{TokenCount, TokenUsage};

use super::{Ring, error_of, events_in, events_of, json_of, question, streamed};
use crate::{Outcome, Pace, Script, Settings};

/// Fails where `what` does not come; what comes, comes at once.
#[expect(
    clippy::disallowed_methods,
    reason = "a hang has to fail by the real time: the test's clock stands still"
)]
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::select! {
        done = what => done,
        () = tokio::time::sleep(Duration::from_secs(10)) => panic!("waited for ten seconds"),
    }
}

#[tokio::test]
async fn each_event_arrives_before_the_next_one_is_sent() {
    let ring = Ring::start().await;
    ring.control.step();
    ring.control
        .reply_with(Script::text(["One, ", "two, ", "three."]));
    let mut response = ring.ask(&streamed("Count.")).await;
    let mut names = Vec::new();
    // Start, block start, ping, three pieces, block stop, message delta and stop: nine, and the first needs no leave.
    for sent in 1..=9 {
        let chunk = soon(response.chunk())
            .await
            .expect("reads")
            .expect("an event");
        let events = events_in(&chunk);
        assert_eq!(events.len(), 1, "one write holds one event");
        names.extend(events.into_iter().map(|(name, _)| name));
        let request = ring.control.last_request().expect("a request");
        assert_eq!(request.events_sent, sent);
        ring.control.allow_events(1);
    }
    assert_eq!(names.last().map(String::as_str), Some("message_stop"));
    assert!(soon(response.chunk()).await.expect("reads").is_none());
    let request = ring.control.last_request().expect("a request");
    assert!(matches!(request.outcome, Outcome::Finished { .. }));
}

#[tokio::test]
async fn headers_wait_until_they_are_released() {
    let ring = Ring::start().await;
    ring.control.hold_headers();
    let body = question("Hello");
    let mut asking = Box::pin(ring.ask(&body));
    tokio::select! {
        biased;
        _ = &mut asking => panic!("the headers came"),
        () = ring.control.wait_for(|log| log.requests().any(|request| !request.body.is_empty())) => {}
    }
    ring.control.release_headers(1);
    assert_eq!(soon(asking).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_wherever_the_answer_waits() {
    let human = Settings {
        pace: Pace::Human,
        ..Settings::instant()
    };
    let ring = Ring::start_with(human).await;

    // Behind the pace: the clock stands still.
    let response = ring.ask(&streamed("Hello")).await;
    soon(
        ring.control
            .wait_for(|log| log.requests().any(|request| request.events_sent == 3)),
    )
    .await;
    assert_eq!(ring.control.open_streams(), 1);
    drop(response);
    soon(ring.control.wait_for_aborts(1)).await;

    // Behind the gate of events.
    ring.control.step();
    let response = ring.ask(&streamed("Hello")).await;
    drop(response);
    soon(ring.control.wait_for_aborts(2)).await;

    // Before the headers.
    ring.control.hold_headers();
    let body = streamed("Hello");
    let mut asking = Box::pin(ring.ask(&body));
    tokio::select! {
        biased;
        _ = &mut asking => panic!("the headers came"),
        () = ring.control.wait_for(|log| log.received() == 3) => {}
    }
    drop(asking);
    soon(ring.control.wait_for_aborts(3)).await;

    assert_eq!(ring.control.open_streams(), 0);
    for request in ring.control.requests() {
        assert!(matches!(request.outcome, Outcome::Aborted { .. }));
    }
}

#[tokio::test]
async fn an_aborted_stream_owes_its_prompt_and_what_was_sent() {
    let ring = Ring::start().await;
    ring.control.step();
    let pieces = ["seven b", "ytes it", " is all"];
    ring.control.reply_with(Script::text(pieces));
    let response = ring.ask(&streamed("Hello")).await;
    ring.control.allow_events(4);
    soon(
        ring.control
            .wait_for(|log| log.requests().any(|request| request.events_sent == 5)),
    )
    .await;
    drop(response);
    soon(ring.control.wait_for_aborts(1)).await;
    let request = ring.control.last_request().expect("a request");
    assert_eq!(
        request.usage.output,
        TokenCount(4),
        "two pieces of seven bytes"
    );
    assert!(request.usage.input.0 > 0);
    assert_eq!(ring.control.billed(), request.cost);
    assert_eq!(request.cost.0, request.usage.input.0 * 100 + 4 * 500);
}

#[tokio::test]
async fn a_script_decides_words_usage_and_stop_reason() {
    let ring = Ring::start().await;
    let usage = TokenUsage {
        input: TokenCount(1),
        output: TokenCount(20),
        cache_write_5m: TokenCount(300),
        cache_write_1h: TokenCount(4_000),
        cache_read: TokenCount(50_000),
    };
    let script = || {
        Script::default()
            .and_thinking(["Hm."])
            .and_text(["No."])
            .usage(usage)
            .stop_reason("refusal")
    };
    ring.control.reply_with(script());
    let message = json_of(ring.ask(&question("Hello")).await).await;
    assert_eq!(message["stop_reason"], "refusal");
    assert_eq!(message["content"][0]["thinking"], "Hm.");
    assert_eq!(message["content"][1]["text"], "No.");
    let wire: shared::anthropic::Usage =
        serde_json::from_value(message["usage"].clone()).expect("usage");
    assert_eq!(wire.tokens(), usage);

    ring.control.reply_with(script());
    let events = events_of(ring.ask(&streamed("Hello")).await).await;
    let mut wire: shared::anthropic::Usage =
        serde_json::from_value(events[0].1["message"]["usage"].clone()).expect("usage");
    assert_eq!(wire.tokens().output, TokenCount(1));
    let last = &events[events.len() - 2].1;
    wire.merge(serde_json::from_value(last["usage"].clone()).expect("usage"));
    assert_eq!(wire.tokens(), usage);
    assert_eq!(ring.control.last_request().expect("a request").usage, usage);
}

#[tokio::test]
async fn a_script_can_refuse_fail_in_the_middle_and_hang_up() {
    let ring = Ring::start().await;
    let overloaded = StatusCode::from_u16(529).expect("a status");
    ring.control.reply_with(
        Script::refuse(overloaded, "overloaded_error", "Overloaded")
            .retry_after(Duration::from_millis(1_500)),
    );
    let response = ring.ask(&streamed("Hello")).await;
    assert_eq!(super::header(&response, "retry-after"), Some("2"));
    let error = error_of(response).await;
    assert_eq!(
        error,
        (529, "overloaded_error".to_owned(), "Overloaded".to_owned())
    );
    assert_eq!(ring.control.billed().0, 0, "an error costs nothing");

    let words = Script::text(["One, ", "two."]);
    ring.control.reply_with(
        words
            .clone()
            .error_after(4, "api_error", "Internal server error"),
    );
    let events = events_of(ring.ask(&streamed("Hello")).await).await;
    assert_eq!(events.len(), 5);
    assert_eq!(events[4].0, "error");
    assert_eq!(events[4].1["error"]["type"], "api_error");

    ring.control.reply_with(words.close_after(4));
    let mut response = ring.ask(&streamed("Hello")).await;
    let mut read = Vec::new();
    let broke = loop {
        match soon(response.chunk()).await {
            Ok(Some(chunk)) => read.extend_from_slice(&chunk),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broke, "the body has no end");
    assert_eq!(events_in(&read).len(), 4);
    let request = ring.control.last_request().expect("a request");
    assert!(matches!(request.outcome, Outcome::BrokenOff { .. }));
    assert_eq!((ring.control.aborts(), ring.control.open_streams()), (0, 0));
}

#[tokio::test]
async fn only_so_many_requests_are_remembered_and_all_are_counted() {
    let settings = Settings {
        requests_kept: 2,
        ..Settings::instant()
    };
    let ring = Ring::start_with(settings).await;
    for text in ["One", "Two", "Three"] {
        ring.ask(&question(text)).await;
    }
    let words: Vec<_> = ring
        .control
        .requests()
        .iter()
        .map(|request| request.json()["messages"][0]["content"].clone())
        .collect();
    assert_eq!(words, ["Two", "Three"]);
    ring.control.wait_for_requests(3).await;
    let remembered: u64 = ring
        .control
        .requests()
        .iter()
        .map(|request| request.cost.0)
        .sum();
    assert!(ring.control.billed().0 > remembered);
}

#[tokio::test]
async fn a_stop_closes_idle_connections_and_lets_a_begun_answer_end() {
    let ring = Ring::start().await;
    ring.control.step();
    let idle = ring.ask(&question("Hello")).await;
    assert!(idle.bytes().await.is_ok());
    let response = ring.ask(&streamed("Hello")).await;
    ring.tasks.stop();
    ring.control.open_gates();
    let events = soon(events_of(response)).await;
    assert_eq!(
        events.last().map(|(name, _)| name.as_str()),
        Some("message_stop")
    );
    soon(ring.tasks.ended()).await;
}
