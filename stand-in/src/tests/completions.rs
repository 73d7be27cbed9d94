//! Answers in the OpenAI dialect, whole and streamed.

use reqwest::Response;
use serde_json::{Value, json};
use shared::money::{TokenCount, TokenUsage};
use shared::openai::{ChatCompletion, ChatCompletionChunk};

use super::{Ring, chat, events_of, header, json_of, question, streamed, streamed_chat};
use crate::{Outcome, Script};

/// Token counts that cannot be taken for one another.
const USAGE: TokenUsage = TokenUsage {
    input: TokenCount(7),
    output: TokenCount(60),
    cache_write_5m: TokenCount(500),
    cache_write_1h: TokenCount(4_000),
    cache_read: TokenCount(30_000),
};

/// The chunks of a stream, and whether `[DONE]` ended it.
fn chunks_in(bytes: &[u8]) -> (Vec<Value>, bool) {
    let text = std::str::from_utf8(bytes).expect("text");
    let mut events: Vec<_> = text
        .split_terminator("\n\n")
        .map(|event| event.strip_prefix("data: ").expect("nothing but data"))
        .collect();
    let is_done = events.pop_if(|last| *last == "[DONE]").is_some();
    let read = |event| serde_json::from_str(event).expect("JSON");
    (events.into_iter().map(read).collect(), is_done)
}

async fn chunks_of(response: Response) -> Vec<Value> {
    let bytes = response.bytes().await.expect("a whole body");
    let (chunks, is_done) = chunks_in(&bytes);
    assert!(is_done);
    chunks
}

fn text_of(chunks: &[Value]) -> String {
    let deltas = chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]);
    deltas
        .filter_map(|delta| delta["content"].as_str())
        .collect()
}

#[tokio::test]
async fn a_stream_has_a_role_a_chunk_for_each_piece_an_end_and_the_usage() {
    let ring = Ring::start().await;
    let pieces = Script::text(["One, ", "two."]);
    ring.control.reply_with(pieces.usage(USAGE));
    let response = ring.complete(&streamed_chat("Count.")).await;
    assert_eq!(
        header(&response, "content-type"),
        Some("text/event-stream; charset=utf-8")
    );
    let chunks = chunks_of(response).await;
    let deltas: Vec<_> = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"])
        .collect();
    assert_eq!(
        deltas,
        [
            &json!({"role": "assistant", "content": ""}),
            &json!({"content": "One, "}),
            &json!({"content": "two."}),
            &json!({}),
            &Value::Null,
        ]
    );
    for chunk in &chunks {
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!(
            (&chunk["id"], &chunk["created"], &chunk["model"]),
            (
                &chunks[0]["id"],
                &json!(1_795_435_200),
                &json!("claude-haiku-5-5")
            )
        );
        serde_json::from_value::<ChatCompletionChunk>(chunk.clone()).expect("reads");
    }
    let ends: Vec<_> = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["finish_reason"])
        .collect();
    assert_eq!(ends[3], "stop");
    assert!(ends[..3].iter().all(|reason| reason.is_null()));
    assert_eq!(chunks[4]["choices"], json!([]));
    assert!(chunks[..4].iter().all(|chunk| chunk["usage"].is_null()));
    assert_eq!(
        chunks[4]["usage"],
        json!({
            "prompt_tokens": 34_507,
            "completion_tokens": 60,
            "total_tokens": 34_567,
            "prompt_tokens_details": {"cached_tokens": 30_000, "cache_write_tokens": 4_500},
            "completion_tokens_details": {"reasoning_tokens": 0},
        })
    );
}

