//! A conversation through the whole house.

use std::time::Duration;

use serde_json::json;
use shared::api::chat::{ChatEvent, ChatMessage, ChatRequest, Effort, Role};
use shared::models::Catalogue;
use shared::money::{TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Airlock, START, Setup, question};

#[tokio::test]
async fn an_answer_starts_streams_reports_its_cost_and_ends_in_this_order() {
    let airlock = Airlock::start().await;
    airlock.stand_in.reply_with(Script::text(["Good ", "day."]));
    let mut reply = airlock.visitor().await.ask("Hello").await;
    let id = reply.header("x-request-id").to_owned();
    let events = reply.all().await;
    let names: Vec<_> = events.iter().map(ChatEvent::name).collect();
    assert_eq!(names, ["started", "delta", "delta", "usage", "done"]);
    let ChatEvent::Started(started) = &events[0] else {
        panic!("started comes first");
    };
    assert_eq!(started.request_id.to_string(), id);
    assert_eq!(started.model, "claude-haiku-5-5");
}

#[tokio::test]
async fn a_conversation_of_three_turns_reaches_claude_whole() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let mut request = question("One");
    for turn in ["Two", "Three"] {
        let (text, _) = visitor.chat(&request).await.stream().whole().await;
        request.messages.push(ChatMessage {
            role: Role::Assistant,
            content: text,
        });
        request.messages.push(ChatMessage {
            role: Role::User,
            content: turn.to_owned(),
        });
    }
    let request = ChatRequest {
        max_tokens: Some(77),
        effort: Some(Effort::Low),
        ..request
    };
    visitor.chat(&request).await.stream().whole().await;
    let received = airlock.stand_in.last_request().expect("a request").json();
    assert_eq!(received["max_tokens"], 77);
    assert_eq!(received["output_config"], json!({ "effort": "low" }));
    let messages = received["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 5);
    assert_eq!(messages[4], json!({ "role": "user", "content": "Three" }));
    assert_eq!(messages[1]["content"], request.messages[1].content);
}

/// FM-31: nothing is buffered: each event is at the client before the upstream sends the next.
#[tokio::test]
async fn every_piece_arrives_before_the_next_is_sent() {
    let airlock = Airlock::start().await;
    let pieces: Vec<String> = (0..20).map(|n| format!("piece {n} ")).collect();
    airlock.stand_in.reply_with(Script::text(pieces.clone()));
    airlock.stand_in.step();
    let mut reply = airlock.visitor().await.ask("Hello").await;
    assert_eq!(reply.header("cache-control"), "no-store, no-transform");
    assert_eq!(reply.header("x-accel-buffering"), "no");
    // `message_start` is never held back; before the first piece come a block's start and a ping.
    airlock.stand_in.allow_events(2);
    for piece in &pieces {
        airlock.stand_in.allow_events(1);
        assert_eq!(&reply.next_text().await, piece);
    }
    airlock.stand_in.open_gates();
    reply.whole().await;
}

/// FM-25: characters that a chunk boundary cuts in two arrive whole.
#[tokio::test]
async fn text_of_every_alphabet_arrives_as_it_was_sent() {
    let airlock = Airlock::start().await;
    let text = "北京🙂 Zürich \u{2028} \"quoted\" \\ back\r\nslash e\u{301}";
    airlock
        .stand_in
        .reply_with(Script::text(text.chars().map(String::from)));
    let (received, _) = airlock.visitor().await.ask(text).await.whole().await;
    assert_eq!(received, text);
    let sent = airlock.stand_in.last_request().expect("a request").json();
    assert_eq!(sent["messages"][0]["content"], text);
}

#[tokio::test]
async fn thinking_is_told_apart_from_the_answer() {
    let airlock = Airlock::start().await;
    let script = Script::default()
        .and_thinking(["Hm, ", "well."])
        .and_text(["Yes."]);
    airlock.stand_in.reply_with(script);
    let mut thoughts = String::new();
    let mut text = String::new();
    for event in airlock.visitor().await.ask("Hello").await.all().await {
        match event {
            ChatEvent::Thinking(piece) => thoughts.push_str(&piece.text),
            ChatEvent::Delta(piece) => text.push_str(&piece.text),
            _ => {}
        }
    }
    assert_eq!((thoughts.as_str(), text.as_str()), ("Hm, well.", "Yes."));
}

/// FM-3, FM-4: each class of tokens costs its own price, to the nano-dollar.
#[tokio::test]
async fn what_the_page_is_told_is_what_the_upstream_bills() {
    let airlock = Airlock::start().await;
    let usage = TokenUsage {
        input: TokenCount(4),
        output: TokenCount(11),
        cache_write_5m: TokenCount(100),
        cache_write_1h: TokenCount(30),
        cache_read: TokenCount(2_455),
    };
    airlock
        .stand_in
        .reply_with(Script::text(["Yes."]).usage(usage));
    let (_, report) = airlock
        .visitor()
        .await
        .ask(&"x".repeat(4_000))
        .await
        .whole()
        .await;
    assert_eq!(report.tokens, usage);
    let haiku = Catalogue::builtin()
        .find("claude-haiku-5-5")
        .expect("haiku")
        .clone();
    assert_eq!(Some(report.cost_nano_usd), haiku.cost(START, &usage));
    assert_eq!(report.cost_nano_usd, airlock.stand_in.billed());
}

#[tokio::test]
async fn the_operators_system_prompt_goes_to_claude_and_never_to_the_page() {
    let system_prompt = "Answer as a librarian would.";
    let airlock = Airlock::start_with(Setup {
        system_prompt: system_prompt.to_owned(),
        ..Setup::default()
    })
    .await;
    airlock.stand_in.reply_with(Script::text(["Hush."]));
    let visitor = airlock.visitor().await;
    let session = visitor.get("/api/session").send().await.expect("answers");
    let session = session.text().await.expect("text");
    assert!(!session.contains("librarian"));
    assert!(session.contains(&format!("\"system_bytes\":{}", system_prompt.len())));
    visitor.ask("Hello").await.whole().await;
    let received = airlock.stand_in.last_request().expect("a request").json();
    assert_eq!(received["system"], system_prompt);
}

/// FM-32: a silent stream is kept open by comments, and none stands inside an event.
#[tokio::test]
async fn a_silent_upstream_does_not_make_a_silent_stream() {
    let airlock = Airlock::start().await;
    airlock.stand_in.reply_with(Script::text(["a", "b"]));
    airlock.stand_in.step();
    let mut reply = airlock.visitor().await.ask("Hello").await;
    let started = reply.next().await;
    assert!(matches!(started, Some(ChatEvent::Started(_))));
    for _ in 0..3 {
        airlock.advance(Duration::from_secs(15));
        let chunk = reply.next_chunk().await.expect("a comment");
        assert_eq!(&chunk[..], b": keep-alive\n\n");
    }
    airlock.stand_in.open_gates();
    reply.whole().await;
}
