//! An OpenAI-compatible gateway in Claude's place: the page notices nothing, and nobody gets to see the key.

mod books;
mod errors;
mod programs;

use std::ffi::OsString;
use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::json;
use serving::clock::Clock;
use serving::tasks::Tasks;
use shared::api::chat::ChatEvent;
use shared::money::NanoUsd;
use stand_in::{Script, Settings, StandIn};
use tests::{Airlock, Answer, Binary, Certificate, Setup, TlsFront, Visitor, question};
use tokio::net::TcpListener;

/// The books once the last call has been settled.
async fn spent(visitor: &Visitor) -> NanoUsd {
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.reserved, NanoUsd::ZERO, "nothing is held any more");
    budget.spent
}

/// An answer of these chunks, as a gateway sends it.
fn stream(chunks: &[&str]) -> String {
    let events = chunks.iter().map(|chunk| format!("data: {chunk}\n\n"));
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    format!("{head}{}", events.collect::<String>())
}

const TEXT: &str = r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello"}}]}"#;
const FINISH: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
const COUNTS: &str = r#"{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":2}}"#;
const DONE: &str = "[DONE]";

#[tokio::test]
async fn a_conversation_is_held_through_a_gateway() {
    let names = [("claude-haiku-5-5".to_owned(), "claude-haiku-4-5".to_owned())];
    let airlock = Airlock::start_with(Setup {
        is_gateway: true,
        model_names: names.into(),
        system_prompt: "Answer briefly.".to_owned(),
        ..Setup::default()
    })
    .await;
    airlock
        .stand_in
        .reply_with(Script::text(["Hello ", "北京 🙂"]));
    let visitor = airlock.visitor().await;
    let (text, _) = visitor.ask("Good morning").await.whole().await;
    assert_eq!(text, "Hello 北京 🙂");
    let received = airlock.stand_in.last_request().expect("a request");
    assert_eq!(received.path, "/v1/chat/completions");
    let body = received.json();
    // The page asks by our name; the gateway hears its own.
    assert_eq!(body["model"], "claude-haiku-4-5");
    assert_eq!(body["max_tokens"], 4_096);
    assert_eq!(body["stream_options"], json!({ "include_usage": true }));
    let messages = json!([
        { "role": "system", "content": "Answer briefly." },
        { "role": "user", "content": "Good morning" },
    ]);
    assert_eq!(body["messages"], messages);
    let info = visitor.session().await.upstream;
    assert!(info.name.starts_with("127.0.0.1:") && !info.is_stand_in);
}

/// FM-31: a gateway's pieces are passed on one by one too.
#[tokio::test]
async fn every_piece_of_a_gateways_arrives_before_the_next_is_sent() {
    let airlock = Airlock::behind_a_gateway(None).await;
    airlock.stand_in.reply_with(Script::text(["a", "b", "c"]));
    airlock.stand_in.step();
    let mut reply = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    for piece in ["a", "b", "c"] {
        airlock.stand_in.allow_events(1);
        assert_eq!(reply.next_text().await, piece);
    }
    airlock.stand_in.open_gates();
    assert!(matches!(reply.all().await.last(), Some(ChatEvent::Done(_))));
}

/// FM-41: a gateway gets an exact list of headers; nothing that the browser sent is among them, and nothing of Anthropic's.
#[tokio::test]
async fn nothing_of_the_callers_travels_on_to_a_gateway() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let visitor = airlock.visitor().await;
    let body = serde_json::to_vec(&question("Hello")).expect("json");
    let request = visitor
        .post("/api/chat", body)
        .header("x-api-key", "of-the-caller")
        .header("authorization", "Bearer of-the-caller")
        .header("openai-organization", "of-the-caller")
        .header("x-forwarded-for", "203.0.113.9");
    let answer = Answer::of(request.send().await.expect("answers")).await;
    answer.stream().whole().await;
    let received = airlock.stand_in.last_request().expect("a request");
    let mut names: Vec<_> = received.headers.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "user-agent"
        ]
    );
    assert_eq!(received.header("accept-encoding"), Some("identity"));
    let seen = format!("{received:?}");
    assert!(!seen.contains("of-the-caller") && !seen.contains("203.0.113.9"));
}

/// FM-40: as people run it, over https with an authority of their own: the gateway takes the key, and neither the log nor an answer has
/// it, though the gateway repeats it and its hash.
#[tokio::test]
async fn a_gateways_key_is_in_no_log_and_no_answer() {
    // Every test of a process asks for it; the first one gets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (key, hash) = ("a-canary-that-must-not-show", "0a1b2c3d".repeat(8));
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let stand_in = StandIn::start(listener, Settings::instant(), Clock::system(), &tasks);
    let stand_in = stand_in.await.expect("the stand-in starts");
    let front = TlsFront::in_front_of(stand_in.address(), Certificate::Good).await;
    let settings: Vec<(&str, OsString)> = vec![
        ("OPENAI_BASE_URL", format!("{}/v1/", front.url()).into()),
        ("OPENAI_API_KEY", key.into()),
        ("AIRLOCK__UPSTREAM__CA_FILE", front.authority_file().into()),
        ("AIRLOCK__LOG__FILTER", "trace".into()),
    ];
    let program = Path::new(env!("CARGO_BIN_EXE_airlock-under-test"));
    let airlock = Binary::start(program, &["serve"], &settings);
    let visitor = Visitor::arrive(airlock.address).await;
    stand_in.control().wait_for_requests(1).await;
    visitor.ask("Hello").await.whole().await;
    let words = format!("Received API Key = {key}, Key Hash (Token) = {hash}");
    let refusal = Script::refuse(StatusCode::UNAUTHORIZED, "authentication_error", words);
    stand_in.control().reply_with(refusal);
    let body = json!(question("Hello")).to_string();
    let response = visitor
        .post("/api/chat", body)
        .send()
        .await
        .expect("answers");
    let answer = response.text().await.expect("a body");
    let session = visitor.get("/api/session").send().await.expect("answers");
    let session = session.text().await.expect("a body");
    let log = String::from_utf8_lossy(&airlock.end()).into_owned();
    assert!(log.contains("the upstream takes the key"), "{log}");
    assert!(log.contains("Key Hash (Token)"), "{log}");
    for text in [&answer, &session, &log] {
        assert!(!text.contains(key) && !text.contains(&hash), "{text}");
    }
    let requests = stand_in.control().requests();
    let asked = requests
        .iter()
        .map(|request| (&request.method, request.path.as_str()));
    let chats = asked
        .clone()
        .filter(|asked| *asked == (&Method::POST, "/v1/chat/completions"));
    assert_eq!(chats.count(), 2);
    assert!(
        asked
            .clone()
            .any(|asked| asked == (&Method::GET, "/v1/models"))
    );
    tasks.stop();
}
