//! What goes wrong, in the form that official clients understand: the upstream's errors as they came, and ours beside them.

use std::time::Duration;

use hyper::header::CONTENT_ENCODING;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::paths;
use stand_in::Script;
use tests::{Airlock, Setup, TokenHolder, raw_upstream};

use super::error_of;

/// FM-36, FM-37: the upstream's errors pass with status and words, in one attempt: clients go by both, and try again by themselves.
#[tokio::test]
async fn the_upstreams_errors_pass_as_they_came_in_one_attempt() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    for is_streamed in [false, true] {
        for (status, kind) in [
            (400, "invalid_request_error"),
            (402, "billing_error"),
            (404, "not_found_error"),
            (409, "conflict_error"),
            (413, "request_too_large"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (504, "timeout_error"),
            (529, "overloaded_error"),
        ] {
            let words = "organization 1234: in the upstream's own words";
            let refusal =
                Script::refuse(StatusCode::from_u16(status).expect("a status"), kind, words);
            airlock
                .stand_in
                .reply_with(refusal.retry_after(Duration::from_secs(7)));
            let sent_before = airlock.stand_in.requests().len();
            let mut message = TokenHolder::question("Hello");
            message["stream"] = json!(is_streamed);
            let response = program.send(&message).await;
            assert_eq!(response.status().as_u16(), status);
            let received = airlock.stand_in.last_request().expect("a request");
            assert_eq!(
                response.headers()["request-id"],
                received.request_id.as_str()
            );
            assert_eq!(response.headers()["retry-after"], "7");
            assert_eq!(response.headers()["x-should-retry"], "true");
            let body: Value =
                serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
            assert_eq!(
                body["error"],
                json!({"type": kind, "message": words}),
                "{status}"
            );
            assert_eq!(
                airlock.stand_in.requests().len(),
                sent_before + 1,
                "{status}"
            );
        }
    }
    let budget = airlock
        .visitor()
        .await
        .session()
        .await
        .budget
        .expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (0, 0));
}

/// The server's own credential is not the caller's: a refusal of it is no 401 that a client could mistake for its own.
#[tokio::test]
async fn a_refusal_of_the_servers_key_is_the_servers_fault() {
    let airlock = Airlock::start().await;
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let refusal = Script::refuse(status, "authentication_error", "invalid x-api-key");
        airlock.stand_in.reply_with(refusal);
        let response = airlock
            .token_holder()
            .send(&TokenHolder::question("Hello"))
            .await;
        let (status, kind, message) = error_of(response).await;
        assert_eq!((status, kind.as_str()), (502, "api_error"));
        assert!(
            message.contains("misconfigured") && !message.contains("x-api-key"),
            "{message}"
        );
    }
}

/// FM-39: a page of a gateway's passes as the text that it is, and never as a page.
#[tokio::test]
async fn a_gateways_page_is_passed_on_as_text() {
    let page = "<html><script>alert(1)</script></html>";
    let length = page.len();
    let upstream = raw_upstream(&format!(
        "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{page}"
    ))
    .await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let response = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    assert_eq!(response.status(), 502);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.text().await.expect("text"), page);
    assert_eq!(upstream.connections(), 1);
}

/// FM-40: an upstream that repeats the key in an error does not get it to a program.
#[tokio::test]
async fn an_error_that_repeats_the_key_is_not_passed_on() {
    let key = "key-that-must-not-show";
    let airlock = Airlock::start_with(Setup {
        key: key.to_owned(),
        ..Setup::default()
    })
    .await;
    let refusal = Script::refuse(
        StatusCode::BAD_REQUEST,
        "invalid_request_error",
        format!("bad key {key}"),
    );
    airlock.stand_in.reply_with(refusal);
    let response = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    let (status, _, message) = error_of(response).await;
    assert_eq!(status, 502);
    assert!(!message.contains("must-not-show"));
}

