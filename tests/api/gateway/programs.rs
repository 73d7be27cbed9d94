//! A program that speaks Claude's own API, with a gateway behind the server: it notices nothing either.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::anthropic::{Message, StreamEvent};
use shared::money::{NanoUsd, TokenCount, TokenUsage};
use shared::sse::Parser;
use stand_in::Script;
use tests::{Airlock, TokenHolder, raw_upstream};

use super::{TEXT, spent, stream};

const USAGE: TokenUsage = TokenUsage {
    input: TokenCount(4),
    output: TokenCount(9),
    cache_write_5m: TokenCount(0),
    cache_write_1h: TokenCount(0),
    cache_read: TokenCount(2_455),
};

fn asking(changes: &Value) -> Value {
    let mut message = TokenHolder::question("Hello");
    let fields = message.as_object_mut().expect("an object");
    fields.extend(changes.as_object().expect("an object").clone());
    message
}

/// The events of a stream, each of which must bear its own name: Claude's clients go by it.
fn events(mut bytes: &[u8]) -> Vec<StreamEvent> {
    let mut parser = Parser::new(1 << 20);
    let mut events = Vec::new();
    while let Some(event) = parser.next(&mut bytes).expect("events fit") {
        let said: StreamEvent = serde_json::from_slice(event.data).expect("an event");
        assert_eq!(event.name, said.name().as_bytes());
        events.push(said);
    }
    events
}

#[tokio::test]
async fn a_whole_answer_of_a_gateways_is_one_of_claudes() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let script = Script::text(["Let me look."])
        .and_tool_use("weather", &json!({ "place": "Bonn" }))
        .stop_reason("tool_use")
        .usage(USAGE);
    airlock.stand_in.reply_with(script);
    let tool = json!({ "name": "weather", "input_schema": { "type": "object" } });
    let message = asking(&json!({ "tools": [tool] }));
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer: Message =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("a message");
    assert_eq!(answer.content[0].text.as_deref(), Some("Let me look."));
    assert_eq!(answer.content[1].rest["input"], json!({ "place": "Bonn" }));
    assert_eq!(answer.stop_reason.as_deref(), Some("tool_use"));
    assert_eq!(answer.usage.tokens(), USAGE);
    let sent = airlock.stand_in.last_request().expect("a request").json();
    assert_eq!(sent["tools"][0]["function"]["name"], "weather");
    let visitor = airlock.visitor().await;
    assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
}

#[tokio::test]
async fn a_stream_of_a_gateways_is_one_of_claudes() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let script = Script::text(["Hello ", "北京 🙂"]).usage(USAGE);
    airlock.stand_in.reply_with(script);
    let message = TokenHolder::streamed("Hello");
    let response = airlock.token_holder().send(&message).await;
    let bytes = response.bytes().await.expect("a body");
    let events = events(&bytes);
    let Some(StreamEvent::MessageStart(start)) = events.first() else {
        panic!("it begins");
    };
    // Nobody knows them yet, and Claude's clients need numbers.
    let counts = (
        start.message.usage.input_tokens,
        start.message.usage.output_tokens,
    );
    assert_eq!(counts, (Some(0), Some(0)));
    let [.., StreamEvent::MessageDelta(end), StreamEvent::MessageStop] = &events[..] else {
        panic!("it is whole");
    };
    assert_eq!(end.usage.tokens(), USAGE);
    assert_eq!(end.delta.stop_reason.as_deref(), Some("end_turn"));
    let visitor = airlock.visitor().await;
    assert_eq!(spent(&visitor).await, airlock.stand_in.billed());
}

#[tokio::test]
async fn what_a_gateway_cannot_be_told_is_refused_by_name_and_costs_nothing() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let message = asking(&json!({ "top_k": 5 }));
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let told: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(told["error"]["type"], "invalid_request_error");
    let words = told["error"]["message"].as_str().expect("words");
    assert!(words.contains("`top_k` cannot be carried"), "{words}");
    assert_eq!(airlock.stand_in.requests().len(), 0);
    assert_eq!(spent(&airlock.visitor().await).await, NanoUsd::ZERO);
}

/// FM-40: a gateway's words are not Claude's, so that programs get ours: before an answer and inside one.
#[tokio::test]
async fn a_gateways_errors_are_told_in_claudes_form_and_our_words() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let refusal = Script::refuse(StatusCode::FORBIDDEN, "new_api_error", "of somebody");
    let refusal = refusal.error_code("insufficient_user_quota");
    airlock.stand_in.reply_with(refusal);
    let message = TokenHolder::question("Hello");
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let text = response.text().await.expect("a body");
    let told: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(told["type"], "error");
    assert_eq!(told["error"]["type"], "billing_error");
    assert!(!text.contains("of somebody"), "{text}");

    let error = r#"{"error":{"message":"of somebody","type":"None","code":503}}"#;
    let upstream = raw_upstream(&stream(&[TEXT, error])).await;
    let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
    let message = TokenHolder::streamed("Hello");
    let response = airlock.token_holder().send(&message).await;
    let bytes = response.bytes().await.expect("a body");
    let Some(StreamEvent::Error(error)) = events(&bytes).pop() else {
        panic!("an error ends it");
    };
    assert_eq!(error.error.r#type, "overloaded_error");
    assert!(!String::from_utf8_lossy(&bytes).contains("of somebody"));
}

/// FM-12: a whole answer that nobody counted is charged at the most that it can have cost.
#[tokio::test]
async fn a_whole_answer_that_nobody_counted_is_never_free() {
    let body = r#"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"#;
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
    let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}");
    let upstream = raw_upstream(&answer).await;
    let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
    let message = TokenHolder::question("Hello");
    let response = airlock.token_holder().send(&message).await;
    let answer: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(
        answer["usage"],
        json!({ "input_tokens": 0, "output_tokens": 0 })
    );
    // All of the output that may have been written, and some input.
    assert!(spent(&airlock.visitor().await).await > NanoUsd(1_000 * 500));
}
