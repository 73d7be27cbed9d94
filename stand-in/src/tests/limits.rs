//! Sizes and rates.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Ring, error_of, header, json_of, question};
use crate::{Limits, Settings};

#[tokio::test]
async fn the_third_of_two_requests_a_minute_is_told_how_long_to_wait() {
    let settings = Settings {
        limits: Limits {
            requests: 2,
            ..Limits::START
        },
        ..Settings::instant()
    };
    let ring = Ring::start_with(settings).await;
    let body = question("Hello");
    let first = ring.ask(&body).await;
    assert_eq!(
        header(&first, "anthropic-ratelimit-requests-limit"),
        Some("2")
    );
    assert_eq!(
        header(&first, "anthropic-ratelimit-requests-remaining"),
        Some("1")
    );
    assert_eq!(
        header(&first, "anthropic-ratelimit-requests-reset"),
        Some("2026-11-23T12:00:30Z")
    );
    assert_eq!(header(&first, "retry-after"), None);
    ring.ask(&body).await;

    let third = ring.ask(&body).await;
    assert_eq!(header(&third, "retry-after"), Some("30"));
    assert_eq!(header(&third, "x-should-retry"), Some("true"));
    let (status, kind, message) = error_of(third).await;
    assert_eq!((status, kind.as_str()), (429, "rate_limit_error"));
    assert!(message.contains("rate limit of 2 requests per minute"));

    let other = ring
        .client
        .post(ring.url("/v1/messages"))
        .header("x-api-key", "another-key");
    let other = other
        .header("anthropic-version", "2026-10-21")
        .body(body.to_string())
        .send()
        .await;
    assert_eq!(
        other.expect("an answer").status(),
        200,
        "each key has its own"
    );

    ring.clock.advance(Duration::from_secs(30));
    assert_eq!(ring.ask(&body).await.status(), 200);
}

#[tokio::test]
async fn a_prompt_that_is_read_from_the_cache_costs_less_and_takes_nothing_from_the_limit() {
    let ring = Ring::start().await;
    let mut body = question("And now?");
    body["system"] = json!([{"type": "text", "text": "A rule. ".repeat(2_000), "cache_control": {"type": "ephemeral", "ttl": "1h"}}]);
    let first = json_of(ring.ask(&body).await).await["usage"].clone();
    let written = first["cache_creation"]["ephemeral_1h_input_tokens"].as_u64();
    assert!(written > Some(4_000));
    assert_eq!(first["cache_creation_input_tokens"].as_u64(), written);
    let response = ring.ask(&body).await;
    let left = header(&response, "anthropic-ratelimit-input-tokens-remaining").map(str::to_owned);
    let second = json_of(response).await["usage"].clone();
    assert_eq!(second["cache_read_input_tokens"].as_u64(), written);
    assert_eq!(second["input_tokens"], first["input_tokens"]);
    assert_eq!(
        left.as_deref(),
        Some("1995000"),
        "only the first one was taken"
    );
    ring.clock.advance(Duration::from_hours(1));
    let third = json_of(ring.ask(&body).await).await["usage"].clone();
    assert_eq!(third["cache_read_input_tokens"], 0);
}

#[tokio::test]
async fn a_body_above_32_mib_is_refused_in_the_edges_own_shape() {
    let ring = Ring::start().await;
    let response = ring
        .post("/v1/messages", &question(&"a".repeat(32 * 1024 * 1024)))
        .send()
        .await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 413);
    let body = json_of(response).await;
    assert_eq!(
        body,
        json!({"error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}})
    );
}

#[tokio::test]
async fn what_is_no_json_object_is_refused() {
    let ring = Ring::start().await;
    for (body, message) in [
        ("{", "The request body is not valid JSON"),
        ("[]", "Input should be a valid dictionary"),
    ] {
        let request = ring.post("/v1/messages", &Value::Null).body(body);
        let (status, _, text) = error_of(request.send().await.expect("an answer")).await;
        assert_eq!(status, 400);
        assert!(text.starts_with(message), "{text}");
    }
    let request = ring
        .post("/v1/messages", &question("Hello"))
        .header("content-encoding", "gzip");
    let body = json_of(request.send().await.expect("an answer")).await;
    assert_eq!(
        body["error"]["details"]["error_code"],
        "request_body_encoding_unsupported"
    );
}
