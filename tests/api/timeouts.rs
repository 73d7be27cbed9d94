//! An upstream that lets us wait: each kind of silence has its own limit and its own error, and none is forever.

use std::time::Duration;

use shared::api::chat::ChatEvent;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, Setup, question};
use tokio::net::TcpListener;

/// FM-33: an upstream that takes connections and never completes one is given up within seconds, tried once more, and costs nothing.
#[tokio::test]
async fn a_connection_that_does_not_come_about_is_unreachable_and_free() {
    // The system takes connections for it. Nobody answers the first word of TLS.
    let mute = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = mute.local_addr().expect("an address").port();
    let airlock = Airlock::start_with(Setup {
        base_url: Some(format!("https://127.0.0.1:{port}")),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    let before = airlock.now();
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    let waited = airlock.now().saturating_sub(before);
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamUnreachable);
    assert!(
        (10_000..30_000).contains(&waited),
        "two attempts of 5 s each and a wait between: {waited} ms"
    );
    for _ in 0..2 {
        mute.accept().await.expect("an attempt");
    }
    let elsewhere = airlock.visitor().await;
    let budget = elsewhere.session().await.budget.expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (0, 0));
}

/// FM-33: an upstream that has taken the request and does not begin to answer is another error, and not asked again.
#[tokio::test]
async fn an_answer_that_does_not_begin_is_a_timeout() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let request = question("Hello");
    let asked = visitor.chat(&request);
    let late = async {
        airlock.stand_in.wait_for_requests(1).await;
        airlock.advance(Duration::from_mins(2));
        std::future::pending::<()>().await;
    };
    let answer = tokio::select! {
        answer = asked => answer,
        () = late => unreachable!("it never ends"),
    };
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamTimeout);
    assert_eq!(airlock.stand_in.requests().len(), 1);
}

/// FM-33: an upstream that stops between two events is a third error, which the reader of what came so far is told.
#[tokio::test]
async fn an_answer_that_stops_half_way_has_stalled() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock
        .stand_in
        .reply_with(Script::text(["first", "second"]));
    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    airlock.advance(Duration::from_secs(90));
    let (error, _) = reply.broken_off().await;
    assert_eq!(error.kind, ErrorKind::UpstreamStalled);
}
