//! What goes wrong upstream, and what the visitor gets to see of it.

use std::time::Duration;

use reqwest::StatusCode;
use shared::api::chat::ChatEvent;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, question};

/// FM-37, FM-39: each status of the upstream becomes its own refusal, what will fail again is asked once, what may pass is asked three
/// times, and none of the upstream's words get out.
#[tokio::test]
async fn every_upstream_error_has_its_own_refusal() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for (status, error_type, expected, attempts) in [
        (400, "invalid_request_error", ErrorKind::UpstreamRefused, 1),
        (401, "authentication_error", ErrorKind::Misconfigured, 1),
        (402, "billing_error", ErrorKind::UpstreamQuota, 1),
        (403, "permission_error", ErrorKind::Misconfigured, 1),
        (404, "not_found_error", ErrorKind::Misconfigured, 1),
        (413, "request_too_large", ErrorKind::UpstreamRefused, 1),
        (429, "rate_limit_error", ErrorKind::UpstreamRateLimited, 3),
        (500, "api_error", ErrorKind::UpstreamError, 3),
        (504, "timeout_error", ErrorKind::UpstreamTimeout, 3),
        (529, "overloaded_error", ErrorKind::Overloaded, 3),
    ] {
        let words = "organization of somebody and more that is nobody's business";
        let status = StatusCode::from_u16(status).expect("a status");
        for _ in 0..attempts {
            let refusal = Script::refuse(status, error_type, words);
            airlock.stand_in.reply_with(refusal);
        }
        let sent_before = airlock.stand_in.requests().len();
        let body = serde_json::to_vec(&question("Hello")).expect("json");
        let sent = visitor.post("/api/chat", body).send();
        let response = airlock.while_time_passes(sent).await.expect("answers");
        assert_eq!(response.status().as_u16(), expected.status());
        let text = response.text().await.expect("a body");
        assert!(text.contains(expected.code()), "{status}: {text}");
        assert!(!text.contains("of somebody"), "{status}: {text}");
        let sent = airlock.stand_in.requests().len() - sent_before;
        assert_eq!(sent, attempts, "{status}");
    }
}

/// FM-21: whoever is told to wait is told how long, in whole seconds of at least one. A wait beyond anybody's patience is not sat out.
#[tokio::test]
async fn a_rate_limit_upstream_tells_how_long_to_wait() {
    let airlock = Airlock::start().await;
    let refusal = Script::refuse(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limit_error",
        "slow down",
    );
    airlock
        .stand_in
        .reply_with(refusal.retry_after(Duration::from_secs(11)));
    let visitor = airlock.visitor().await;
    let request = visitor.post(
        "/api/chat",
        serde_json::to_vec(&question("Hello")).expect("json"),
    );
    let response = request.send().await.expect("answers");
    assert_eq!(response.headers()["retry-after"], "11");
    let problem = tests::Answer::of(response).await.problem();
    assert_eq!(problem.retry_after_ms, Some(11_000));
}

/// FM-27: an answer that is cut never looks whole: exactly one error ends it.
#[tokio::test]
async fn a_cut_answer_ends_in_exactly_one_error() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for events in 1..=5 {
        airlock
            .stand_in
            .reply_with(Script::text(["a", "b", "c"]).close_after(events));
        let (error, _) = visitor.ask("Hello").await.broken_off().await;
        assert_eq!(
            error.kind,
            ErrorKind::StreamInterrupted,
            "cut after {events} events"
        );
        assert!(error.request_id.is_some());
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_is_judged_by_its_type() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for (error_type, expected) in [
        ("overloaded_error", ErrorKind::Overloaded),
        ("api_error", ErrorKind::UpstreamError),
        ("rate_limit_error", ErrorKind::UpstreamRateLimited),
    ] {
        let script =
            Script::text(["a", "b"]).error_after(4, error_type, "organization of somebody");
        airlock.stand_in.reply_with(script);
        let mut reply = visitor.ask("Hello").await;
        let events = reply.all().await;
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("of somebody"));
        let Some(ChatEvent::Error(error)) = events.last() else {
            panic!("an error ends it");
        };
        assert_eq!(error.kind, expected);
    }
}

/// FM-33: an upstream that falls silent is given up, each kind of silence after its own time.
#[tokio::test]
async fn a_silent_upstream_is_given_up() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let waiting = visitor.clone();
    let call = tokio::spawn(async move { waiting.chat(&question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    airlock.advance(Duration::from_mins(2));
    let problem = call.await.expect("no panic").problem();
    assert_eq!(problem.kind, ErrorKind::UpstreamTimeout);
    airlock.stand_in.open_gates();

    airlock.stand_in.step();
    let mut reply = visitor.ask("Hello").await;
    reply.next().await.expect("it started");
    airlock.advance(Duration::from_secs(90));
    let (error, _) = reply.broken_off().await;
    assert_eq!(error.kind, ErrorKind::UpstreamStalled);
    airlock.stand_in.wait_for_aborts(2).await;
}

/// What no honest upstream sends: a second beginning, events of a type that nobody knows, every line end, and padding.
const ODD_STREAM: &str = concat!(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    ": a comment\n\n",
    "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"claude-haiku-5-5\",",
    "\"usage\":{\"input_tokens\":7}}}\r\n\r\n",
    "event: brand_new\rdata: {\"type\":\"brand_new\"}\r\r",
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"other\",",
    "\"usage\":{\"input_tokens\":1}}}\n\n",
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"odd\"}   }\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},",
    "\"usage\":{\"output_tokens\":2}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
);

/// FM-26: whatever an upstream puts around its events, the answer begins once, is whole, and is paid for as it says.
#[tokio::test]
async fn an_odd_stream_is_read_for_what_it_says() {
    let upstream = tests::raw_upstream(ODD_STREAM).await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let mut reply = airlock.visitor().await.ask("Hello").await;
    let events = reply.all().await;
    let names: Vec<_> = events.iter().map(ChatEvent::name).collect();
    assert_eq!(names, ["started", "delta", "usage", "done"]);
    let ChatEvent::Usage(usage) = &events[2] else {
        panic!("the third is the usage");
    };
    assert_eq!((usage.tokens.input.0, usage.tokens.output.0), (7, 2));
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_said_to_be_unreachable() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let base_url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let airlock = Airlock::start_with(tests::Setup {
        base_url: Some(base_url),
        ..tests::Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    assert_eq!(answer.problem().kind, ErrorKind::UpstreamUnreachable);
    let budget = airlock
        .visitor()
        .await
        .session()
        .await
        .budget
        .expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (0, 0));
}
