//! Streams for programs: the upstream's bytes as they come, and what happens when either side goes away.

use std::time::Duration;

use serde_json::{Value, json};
use shared::anthropic::StreamEvent;
use shared::sse::Parser;
use stand_in::Script;
use tests::{Airlock, TokenHolder, raw_upstream};

use super::{all_of, error_of};

/// The events of a stream, by name, with their data.
fn events(bytes: &[u8]) -> Vec<(String, Value)> {
    let mut parser = Parser::new(1 << 20);
    let mut input = bytes;
    let mut events = Vec::new();
    while let Some(event) = parser.next(&mut input).expect("events fit") {
        let name = String::from_utf8(event.name.to_vec()).expect("text");
        let data = serde_json::from_slice(event.data).expect("JSON");
        events.push((name, data));
    }
    events
}

/// Comments, every line end, padding, a type that nobody knows, a second beginning, and something behind the end.
const ODD_EVENTS: &str = concat!(
    ": a comment\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n",
    "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"claude-haiku-5-5\",",
    "\"usage\":{\"input_tokens\":7}}}\r\n\r\n",
    "event: brand_new\rid: 7\rdata: {\"type\":\"brand_new\"}\r\r",
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"other\",",
    "\"usage\":{\"input_tokens\":1}}}\n\n",
    "event: content_block_delta\ndata:{\"type\":\"content_block_delta\",\"index\":0,",
    "\"delta\":{\"type\":\"text_delta\",\"text\":\"北京🙂\"}   }\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\n",
    "data: \"usage\":{\"output_tokens\":2}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    "event: ping\ndata: {\"type\": \"ping\"}\n\n: the end\n",
);

/// FM-26: whatever an upstream puts around its events, a program gets the same bytes, and pays for what they say.
#[tokio::test]
async fn an_odd_stream_comes_back_as_it_was_sent() {
    let upstream = raw_upstream(&format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_upstream\r\nconnection: close\r\n\r\n{ODD_EVENTS}"
    ))
    .await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let response = airlock
        .token_holder()
        .send(&TokenHolder::streamed("Hello"))
        .await;
    assert_eq!(response.headers()["request-id"], "req_upstream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let bytes = all_of(response).await;
    assert_eq!(String::from_utf8_lossy(&bytes), ODD_EVENTS);
    let budget = airlock
        .visitor()
        .await
        .session()
        .await
        .budget
        .expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (7 * 100 + 2 * 500, 0));
}

/// FM-31: each event arrives before the next one is sent.
#[tokio::test]
async fn every_event_arrives_before_the_next_is_sent() {
    let airlock = Airlock::start().await;
    airlock
        .stand_in
        .reply_with(Script::text(["one ", "two ", "three"]));
    airlock.stand_in.step();
    let mut response = airlock
        .token_holder()
        .send(&TokenHolder::streamed("Hello"))
        .await;
    let mut seen = Vec::new();
    while let Some(chunk) = response.chunk().await.expect("the connection holds") {
        let told = events(&chunk);
        assert_eq!(told.len(), 1, "one event a frame");
        seen.extend(told);
        airlock.stand_in.allow_events(1);
    }
    let names: Vec<_> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"message_start"));
    assert_eq!(names.last(), Some(&"message_stop"));
    assert_eq!(
        seen.len() as u64,
        airlock.stand_in.last_request().expect("one").events_sent
    );
}

/// FM-32: in silence a ping of ours keeps the connection open, between two events and never inside one.
#[tokio::test]
async fn silence_is_filled_with_pings() {
    let airlock = Airlock::start().await;
    airlock.stand_in.reply_with(Script::text(["one"]));
    airlock.stand_in.step();
    let mut response = airlock
        .token_holder()
        .send(&TokenHolder::streamed("Hello"))
        .await;
    let first = response
        .chunk()
        .await
        .expect("holds")
        .expect("message_start");
    assert_eq!(events(&first)[0].0, "message_start");
    for _ in 0..3 {
        airlock.advance(Duration::from_secs(15));
        let ping = response.chunk().await.expect("holds").expect("a ping");
        assert_eq!(
            events(&ping),
            [("ping".to_owned(), json!({"type": "ping"}))]
        );
    }
}

