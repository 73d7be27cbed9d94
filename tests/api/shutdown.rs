//! The server stops: answers finish if they can, readers of the rest are told, and everything is settled.

use std::time::Duration;

use reqwest::StatusCode;
use shared::api::chat::ChatEvent;
use shared::api::paths;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, Reply, Setup};

async fn begun(airlock: &Airlock) -> Reply {
    let mut reply = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    reply
}

/// FM-53: an answer under way ends whole although the server was asked to stop, and no new connection is taken.
#[tokio::test]
async fn an_answer_under_way_may_finish() {
    let airlock = Airlock::start().await;
    let stranger = airlock.visitor().await.reconnected();
    airlock
        .stand_in
        .reply_with(Script::text(["first ", "second"]));
    airlock.stand_in.step();
    let reply = begun(&airlock).await;
    airlock.stop();
    let refused = async {
        while stranger
            .reconnected()
            .get(paths::HEALTHZ)
            .send()
            .await
            .is_ok()
        {}
    };
    refused.await;
    airlock.stand_in.open_gates();
    assert_eq!(reply.whole().await.0, "first second");
    airlock.stopped().await;
}

/// FM-53: while notice is given, `/readyz` says that the server leaves, and whoever comes all the same is served.
#[tokio::test]
async fn readiness_ends_before_service_does() {
    let airlock = Airlock::start_with(Setup {
        stop_notice_s: 5,
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let status = async |path| {
        let response = visitor.reconnected().get(path).send().await;
        response.map(|response| response.status())
    };
    assert_eq!(
        status(paths::READYZ).await.expect("answers"),
        StatusCode::OK
    );
    airlock.stop();
    let ready = status(paths::READYZ).await.expect("answers");
    assert_eq!(ready, StatusCode::SERVICE_UNAVAILABLE);
    let alive = status(paths::HEALTHZ).await.expect("answers");
    assert_eq!(alive, StatusCode::OK);
    visitor.reconnected().ask("Hello").await.whole().await;
    airlock.advance(Duration::from_secs(5));
    airlock.stopped().await;
    assert!(status(paths::READYZ).await.is_err(), "nobody listens");
}

/// FM-53: what does not end in time is ended with an error that says why, and is settled.
#[tokio::test]
async fn readers_of_answers_that_take_too_long_are_told() {
    let airlock = Airlock::start().await;
    airlock.stand_in.step();
    let mut replies = Vec::new();
    for _ in 0..20 {
        replies.push(begun(&airlock).await);
    }
    airlock.stop();
    let endings = async {
        for reply in replies {
            let (error, usage) = reply.broken_off().await;
            assert_eq!(error.kind, ErrorKind::Unavailable);
            assert!(usage.expect("what it cost").cost_nano_usd.0 > 0);
        }
        airlock.stopped().await;
    };
    airlock.while_time_passes(endings).await;
    assert_eq!(airlock.stand_in.aborts(), 20);
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let airlock = Airlock::start().await;
    let _visitor = airlock.visitor().await;
    airlock.stop();
    let at_once = tokio::time::timeout(Duration::from_secs(2), airlock.stopped());
    at_once.await.expect("idle connections hold nobody up");
}
