//! The server loop: who is slow, idle or one too many is let go, and nobody else.

use std::time::Duration;

use serving::clock::Clock;
use shared::api::paths;
use stand_in::Script;
use tests::{Airlock, RawClient, Setup, Visitor, question};

const HEAD: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n";

/// How much later than its moment a timer may be seen to fire: the clock runs on while a loaded machine comes to it.
const LATE_MS: u64 = 15_000;

/// The head of a chat request with a body of `length` bytes.
fn chat_head(airlock: &Airlock, visitor: &Visitor, length: usize) -> String {
    let (path, cookie) = (paths::CHAT, visitor.cookie());
    let host = format!("localhost:{}", airlock.address.port());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// What comes until the server closes, and when that was, in milliseconds by its clock.
async fn closed(airlock: &Airlock, client: &mut RawClient) -> (String, u64) {
    let before = airlock.now();
    let said = airlock.while_time_passes(client.read_to_the_end()).await;
    (said, airlock.now() - before)
}

fn assert_about(waited_ms: u64, expected_ms: u64) {
    let right = expected_ms..expected_ms + LATE_MS;
    assert!(right.contains(&waited_ms), "{waited_ms} ms in {right:?}");
}

/// DOS: a head that does not end holds its connection for ten seconds, whether it trickles or has stopped.
#[tokio::test]
async fn a_head_that_does_not_end_is_cut_after_ten_seconds() {
    let airlock = Airlock::start().await;
    let mut silent = RawClient::connect(airlock.address).await;
    assert_about(closed(&airlock, &mut silent).await.1, 10_000);

    let mut half = RawClient::connect(airlock.address).await;
    half.send(HEAD).await;
    let (said, waited) = closed(&airlock, &mut half).await;
    assert_about(waited, 10_000);
    assert_eq!(said, "", "there is no request to answer");

    let clock = Clock::from(airlock.clock.clone());
    let mut trickle = RawClient::connect(airlock.address).await;
    let before = airlock.now();
    airlock
        .while_time_passes(async {
            trickle.send(HEAD).await;
            while trickle.send("x-more: 1\r\n").await {
                clock.sleep(Duration::from_secs(1)).await;
            }
        })
        .await;
    assert_about(airlock.now() - before, 10_000);
}

/// Between two requests a connection may lie idle for a minute, longer than a head may take; then it goes without a word.
#[tokio::test]
async fn an_idle_connection_is_kept_for_a_minute() {
    let airlock = Airlock::start().await;
    let mut client = RawClient::connect(airlock.address).await;
    client.send(&format!("{HEAD}\r\n")).await;
    client.read_until("alive\n").await;
    let (said, waited) = closed(&airlock, &mut client).await;
    assert_eq!(said, "");
    assert_about(waited, 60_000);
}

/// The second request of a connection has as long for its head as the first, counted from its first byte.
#[tokio::test]
async fn a_later_head_has_ten_seconds_from_its_first_byte() {
    let airlock = Airlock::start().await;
    let mut client = RawClient::connect(airlock.address).await;
    client.send(&format!("{HEAD}\r\n")).await;
    client.read_until("alive\n").await;
    airlock.advance(Duration::from_secs(40));
    client.send(HEAD).await;
    assert_about(closed(&airlock, &mut client).await.1, 10_000);
}

/// DOS: a body that stops is answered with 408 and closed, and so is one that only drips.
#[tokio::test]
async fn a_body_that_is_too_slow_is_refused_with_408() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let head = chat_head(&airlock, &visitor, 100_000);

    let mut stopped = RawClient::connect(airlock.address).await;
    stopped.send(&head).await;
    let (said, waited) = closed(&airlock, &mut stopped).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(said.contains("\"too_slow\"") && said.contains("connection: close"));
    assert_about(waited, 10_000);

    let clock = Clock::from(airlock.clock.clone());
    let mut dripping = RawClient::connect(airlock.address).await;
    dripping.send(&head).await;
    let before = airlock.now();
    airlock
        .while_time_passes(async {
            while dripping.send("0123456789").await {
                clock.sleep(Duration::from_secs(1)).await;
            }
        })
        .await;
    assert_about(airlock.now() - before, 10_000);
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

#[tokio::test]
async fn a_body_over_a_slow_line_is_waited_for() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let body = serde_json::to_string(&question(&"word ".repeat(20_000))).expect("json");
    let clock = Clock::from(airlock.clock.clone());
    let mut client = RawClient::connect(airlock.address).await;
    client
        .send(&chat_head(&airlock, &visitor, body.len()))
        .await;
    let before = airlock.now();
    airlock
        .while_time_passes(async {
            for piece in body.as_bytes().chunks(5_000) {
                clock.sleep(Duration::from_secs(1)).await;
                assert!(client.send(str::from_utf8(piece).expect("text")).await);
            }
            client.read_until("event: done").await;
        })
        .await;
    assert!(airlock.now() - before > 20_000);
}

