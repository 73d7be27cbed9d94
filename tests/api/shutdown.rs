//! The server stops: answers finish if they can, readers of the rest are told, and everything is settled.

use std::time::Duration;

use shared::api::chat::ChatEvent;
use shared::api::paths;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, Reply};

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
            assert_eq!(error.kind, ErrorKind::ShuttingDown);
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
