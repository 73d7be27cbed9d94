//! Who may ask in the OpenAI dialect, what is refused in it, and in which words.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Ring, chat, header, json_of, streamed_chat};
use crate::{Limits, Outcome, Script, Settings};

/// The error's status, type, code and parameter.
async fn error_of(response: Response) -> (u16, Value, Value, Value) {
    let status = response.status().as_u16();
    let error = json_of(response).await["error"].take();
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    );
    (
        status,
        error["type"].clone(),
        error["code"].clone(),
        error["param"].clone(),
    )
}

#[tokio::test]
async fn the_key_is_a_bearer() {
    let ring = Ring::start().await;
    for (name, value, status, code) in [
        ("authorization", "Bearer a-key", 200, Value::Null),
        (
            "authorization",
            "Bearer an-invalid-key",
            401,
            json!("invalid_api_key"),
        ),
        ("authorization", "Bearer ", 401, Value::Null),
        ("x-api-key", "a-key", 401, Value::Null),
    ] {
        let request = ring.client.post(ring.url("/v1/chat/completions"));
        let request = request.header(name, value).body(chat("Hello").to_string());
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), status, "{name}: {value}");
        if status == 401 {
            let error = error_of(response).await;
            assert_eq!(
                error,
                (401, json!("invalid_request_error"), code, Value::Null)
            );
        } else {
            let key = ring.control.last_request().and_then(|request| request.key);
            assert_eq!(key.expect("a key").header, "authorization");
        }
    }
}

#[tokio::test]
async fn every_answer_has_its_id_and_rate_headers_in_this_dialects_names() {
    let ring = Ring::start().await;
    for body in [chat("Hello"), streamed_chat("Hello"), json!({})] {
        let response = ring.complete(&body).await;
        let id = header(&response, "x-request-id").map(str::to_owned);
        assert_eq!(
            id,
            ring.control
                .last_request()
                .map(|request| request.request_id)
        );
        assert_eq!(
            header(&response, "x-ratelimit-limit-requests"),
            Some("1000")
        );
        let names = response.headers().keys();
        assert!(
            names
                .filter(|name| name.as_str().starts_with("anthropic"))
                .count()
                == 0
        );
        assert_eq!(header(&response, "request-id"), None);
    }
}