/// FM-35: a reader that takes nothing is cut after half a minute, and its upstream call with it.
#[tokio::test]
async fn a_reader_that_takes_nothing_is_cut() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let pieces = (0..2_000).map(|_| "0123456789abcdef".repeat(256));
    airlock.stand_in.reply_with(Script::text(pieces));
    let body = serde_json::to_string(&question("Hello")).expect("json");
    let mut client = RawClient::connect_with_little_room(airlock.address).await;
    let before = airlock.now();
    client
        .send(&chat_head(&airlock, &visitor, body.len()))
        .await;
    client.send(&body).await;
    let cut = airlock.stand_in.wait_for_aborts(1);
    airlock.while_time_passes(cut).await;
    assert_about(airlock.now() - before, 30_000);
}

/// FM-32: an answer that says nothing for a while is no stalled reader: there is nothing that could be taken.
#[tokio::test]
async fn a_silent_answer_is_not_cut() {
    let airlock = Airlock::start().await;
    airlock
        .stand_in
        .reply_with(Script::text(["first ", "second"]));
    airlock.stand_in.step();
    let mut reply = airlock.visitor().await.ask("Hello").await;
    airlock.stand_in.allow_events(3);
    assert_eq!(reply.next_text().await, "first ");
    for _ in 0..8 {
        airlock.advance(Duration::from_secs(10));
        tokio::task::yield_now().await;
    }
    airlock.stand_in.open_gates();
    assert_eq!(reply.next_text().await, "second");
}

async fn crowded(connections_max: usize, per_address: usize, proxies: &[&str]) -> Airlock {
    Airlock::start_with(Setup {
        connections_max,
        connections_per_address_max: per_address,
        trusted_proxies: proxies.iter().map(|net| (*net).to_owned()).collect(),
        ..Setup::default()
    })
    .await
}

/// A client whose connection is taken; `None` where it is closed at once.
async fn taken(airlock: &Airlock) -> Option<RawClient> {
    let mut client = RawClient::connect(airlock.address).await;
    client.send(&format!("{HEAD}\r\n")).await;
    client.answers().await.then_some(client)
}

/// DOS: one connection too many, from one address or in all, is closed at once; a place that becomes free is taken again.
#[tokio::test]
async fn a_connection_too_many_is_closed_at_once() {
    for airlock in [crowded(100, 3, &[]).await, crowded(3, 100, &[]).await] {
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(taken(&airlock).await.expect("a place"));
        }
        assert!(taken(&airlock).await.is_none());
        held.pop();
        // The server sees the end of a connection a moment after it.
        while taken(&airlock).await.is_none() {}
    }
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_there_are() {
    let airlock = crowded(5, 1, &["127.0.0.0/8"]).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(taken(&airlock).await.expect("a place"));
    }
    assert!(taken(&airlock).await.is_none());
}

/// DOS: a head with too many headers, or too many bytes of them, is refused unread.
#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let airlock = Airlock::start().await;
    for headers in [
        "a: b\r\n".repeat(64),
        format!("a: {}\r\n", "b".repeat(100_000)),
    ] {
        let mut client = RawClient::connect(airlock.address).await;
        client.send(&format!("{HEAD}{headers}\r\n")).await;
        let (said, _) = closed(&airlock, &mut client).await;
        assert!(
            said.starts_with("HTTP/1.1 431 "),
            "{said}, {} bytes",
            headers.len()
        );
    }
}
