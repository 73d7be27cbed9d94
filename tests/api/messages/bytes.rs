//! What travels on, either way: bodies byte for byte, and an exact list of headers.

use serde_json::json;
use shared::api::paths;
use stand_in::Script;
use tests::{Airlock, TokenHolder, raw_upstream};

use super::changed;

/// Spaces, escapes, an order of its own, and a field that nobody here knows.
const ODD_REQUEST: &str = "{ \"messages\" :[{\"role\":\"user\",\"content\":\"\\u0048ello \\ud83d\\ude42 北京\"}],\r\n\t\
    \"max_tokens\":1e2 ,\"brand_new\":{\"x\":1,\"x\":2}, \"model\": \"claude-haiku-5-5\"}  ";

#[tokio::test]
async fn the_upstream_gets_the_bytes_that_were_sent() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    let odd = ODD_REQUEST.replace("1e2", "100");
    for path in ["/v1/messages", "/v1/messages?beta=true"] {
        airlock.stand_in.reply_with(Script::text(["fine"]));
        let response = program.post(path, odd.clone()).send().await;
        // The stand-in, as the API, knows no such field; what counts here is what reached it.
        assert_eq!(response.expect("answers").status(), 400);
        let received = airlock.stand_in.last_request().expect("a request");
        assert_eq!(received.body, odd.as_bytes());
        assert_eq!(received.path, "/v1/messages");
        assert_eq!(
            received.query.as_deref(),
            path.split_once('?').map(|(_, query)| query)
        );
    }
    let response = program.post("/v1/messages?limit=1", odd).send().await;
    assert_eq!(super::error_of(response.expect("answers")).await.0, 400);
}

#[tokio::test]
async fn a_large_body_arrives_whole() {
    let airlock = Airlock::start().await;
    let words = "word ".repeat(300_000);
    let message = TokenHolder::question(&words);
    let response = airlock.token_holder().send(&message).await;
    assert_eq!(response.status(), 200);
    let received = airlock.stand_in.last_request().expect("a request");
    assert_eq!(received.body, message.to_string().as_bytes());
}

#[tokio::test]
async fn a_whole_answer_comes_back_as_it_was_sent() {
    let body = "{ \"id\":\"msg_1\",\r\n \"usage\":{\"input_tokens\":7,\"output_tokens\":2,\"brand_new\":{}},\
        \"content\":[{\"type\":\"text\",\"text\":\"\\u0048i\"}], \"model\":\"claude-haiku-5-5\",\"stop_reason\":\"end_turn\" } ";
    let length = body.len();
    let upstream = raw_upstream(&format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nrequest-id: req_upstream\r\n\
         anthropic-ratelimit-requests-remaining: 9\r\nset-cookie: a=b\r\nserver: cloudflare\r\ncf-ray: 1\r\nx-other: 1\r\n\
         content-encoding: identity\r\n\r\n{body}"
    ))
    .await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let response = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert_eq!(response.bytes().await.expect("a body"), body);
    let visitor = airlock.visitor().await;
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (7 * 100 + 2 * 500, 0));
    for (name, expected) in [
        ("request-id", Some("req_upstream")),
        ("anthropic-ratelimit-requests-remaining", Some("9")),
        ("content-type", Some("application/json")),
        ("set-cookie", None),
        ("server", None),
        ("cf-ray", None),
        ("x-other", None),
        ("content-encoding", None),
    ] {
        let seen = headers.get(name).map(|value| value.to_str().expect("text"));
        assert_eq!(seen, expected, "{name}");
    }
    let ours = headers["x-request-id"].to_str().expect("text");
    assert!(ours.starts_with("req_") && ours != "req_upstream");
}

/// FM-41: the upstream gets an exact list of headers: those of Claude's API as the client sent them, and ours.
#[tokio::test]
async fn of_a_programs_headers_those_of_the_api_alone_travel_on() {
    let airlock = Airlock::start().await;
    let request = airlock
        .token_holder()
        .post(paths::MESSAGES, TokenHolder::question("Hello").to_string())
        .header("anthropic-beta", "one-2026-01-01,two-2026-01-01")
        .header("anthropic-dangerous-direct-browser-access", "true")
        .header("cookie", "a=of-the-caller")
        .header("origin", "http://of-the-caller")
        .header("referer", "http://of-the-caller")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-stainless-lang", "of-the-caller")
        .header("x-claude-code-session-id", "of-the-caller")
        .header("traceparent", "of-the-caller")
        .header("accept-encoding", "gzip")
        .header("user-agent", "Anthropic/Python 2.12.0");
    assert_eq!(request.send().await.expect("answers").status(), 200);
    let received = airlock.stand_in.last_request().expect("a request");
    let mut names: Vec<&str> = received
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "anthropic-beta",
            "anthropic-version",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-api-key"
        ]
    );
    assert_eq!(
        received.header("anthropic-beta"),
        Some("one-2026-01-01,two-2026-01-01")
    );
    assert_eq!(received.header("accept-encoding"), Some("identity"));
    let product = received.header("user-agent").expect("a name");
    assert!(
        product.starts_with("Anthropic/Python 2.12.0 airlock/"),
        "{product}"
    );
    let all = format!("{received:?}");
    assert!(!all.contains("of-the-caller") && !all.contains(TokenHolder::TOKEN));
}

#[tokio::test]
async fn the_version_is_the_clients() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    let mut request = program
        .post(
            paths::MESSAGES,
            changed(&json!({"temperature": 1})).to_string(),
        )
        .build()
        .expect("builds");
    for (version, expected) in [
        ("2023-06-01", 200),
        ("2026-10-21", 400),
        ("2024-10-22", 400),
    ] {
        let value = version.parse().expect("a value");
        request.headers_mut().insert("anthropic-version", value);
        let again = request.try_clone().expect("a body of bytes");
        let response = program.client().execute(again).await.expect("answers");
        assert_eq!(response.status(), expected, "{version}");
        let received = airlock.stand_in.last_request().expect("a request");
        assert_eq!(received.header("anthropic-version"), Some(version));
    }
}