/// FM-34, FM-39, FM-51: what is no answer is an error of ours, in either mode: another kind, another coding, a redirect, no JSON.
#[tokio::test]
async fn what_is_no_answer_is_an_error() {
    let head = |status: &str, fields: &str| {
        format!("HTTP/1.1 {status}\r\n{fields}\r\ncontent-length: 2\r\n\r\nhi")
    };
    for answer in [
        head("200 OK", "content-type: text/html"),
        head("200 OK", "content-type: application/json"),
        head(
            "200 OK",
            "content-type: application/json\r\ncontent-encoding: gzip",
        ),
        head(
            "200 OK",
            "content-type: text/event-stream\r\ncontent-encoding: gzip",
        ),
        head("307 Temporary Redirect", "location: http://127.0.0.1:1/"),
    ] {
        for is_streamed in [false, true] {
            let upstream = raw_upstream(&answer).await;
            let airlock = Airlock::in_front_of(&upstream).await;
            let mut message = TokenHolder::question("Hello");
            message["stream"] = json!(is_streamed);
            let response = airlock.token_holder().send(&message).await;
            let (status, kind, _) = error_of(response).await;
            assert_eq!((status, kind.as_str()), (502, "api_error"), "{answer}");
        }
    }
}

/// A whole answer that has no end is given up, by its size or by its silence.
#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let endless = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{{\"x\":\"{}",
        "x".repeat(9 << 20)
    );
    let upstream = raw_upstream(&endless).await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let response = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    assert_eq!(error_of(response).await.0, 502);

    let upstream =
        tests::stuck_upstream("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{").await;
    let airlock = Airlock::in_front_of(&upstream).await;
    let (program, message) = (airlock.token_holder(), TokenHolder::question("Hello"));
    let response = airlock.while_time_passes(program.send(&message)).await;
    assert_eq!(error_of(response).await.0, 504);
}

/// FM-33: a whole answer may take as long as the API itself allows, and no longer.
#[tokio::test]
async fn a_whole_answer_may_take_ten_minutes() {
    let airlock = Airlock::start().await;
    airlock.stand_in.hold_headers();
    let program = airlock.token_holder();
    let call = tokio::spawn(async move { program.send(&TokenHolder::question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    airlock.advance(Duration::from_secs(599));
    assert!(!call.is_finished());
    airlock.advance(Duration::from_secs(1));
    let response = call.await.expect("no panic");
    assert_eq!(error_of(response).await.1, "timeout_error");
}

/// FM-52: a body over the limit is refused, whether it says its length or not; so is one that is compressed or no JSON.
#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    let large = vec![b' '; (32 << 20) + 1];
    let chunks = large
        .chunks(1 << 20)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()));
    let unannounced = reqwest::Body::wrap_stream(tests::stream_of(chunks.collect()));
    for body in [reqwest::Body::from(large.clone()), unannounced] {
        let response = program.post(paths::MESSAGES, body).send().await;
        let (status, kind, _) = error_of(response.expect("answers")).await;
        assert_eq!((status, kind.as_str()), (413, "request_too_large"));
    }
    for body in ["", "[]", "{", &"[".repeat(200_000)] {
        let response = program.post(paths::MESSAGES, body.to_owned()).send().await;
        let (status, kind, _) = error_of(response.expect("answers")).await;
        assert_eq!((status, kind.as_str()), (400, "invalid_request_error"));
    }
    let compressed = program
        .post(paths::MESSAGES, "{}")
        .header(CONTENT_ENCODING, "gzip");
    assert_eq!(
        error_of(compressed.send().await.expect("answers")).await.0,
        415
    );
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_tried_again_and_then_named() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let base_url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let airlock = Airlock::start_with(Setup {
        base_url: Some(base_url),
        ..Setup::default()
    })
    .await;
    let (program, message) = (airlock.token_holder(), TokenHolder::question("Hello"));
    let response = airlock.while_time_passes(program.send(&message)).await;
    let (status, kind, message) = error_of(response).await;
    assert_eq!((status, kind.as_str()), (502, "api_error"));
    assert!(message.contains("could not be reached"), "{message}");
}