#[tokio::test]
async fn a_stream_says_what_it_used_only_where_it_is_asked() {
    let ring = Ring::start().await;
    let mut body = streamed_chat("Hello");
    body["stream_options"] = json!({"include_usage": false});
    let chunks = chunks_of(ring.complete(&body).await).await;
    assert!(chunks.iter().all(|chunk| chunk["usage"].is_null()));
    let last = &chunks[chunks.len() - 1];
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn a_question_is_answered_and_billed_alike_in_both_dialects_and_forms() {
    let ring = Ring::start().await;
    let with_system = |mut body: Value| {
        body["messages"] = json!([
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Show me a table"}]},
        ]);
        body
    };
    let mut native = question("Show me a table");
    native["system"] = "Be brief.".into();
    let native = json_of(ring.ask(&native).await).await;
    let whole = json_of(ring.complete(&with_system(chat(""))).await).await;
    let chunks = chunks_of(ring.complete(&with_system(streamed_chat(""))).await).await;

    let completion: ChatCompletion = serde_json::from_value(whole.clone()).expect("reads");
    assert_eq!(whole["object"], "chat.completion");
    let choice = &completion.choices[0];
    assert_eq!(choice.finish_reason.as_deref(), Some("stop"));
    assert_eq!(
        choice.message.content.as_deref(),
        Some(text_of(&chunks).as_str())
    );
    assert_eq!(chunks[chunks.len() - 1]["usage"], whole["usage"]);

    let billed: Vec<_> = ring.control.requests().iter().map(|r| r.usage).collect();
    assert_eq!(billed[1], completion.usage.expect("usage").tokens());
    assert_eq!(billed[2], billed[1]);
    assert_eq!(billed[0].input, billed[1].input);
    // The two tell of the way that the question came, and differ in that alone.
    let beginning = |text: &str| text.lines().next().map(str::to_owned);
    let native = native["content"][0]["text"].as_str().expect("text");
    assert_eq!(beginning(native), beginning(&text_of(&chunks)));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let read = async || {
        let ring = Ring::start().await;
        let response = ring.complete(&streamed_chat("Tell me about boats")).await;
        response.text().await.expect("a body")
    };
    assert_eq!(read().await, read().await);
}

#[tokio::test]
async fn thinking_is_billed_and_not_shown() {
    let ring = Ring::start().await;
    let mut body = streamed_chat("Hello");
    body["reasoning_effort"] = "high".into();
    let chunks = chunks_of(ring.complete(&body).await).await;
    let usage = &chunks[chunks.len() - 1]["usage"];
    let thought = usage["completion_tokens_details"]["reasoning_tokens"].as_u64();
    assert!(thought > Some(10), "{usage}");
    assert!(usage["completion_tokens"].as_u64() > thought);
    assert!(!text_of(&chunks).contains("does not think"));
}

#[tokio::test]
async fn a_tool_call_streams_its_head_and_then_its_arguments() {
    let ring = Ring::start().await;
    let input = json!({"city": "Bern"});
    let script = || {
        Script::text(["Looking."])
            .and_tool_use("weather", &input)
            .and_tool_use("news", &json!({}))
    };
    ring.control.reply_with(script());
    let chunks = chunks_of(ring.complete(&streamed_chat("Weather?")).await).await;
    let calls: Vec<_> = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["tool_calls"].get(0))
        .collect();
    assert_eq!(
        (&calls[0]["function"], &calls[0]["type"]),
        (
            &json!({"name": "weather", "arguments": ""}),
            &json!("function")
        )
    );
    let arguments: String = calls
        .iter()
        .filter(|call| call["index"] == 0)
        .filter_map(|call| call["function"]["arguments"].as_str())
        .collect();
    assert_eq!(arguments, input.to_string());
    ring.control.reply_with(script());
    let whole = json_of(ring.complete(&chat("Weather?")).await).await;
    assert_eq!(whole["choices"][0]["finish_reason"], "tool_calls");
    let message = &whole["choices"][0]["message"];
    assert_eq!(message["tool_calls"][0]["function"]["arguments"], arguments);
    assert!(message["tool_calls"][0]["id"].is_string() && calls[0]["id"].is_string());
    assert_eq!(message["tool_calls"][1]["function"]["name"], "news");
}

#[tokio::test]
async fn an_answers_end_has_the_nearest_name() {
    let ring = Ring::start().await;
    for (stop_reason, finish_reason) in [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("pause_turn", "length"),
        ("refusal", "content_filter"),
    ] {
        let script = Script::text(["Words."]).stop_reason(stop_reason);
        ring.control.reply_with(script);
        let whole = json_of(ring.complete(&chat("Hello")).await).await;
        assert_eq!(whole["choices"][0]["finish_reason"], finish_reason);
    }
}

