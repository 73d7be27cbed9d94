//! Answers, whole and streamed.

use hyper::StatusCode;
use serde_json::{Value, json};
use shared::anthropic::Usage;
use shared::money::NanoUsd;

use super::{Ring, events_of, header, json_of, question, streamed};
use crate::{Script, Settings};

/// The text that a stream's deltas add up to.
fn text_of(events: &[(String, Value)]) -> String {
    let pieces = events
        .iter()
        .filter_map(|(_, data)| data["delta"]["text"].as_str());
    pieces.collect()
}

#[tokio::test]
async fn a_stream_has_the_apis_order_and_its_ping() {
    let ring = Ring::start().await;
    let response = ring.ask(&streamed("Hello")).await;
    assert_eq!(
        header(&response, "content-type"),
        Some("text/event-stream; charset=utf-8")
    );
    assert_eq!(header(&response, "cache-control"), Some("no-cache"));
    let events = events_of(response).await;
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..3], ["message_start", "content_block_start", "ping"]);
    let (deltas, end) = names[3..].split_at(names.len() - 6);
    assert!(deltas.iter().all(|name| *name == "content_block_delta"));
    assert_eq!(end, ["content_block_stop", "message_delta", "message_stop"]);
    for (name, data) in &events {
        assert_eq!(data["type"], name.as_str());
    }
    let message = &events[0].1["message"];
    assert_eq!(
        (&message["type"], &message["role"]),
        (&json!("message"), &json!("assistant"))
    );
    assert_eq!(
        (&message["content"], &message["stop_reason"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(message["usage"]["output_tokens"], 1);
    assert_eq!(
        events[events.len() - 2].1["delta"]["stop_reason"],
        "end_turn"
    );
}

#[tokio::test]
async fn both_forms_say_the_same_and_bill_the_same() {
    let ring = Ring::start().await;
    let body = question("Show me a table");
    let whole = json_of(ring.ask(&body).await).await;
    let mut body = body;
    body["stream"] = true.into();
    let events = events_of(ring.ask(&body).await).await;
    assert_eq!(
        whole["content"],
        json!([{"type": "text", "text": text_of(&events)}])
    );
    let read = |usage: &Value| serde_json::from_value::<Usage>(usage.clone()).expect("usage");
    let mut usage = read(&events[0].1["message"]["usage"]);
    usage.merge(read(&events[events.len() - 2].1["usage"]));
    assert_eq!(usage.tokens(), read(&whole["usage"]).tokens());
    let requests = ring.control.requests();
    assert_eq!(
        (requests[0].usage, requests[1].usage),
        (usage.tokens(), usage.tokens())
    );
    assert_eq!(ring.control.billed().0, 2 * requests[0].cost.0);
}

#[tokio::test]
async fn an_answer_ends_at_max_tokens() {
    let ring = Ring::start().await;
    for (max_tokens, effort) in [(10_u64, "low"), (1, "low"), (100, "high"), (20, "high")] {
        let mut body = question("Explain it");
        body["max_tokens"] = max_tokens.into();
        body["output_config"] = json!({"effort": effort});
        let message = json_of(ring.ask(&body).await).await;
        assert_eq!(message["stop_reason"], "max_tokens", "{max_tokens}");
        let used = message["usage"]["output_tokens"].as_u64().expect("a count");
        // Words end where they end: a block may leave a token unused.
        assert!(
            (max_tokens.saturating_sub(1)..=max_tokens).contains(&used),
            "{used} of {max_tokens}"
        );
    }
    let mut body = question("Explain it");
    body["max_tokens"] = 0.into();
    let message = json_of(ring.ask(&body).await).await;
    assert_eq!(
        (&message["content"], &message["usage"]["output_tokens"]),
        (&json!([]), &json!(0))
    );
}

#[tokio::test]
async fn high_effort_thinks_first_and_seals_it() {
    let ring = Ring::start().await;
    let mut body = streamed("Hello");
    body["output_config"] = json!({"effort": "high"});
    let events = events_of(ring.ask(&body).await).await;
    let kinds: Vec<_> = events
        .iter()
        .filter_map(|(_, data)| data["delta"]["type"].as_str())
        .collect();
    let sealed = kinds
        .iter()
        .position(|kind| *kind == "signature_delta")
        .expect("a seal");
    assert!(kinds[..sealed].iter().all(|kind| *kind == "thinking_delta") && sealed > 0);
    assert!(kinds[sealed + 1..].iter().all(|kind| *kind == "text_delta"));
    let thought = &events[events.len() - 2].1["usage"]["output_tokens_details"]["thinking_tokens"];
    assert!(thought.as_u64() > Some(10));

    body["thinking"] = json!({"type": "adaptive", "display": "omitted"});
    let unseen = events_of(ring.ask(&body).await).await;
    assert!(
        !unseen
            .iter()
            .any(|(_, data)| data["delta"]["type"] == "thinking_delta")
    );
    assert_eq!(
        &unseen[unseen.len() - 2].1["usage"]["output_tokens_details"]["thinking_tokens"],
        thought
    );
}

#[tokio::test]
async fn a_tool_call_streams_its_input_as_json_text() {
    let ring = Ring::start().await;
    let input = json!({"city": "Bern", "days": 3});
    let script = || Script::text(["Looking."]).and_tool_use("weather", &input);
    ring.control.reply_with(script());
    let events = events_of(ring.ask(&streamed("Weather?")).await).await;
    let pieces: Vec<_> = events
        .iter()
        .filter_map(|(_, data)| data["delta"]["partial_json"].as_str())
        .collect();
    assert_eq!(pieces[0], "");
    assert_eq!(
        serde_json::from_str::<Value>(&pieces.concat()).expect("JSON"),
        input
    );
    let start = events
        .iter()
        .find(|(_, data)| data["content_block"]["type"] == "tool_use");
    assert_eq!(
        start.expect("a call").1["content_block"]["input"],
        json!({})
    );
    ring.control.reply_with(script());
    let message = json_of(ring.ask(&question("Weather?")).await).await;
    assert_eq!(message["stop_reason"], "tool_use");
    assert_eq!(message["content"][1]["input"], input);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_some_events_are_padded() {
    let read = async || {
        let ring = Ring::start().await;
        let response = ring.ask(&streamed("Tell me about boats")).await;
        response.text().await.expect("a body")
    };
    let first = read().await;
    assert_eq!(first, read().await);
    assert!(first.contains(" }\n\n"), "padding");
}

#[tokio::test]
async fn tokens_are_counted_as_they_are_billed() {
    let ring = Ring::start().await;
    let mut body = question("How many?");
    let message = json_of(ring.ask(&body).await).await;
    body.as_object_mut()
        .expect("an object")
        .remove("max_tokens");
    let counted = ring
        .post("/v1/messages/count_tokens?beta=true", &body)
        .send()
        .await;
    let counted = json_of(counted.expect("an answer")).await;
    assert_eq!(
        counted,
        json!({"input_tokens": message["usage"]["input_tokens"]})
    );
}

#[tokio::test]
async fn a_count_is_free_and_uses_up_a_dictated_error_but_no_answer() {
    let ring = Ring::start().await;
    let body =
        json!({"model": "claude-haiku-5-5", "messages": [{"role": "user", "content": "Hi"}]});
    let count = async || {
        let counted = ring.post("/v1/messages/count_tokens", &body).send().await;
        counted.expect("an answer").status()
    };
    ring.control.reply_with(Script::text(["An answer."]));
    assert_eq!(count().await, 200);
    assert_eq!(ring.control.counted(), 1);
    assert_eq!(ring.control.billed(), NanoUsd::ZERO);
    let answer = json_of(ring.ask(&question("Hi")).await).await;
    assert_eq!(answer["content"][0]["text"], "An answer.");
    let status = StatusCode::TOO_MANY_REQUESTS;
    let refusal = Script::refuse(status, "rate_limit_error", "slow down");
    ring.control.reply_with(refusal);
    assert_eq!(count().await, 429);
    assert_eq!((count().await.as_u16(), ring.control.counted()), (200, 2));
}

#[tokio::test]
async fn a_visitor_gets_the_error_that_was_asked_for_only_in_the_demo() {
    let quiet = Ring::start().await;
    assert_eq!(quiet.ask(&question("Be overloaded")).await.status(), 200);
    let settings = Settings {
        visitor_faults: true,
        ..Settings::instant()
    };
    let demo = Ring::start_with(settings).await;
    assert_eq!(demo.ask(&question("Be overloaded")).await.status(), 529);
    let limited = demo.ask(&question("Give me a rate limit")).await;
    assert_eq!(
        (limited.status().as_u16(), header(&limited, "retry-after")),
        (429, Some("5"))
    );
    let mut broken = demo.ask(&streamed("Break off")).await;
    let mut read = Vec::new();
    while let Ok(Some(chunk)) = broken.chunk().await {
        read.extend_from_slice(&chunk);
    }
    let events = super::events_in(&read);
    assert!(text_of(&events).ends_with("without a word about why."));
    assert_eq!(
        events.last().map(|(name, _)| name.as_str()),
        Some("content_block_delta")
    );
}
