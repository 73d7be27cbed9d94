//! What leaves for the upstream: an exact list of headers, the key to one host alone, and nothing of the caller's.

use hyper::header::HeaderValue;
use serde_json::json;
use shared::api::paths;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::{Airlock, Answer, Setup, question, raw_upstream};

/// FM-41: the upstream gets an exact list of headers; nothing that the browser sent is among them.
#[tokio::test]
async fn nothing_of_the_callers_travels_on() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let body = serde_json::to_vec(&question("Hello")).expect("json");
    let request = visitor
        .post(paths::CHAT, body)
        .header("x-api-key", "of-the-caller")
        .header("authorization", "Bearer of-the-caller")
        .header("anthropic-beta", "of-the-caller")
        .header("x-forwarded-for", "203.0.113.9")
        .header("referer", "http://localhost/secret")
        .header("user-agent", "of-the-caller");
    Answer::of(request.send().await.expect("answers"))
        .await
        .stream()
        .whole()
        .await;
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
            "anthropic-version",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-api-key"
        ]
    );
    assert_eq!(received.header("anthropic-version"), Some("2026-10-21"));
    assert_eq!(received.header("accept-encoding"), Some("identity"));
    assert!(!format!("{received:?}").contains("of-the-caller"));
    assert!(!format!("{received:?}").contains("203.0.113.9"));
}

#[tokio::test]
async fn the_upstream_is_told_a_pseudonym_that_is_stable_for_one_visitor() {
    let airlock = Airlock::start().await;
    let mut names = Vec::new();
    let one = airlock.visitor().await;
    for visitor in [&one, &one, &airlock.visitor().await] {
        airlock.stand_in.reply_with(Script::text(["ok"]));
        visitor.ask("Hello").await.whole().await;
        let body = airlock.stand_in.last_request().expect("a request").json();
        let name = body["metadata"]["user_id"]
            .as_str()
            .expect("a name")
            .to_owned();
        let cookie = visitor.cookie().split_once('=').expect("a cookie").1;
        assert!(!name.contains(cookie) && !cookie.contains(&name));
        names.push(name);
    }
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], names[2]);
}

/// FM-51: a redirect is an error; the key does not follow it to another host.
#[tokio::test]
async fn a_redirect_upstream_is_not_followed() {
    let other = raw_upstream("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/v1/messages\r\ncontent-length: 0\r\n\r\n",
        other.address
    );
    let upstream = raw_upstream(&redirect).await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let problem = airlock
        .visitor()
        .await
        .chat(&question("Hello"))
        .await
        .problem();
    assert_eq!(problem.kind, ErrorKind::UpstreamError);
    assert_eq!((upstream.connections(), other.connections()), (1, 0));
}

/// FM-34: bytes that we did not ask to be encoded are an error, never relayed.
#[tokio::test]
async fn an_encoded_or_foreign_answer_is_an_error() {
    for head in [
        "content-type: text/event-stream\r\ncontent-encoding: gzip",
        "content-type: text/html",
        "x-nothing: 1",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\ncontent-length: 2\r\n\r\nhi");
        let upstream = raw_upstream(&answer).await;
        let airlock = Airlock::in_front_of(&upstream).await;
        let problem = airlock
            .visitor()
            .await
            .chat(&question("Hello"))
            .await
            .problem();
        assert_eq!(problem.kind, ErrorKind::UpstreamError, "{head}");
    }
}

/// FM-40: an upstream that echoes the key in its refusal does not get it to the visitor.
#[tokio::test]
async fn a_key_that_the_upstream_echoes_stops_at_the_server() {
    let key = "key-that-must-not-show";
    let airlock = Airlock::start_with(Setup {
        key: key.to_owned(),
        ..Setup::default()
    })
    .await;
    let words = format!("invalid x-api-key: {key}");
    let refusal = Script::refuse(
        reqwest::StatusCode::UNAUTHORIZED,
        "authentication_error",
        words,
    );
    airlock.stand_in.reply_with(refusal);
    let visitor = airlock.visitor().await;
    let body = json!(question("Hello")).to_string();
    let response = visitor
        .post(paths::CHAT, body)
        .send()
        .await
        .expect("answers");
    let shows = |value: &HeaderValue| {
        value
            .as_bytes()
            .windows(key.len())
            .any(|part| part == key.as_bytes())
    };
    assert!(!response.headers().values().any(shows));
    assert!(!response.text().await.expect("a body").contains(key));
    let session = visitor.get(paths::SESSION).send().await.expect("answers");
    assert!(!session.text().await.expect("a body").contains(key));
}