#[tokio::test]
async fn own_words_end_at_the_limit_and_at_a_stop_in_either_dialect() {
    let ring = Ring::start().await;
    let mut body = streamed_chat("Explain it");
    body["max_completion_tokens"] = 10.into();
    let chunks = chunks_of(ring.complete(&body).await).await;
    let end = &chunks[chunks.len() - 2]["choices"][0]["finish_reason"];
    assert_eq!(end, "length");

    let mut body = question("Explain it");
    body["max_tokens"] = 5_000.into();
    let text = json_of(ring.ask(&body).await).await["content"][0]["text"].clone();
    let words: Vec<_> = text.as_str().expect("text").split(' ').collect();
    let (late, early) = (words[30], words[20]);
    let before = text.as_str().and_then(|text| text.split_once(early));
    body["stop_sequences"] = json!([late, early, "never said"]);
    let cut = json_of(ring.ask(&body).await).await;
    assert_eq!(
        (&cut["stop_reason"], &cut["stop_sequence"]),
        (&json!("stop_sequence"), &json!(early))
    );
    assert_eq!(
        cut["content"][0]["text"].as_str(),
        before.map(|(before, _)| before)
    );
    body["stream"] = true.into();
    let events = events_of(ring.ask(&body).await).await;
    assert_eq!(events[events.len() - 2].1["delta"]["stop_sequence"], early);

    let mut body = chat("Explain it");
    body["stop"] = early.into();
    let whole = json_of(ring.complete(&body).await).await;
    assert_eq!(whole["choices"][0]["finish_reason"], "stop");
    assert_eq!(
        whole["choices"][0]["message"]["content"],
        cut["content"][0]["text"]
    );
}

#[tokio::test]
async fn a_script_goes_wrong_at_the_same_place_in_both_dialects() {
    let ring = Ring::start().await;
    for events in 0..=8 {
        let words = || Script::text(["One, ", "two."]);
        ring.control
            .reply_with(words().error_after(events, "overloaded_error", "Overloaded"));
        let native = events_of(ring.ask(&streamed("Hello")).await).await;
        let said: String = native
            .iter()
            .filter_map(|(_, data)| data["delta"]["text"].as_str())
            .collect();
        ring.control
            .reply_with(words().error_after(events, "overloaded_error", "Overloaded"));
        let response = ring.complete(&streamed_chat("Hello")).await;
        let bytes = response.bytes().await.expect("a body");
        let (chunks, is_done) = chunks_in(&bytes);
        assert_eq!(is_done, events == 8, "{events}");
        if events < 8 {
            assert_eq!(
                chunks[chunks.len() - 1],
                json!({"error": {"message": "Overloaded", "type": "server_error", "param": null, "code": null}}),
                "{events}"
            );
        }
        assert_eq!(text_of(&chunks), said, "{events}");
    }
    assert_eq!((ring.control.aborts(), ring.control.open_streams()), (0, 0));
}

#[tokio::test]
async fn gates_hold_back_chunks_and_a_client_that_leaves_owes_what_it_got() {
    let ring = Ring::start().await;
    ring.control.step();
    ring.control
        .reply_with(Script::text(["seven b", "ytes it"]));
    let mut response = ring.complete(&streamed_chat("Hello")).await;
    for sent in 1..=2 {
        let chunk = response.chunk().await.expect("reads").expect("a chunk");
        assert_eq!(chunks_in(&chunk).0.len(), 1, "one write holds one chunk");
        assert_eq!(
            ring.control.last_request().expect("a request").events_sent,
            sent
        );
        if sent == 1 {
            ring.control.allow_events(1);
        }
    }
    drop(response);
    ring.control.wait_for_aborts(1).await;
    let request = ring.control.last_request().expect("a request");
    assert!(matches!(request.outcome, Outcome::Aborted { .. }));
    assert_eq!(
        request.usage.output,
        TokenCount(2),
        "one piece of seven bytes"
    );
    assert_eq!(ring.control.billed(), request.cost);
}