/// FM-27, FM-28: a stream that is cut, inside an event or between two, ends in exactly one error event that stands by itself.
#[tokio::test]
async fn a_cut_stream_ends_in_exactly_one_error_event() {
    let ends = ODD_EVENTS.match_indices('\n').map(|(end, _)| end);
    for cut in ends
        .filter(|end| *end < ODD_EVENTS.len() / 2)
        .chain([40, 150, 333])
    {
        let sent = ODD_EVENTS.split_at(ODD_EVENTS.floor_char_boundary(cut)).0;
        let upstream = raw_upstream(&format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{sent}"
        ))
        .await;
        let airlock = Airlock::in_front_of(&upstream).await;
        let response = airlock
            .token_holder()
            .send(&TokenHolder::streamed("Hello"))
            .await;
        let bytes = all_of(response).await;
        let told = events(&bytes);
        let errors = told.iter().filter(|(name, _)| name == "error").count();
        assert_eq!(errors, 1, "cut at {cut}");
        let (_, error) = told.last().expect("an event");
        assert_eq!(error["error"]["type"], "api_error", "cut at {cut}");
        assert!(
            error["request_id"]
                .as_str()
                .is_some_and(|id| id.starts_with("req_"))
        );
        serde_json::from_value::<StreamEvent>(error.clone()).expect("an event of the API");
    }
}

#[tokio::test]
async fn an_error_event_of_the_upstreams_comes_back_in_its_own_words() {
    let airlock = Airlock::start().await;
    for after in [0, 4] {
        let words = "organization 1234 exceeded its limit";
        let script = Script::text(["one", "two"]).error_after(after, "rate_limit_error", words);
        airlock.stand_in.reply_with(script);
        let response = airlock
            .token_holder()
            .send(&TokenHolder::streamed("Hello"))
            .await;
        let told = events(&all_of(response).await);
        assert_eq!(told.len(), after + 1);
        let (name, error) = told.last().expect("an event");
        assert_eq!(name, "error");
        assert_eq!(
            error["error"],
            json!({"type": "rate_limit_error", "message": words})
        );
    }
    assert_eq!(
        airlock.stand_in.requests().len(),
        2,
        "nothing is tried again"
    );
}

/// FM-33: silence before the first event and silence after it are told apart.
#[tokio::test]
async fn a_silent_stream_ends_in_an_error_that_says_when() {
    for (head, words) in [
        ("", "did not answer in time"),
        (
            "event: ping\ndata: {\"type\": \"ping\"}\n\n",
            "did not answer in time",
        ),
        (
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"m\",\"usage\":{}}}\n\n",
            "stopped in the middle",
        ),
    ] {
        let upstream = tests::stuck_upstream(&format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{head}"
        ))
        .await;
        let airlock = Airlock::in_front_of(&upstream).await;
        let response = airlock
            .token_holder()
            .send(&TokenHolder::streamed("Hello"))
            .await;
        let bytes = airlock.while_time_passes(all_of(response)).await;
        let (name, error) = events(&bytes).pop().expect("an event");
        assert_eq!(
            (name.as_str(), &error["error"]["type"]),
            ("error", &json!("timeout_error"))
        );
        let message = error["error"]["message"].as_str().expect("a message");
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn a_server_that_stops_tells_its_streams() {
    let airlock = Airlock::start().await;
    airlock.stand_in.step();
    let mut response = airlock
        .token_holder()
        .send(&TokenHolder::streamed("Hello"))
        .await;
    response
        .chunk()
        .await
        .expect("holds")
        .expect("message_start");
    airlock.stop();
    let rest = airlock
        .while_time_passes(response.bytes())
        .await
        .expect("it ends well");
    let (name, error) = events(&rest).pop().expect("an event");
    assert_eq!(
        (name.as_str(), &error["error"]["type"]),
        ("error", &json!("overloaded_error"))
    );
}

#[tokio::test]
async fn a_server_that_stops_answers_who_waits_for_a_whole_answer() {
    let airlock = Airlock::start().await;
    airlock.stand_in.hold_headers();
    let program = airlock.token_holder();
    let call = tokio::spawn(async move { program.send(&TokenHolder::question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    airlock.stop();
    let response = airlock.while_time_passes(call).await.expect("no panic");
    let (status, kind, _) = error_of(response).await;
    assert_eq!((status, kind.as_str()), (503, "overloaded_error"));
    airlock.stand_in.wait_for_aborts(1).await;
}
