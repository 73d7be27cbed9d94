//! The client leaves: the upstream call goes with it, at once, whatever it was waiting for.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use shared::money::NanoUsd;
use stand_in::{Log, Outcome, Script};
use tests::{Airlock, Visitor, question};

/// How long the stand-in may take to notice that nobody listens any more.
const NOTICED_WITHIN: Duration = Duration::from_millis(100);

async fn noticed(airlock: &Airlock, left: Instant) {
    airlock.stand_in.wait_for_aborts(1).await;
    let took = left.elapsed();
    assert!(took < NOTICED_WITHIN, "noticed after {took:?}");
    let outcome = airlock.stand_in.last_request().expect("a request").outcome;
    assert!(matches!(outcome, Outcome::Aborted { .. }));
    assert_eq!(airlock.stand_in.open_streams(), 0);
}

/// Waits until the server has settled: it does so when it drops the call, a moment after the stand-in can see it.
async fn settled(visitor: &Visitor) -> NanoUsd {
    loop {
        let budget = visitor.session().await.budget.expect("a budget");
        if budget.reserved == NanoUsd::ZERO {
            return budget.spent;
        }
        tokio::task::yield_now().await;
    }
}

/// FM-22: a client that leaves mid-stream closes the upstream call.
#[tokio::test]
async fn leaving_mid_stream_closes_the_upstream_call() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock
        .stand_in
        .reply_with(Script::text(["first", "second"]));
    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    airlock.stand_in.allow_events(3);
    assert_eq!(reply.next_text().await, "first");
    let left = now();
    drop(reply);
    noticed(&airlock, left).await;
    let charged = settled(&visitor).await;
    assert!(charged >= airlock.stand_in.billed() && charged > NanoUsd::ZERO);
}

/// FM-23, FM-24: a client that leaves before the first byte closes the upstream call too.
#[tokio::test]
async fn leaving_before_the_first_byte_closes_the_upstream_call() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let waiting = visitor.clone();
    let call = tokio::spawn(async move { waiting.chat(&question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    let left = now();
    call.abort();
    noticed(&airlock, left).await;
    assert!(settled(&visitor).await >= airlock.stand_in.billed());
}

/// FM-23: a client that leaves while we wait to try again ends the wait: there is no further attempt.
#[tokio::test]
async fn leaving_while_a_retry_is_waited_for_makes_no_further_attempt() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let busy = Script::refuse(
        StatusCode::from_u16(529).expect("a status"),
        "overloaded_error",
        "busy",
    );
    airlock
        .stand_in
        .reply_with(busy.retry_after(Duration::from_secs(5)));
    let waiting = visitor.clone();
    let call = tokio::spawn(async move { waiting.chat(&question("Hello")).await });
    let is_refused = |log: &Log| {
        let last = log.requests().next_back();
        last.is_some_and(|request| matches!(request.outcome, Outcome::Refused { .. }))
    };
    airlock.stand_in.wait_for(is_refused).await;
    call.abort();
    assert_eq!(settled(&visitor).await, NanoUsd::ZERO);
    airlock.advance(Duration::from_secs(30));
    visitor.ask("Hello").await.whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 2);
}

/// FM-15: calls that were left leave nothing behind: the next one is answered at once, and the money is there.
#[tokio::test]
async fn a_hundred_calls_that_were_left_leave_nothing_behind() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.step();
    for n in 1..=100 {
        let mut reply = visitor.ask("Hello").await;
        reply.next().await.expect("it started");
        drop(reply);
        airlock.stand_in.wait_for_aborts(n).await;
    }
    settled(&visitor).await;
    airlock.stand_in.open_gates();
    visitor.ask("Hello").await.whole().await;
    assert_eq!(airlock.stand_in.open_streams(), 0);
}

#[expect(
    clippy::disallowed_methods,
    reason = "sockets close in real time, whatever the server's clock says"
)]
fn now() -> Instant {
    Instant::now()
}
