//! When the server tries again by itself, and when it must not.

use std::time::Duration;

use reqwest::StatusCode;
use shared::error::ErrorKind;
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, question, raw_upstream};

fn overloaded() -> Script {
    let status = StatusCode::from_u16(529).expect("a status");
    Script::refuse(status, "overloaded_error", "Overloaded")
}

fn answer() -> Script {
    Script::text(["fine"]).usage(TokenUsage {
        input: TokenCount(10),
        output: TokenCount(1),
        ..TokenUsage::default()
    })
}

#[tokio::test]
async fn what_passes_by_itself_is_never_seen_and_is_paid_for_once() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.reply_with(overloaded());
    airlock.stand_in.reply_with(overloaded());
    airlock.stand_in.reply_with(answer());
    let reply = airlock.while_time_passes(visitor.ask("Hello")).await;
    let (text, usage) = reply.whole().await;
    assert_eq!(text, "fine");
    assert_eq!(usage.cost_nano_usd, NanoUsd(10 * 100 + 500));
    assert_eq!(airlock.stand_in.requests().len(), 3);
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(
        (budget.spent, budget.reserved),
        (usage.cost_nano_usd, NanoUsd::ZERO)
    );
}

/// FM-29: an error as the first event of a 200 is an error like any other, and tried again.
#[tokio::test]
async fn an_error_as_the_first_event_is_tried_again() {
    let airlock = Airlock::start().await;
    let script = Script::text(["never"]).error_after(0, "overloaded_error", "Overloaded");
    airlock.stand_in.reply_with(script);
    airlock.stand_in.reply_with(answer());
    let visitor = airlock.visitor().await;
    let reply = airlock.while_time_passes(visitor.ask("Hello")).await;
    assert_eq!(reply.whole().await.0, "fine");
}

/// FM-30: once something was passed on, nothing is tried again.
#[tokio::test]
async fn what_was_begun_is_never_begun_again() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let script = Script::text(["one", "two"]).error_after(4, "overloaded_error", "Overloaded");
    airlock.stand_in.reply_with(script);
    airlock.stand_in.reply_with(answer());
    let (error, _) = visitor.ask("Hello").await.broken_off().await;
    assert_eq!(error.kind, ErrorKind::Overloaded);
    assert_eq!(airlock.stand_in.requests().len(), 1);
}

/// FM-23: a client that leaves while the server waits to try again ends it: there is no further attempt.
#[tokio::test]
async fn nobody_is_asked_again_for_a_client_that_has_left() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let slow = Script::refuse(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limit_error",
        "slow down",
    );
    airlock
        .stand_in
        .reply_with(slow.retry_after(Duration::from_secs(9)));
    let waiting = visitor.clone();
    let call = tokio::spawn(async move { waiting.chat(&question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    // The reservation is held while the server waits; when it is gone, so is the call.
    while visitor.session().await.budget.expect("a budget").reserved == NanoUsd::ZERO {}
    call.abort();
    while visitor.session().await.budget.expect("a budget").reserved > NanoUsd::ZERO {}
    airlock.advance(Duration::from_secs(20));
    visitor.reconnected().ask("Hello").await.whole().await;
    assert_eq!(
        airlock.stand_in.requests().len(),
        2,
        "the first and the last"
    );
}

#[tokio::test]
async fn a_gateway_that_answers_in_html_is_tried_again_and_then_named_for_what_it_is() {
    let page = "<html>Bad gateway</html>";
    let length = page.len();
    let upstream = raw_upstream(&format!(
        "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{page}"
    ))
    .await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamError);
    assert_eq!(upstream.connections(), 3);
}