/// Asks a good question with each of these changes made, and expects status, code and parameter in these words.
async fn expect_refusals(cases: impl IntoIterator<Item = (Value, &str)>) {
    let ring = Ring::start().await;
    for (changes, expected) in cases {
        let mut body = chat("Hello");
        let fields = body.as_object_mut().expect("an object");
        fields.extend(changes.as_object().expect("an object").clone());
        let (status, kind, code, param) = error_of(ring.complete(&body).await).await;
        let [code, param] = [&code, &param].map(|word| word.as_str().unwrap_or("-"));
        assert_eq!(kind, "invalid_request_error");
        assert_eq!(
            format!("{status} {code} {param}"),
            expected,
            "{changes:.80}"
        );
    }
    assert_eq!(ring.control.billed().0, 0);
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named() {
    let cases = [
        (json!({"model": "claude-3-opus"}), "404 model_not_found -"),
        (
            json!({"model": null}),
            "400 missing_required_parameter model",
        ),
        (
            json!({"max_completion_tokens": 0}),
            "400 integer_below_min_value max_completion_tokens",
        ),
        (
            json!({"max_completion_tokens": 20_000_000}),
            "400 invalid_value max_completion_tokens",
        ),
        (json!({"max_tokens": 5}), "400 invalid_value max_tokens"),
        (json!({"n": 2}), "400 unsupported_value n"),
        (json!({"stream": "yes"}), "400 invalid_type stream"),
        (
            json!({"stream_options": {"include_usage": true}}),
            "400 - stream_options",
        ),
        (
            json!({"reasoning_effort": "heroic"}),
            "400 invalid_value reasoning_effort",
        ),
        (json!({"stop": [1]}), "400 invalid_type stop"),
        (
            json!({"tools": [{"type": "custom"}]}),
            "400 missing_required_parameter tools[0].function",
        ),
        (json!({"thinking": {}}), "400 - -"),
    ];
    expect_refusals(cases).await;
}

#[tokio::test]
async fn a_message_that_is_wrong_is_named() {
    let said = |message: Value| json!({"messages": [message]});
    let call = json!({"id": "c", "function": {"name": "f", "arguments": "no JSON"}});
    let arguments = "400 invalid_type messages[0].tool_calls[0].function.arguments";
    let cases = [
        (json!({"messages": []}), "400 empty_array messages"),
        (
            said(json!({"content": "x"})),
            "400 missing_required_parameter messages[0].role",
        ),
        (
            said(json!({"role": "user"})),
            "400 missing_required_parameter messages[0].content",
        ),
        (
            said(json!({"role": "robot", "content": "x"})),
            "400 invalid_value messages[0].role",
        ),
        (
            said(json!({"role": "user", "content": 5})),
            "400 invalid_type messages[0].content",
        ),
        (
            said(json!({"role": "user", "content": [{"type": "smell"}]})),
            "400 invalid_value messages[0].content[0].type",
        ),
        (
            said(json!({"role": "assistant", "tool_calls": [call]})),
            arguments,
        ),
        (said(json!({"role": "user", "content": " "})), "400 - -"),
        (
            said(json!({"role": "user", "content": "word ".repeat(800_000)})),
            "400 context_length_exceeded messages",
        ),
    ];
    expect_refusals(cases).await;
}

#[tokio::test]
async fn known_fields_that_claude_has_no_word_for_change_nothing() {
    let ring = Ring::start().await;
    let mut body = chat("Hello");
    let plain = json_of(ring.complete(&body).await).await;
    body["temperature"] = json!(0.2);
    body["seed"] = json!(7);
    body["max_completion_tokens"] = Value::Null;
    body["max_tokens"] = json!(1_000);
    let other = json_of(ring.complete(&body).await).await;
    assert_eq!(plain["usage"], other["usage"]);
    assert_eq!(plain["choices"], other["choices"]);
}

#[tokio::test]
async fn tools_and_their_answers_are_part_of_the_prompt() {
    let ring = Ring::start().await;
    let call = json!({"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Bern\"}"}});
    let mut body = chat("");
    body["tools"] = json!([{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]);
    body["messages"] = json!([
        {"role": "user", "content": "Weather in Bern?"},
        {"role": "assistant", "content": null, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain."},
    ]);
    let prompt = |whole: &Value| whole["usage"]["prompt_tokens"].as_u64();
    let whole = json_of(ring.complete(&body).await).await;
    let bare = json_of(ring.complete(&chat("Weather in Bern?")).await).await;
    assert!(
        prompt(&whole) > prompt(&bare).map(|tokens| tokens + 20),
        "{whole}"
    );
}

#[tokio::test]
async fn a_script_refuses_in_this_dialects_words_and_a_gateways_own_stay() {
    let ring = Ring::start().await;
    let limited = Script::refuse(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limit_error",
        "Slow down.",
    );
    ring.control
        .reply_with(limited.retry_after(Duration::from_secs(2)));
    let response = ring.complete(&streamed_chat("Hello")).await;
    assert_eq!(header(&response, "retry-after"), Some("2"));
    assert_eq!(
        error_of(response).await,
        (
            429,
            json!("requests"),
            json!("rate_limit_exceeded"),
            Value::Null
        )
    );
    let quota = Script::refuse(StatusCode::FORBIDDEN, "new_api_error", "No quota.");
    ring.control
        .reply_with(quota.error_code("insufficient_user_quota"));
    let response = ring.complete(&chat("Hello")).await;
    assert_eq!(
        error_of(response).await,
        (
            403,
            json!("new_api_error"),
            json!("insufficient_user_quota"),
            Value::Null
        )
    );
    let request = ring.control.last_request().expect("a request");
    assert_eq!(request.outcome, Outcome::Refused { status: 403 });
}

#[tokio::test]
async fn both_dialects_take_from_the_same_bucket() {
    let settings = Settings {
        limits: Limits {
            requests: 2,
            ..Limits::START
        },
        ..Settings::instant()
    };
    let ring = Ring::start_with(settings).await;
    assert_eq!(ring.complete(&chat("Hello")).await.status(), 200);
    assert_eq!(ring.ask(&super::question("Hello")).await.status(), 200);
    let response = ring.complete(&chat("Hello")).await;
    assert_eq!(header(&response, "retry-after"), Some("30"));
    let error = error_of(response).await;
    assert_eq!(
        error,
        (
            429,
            json!("requests"),
            json!("rate_limit_exceeded"),
            Value::Null
        )
    );
}

#[tokio::test]
async fn models_are_listed_as_the_asking_client_reads_them() {
    let ring = Ring::start().await;
    let get = async |path: &str| {
        let request = ring.client.get(ring.url(path));
        let request = request.header("authorization", "Bearer a-test-key");
        request.send().await.expect("an answer")
    };
    let list = json_of(get("/v1/models").await).await;
    assert_eq!(list["object"], "list");
    assert_eq!(
        list["data"][0],
        json!({"id": "claude-haiku-5-5", "object": "model", "created": 0, "owned_by": "anthropic"})
    );
    let model = json_of(get("/v1/models/claude-haiku-4-5").await).await;
    assert_eq!(model["id"], "claude-haiku-4-5-20251001");
    let error = error_of(get("/v1/models/claude-3-opus").await).await;
    assert_eq!((error.0, error.2), (404, json!("model_not_found")));
}
