//! How a gateway fails, and what the visitor gets to see of it.

use reqwest::StatusCode;
use shared::api::chat::ChatEvent;
use shared::error::ErrorKind::{
    self, Misconfigured, ModelNotFound, Overloaded, UpstreamError, UpstreamQuota,
    UpstreamRateLimited, UpstreamRefused,
};
use shared::money::NanoUsd;
use stand_in::Script;
use tests::{Airlock, question, raw_upstream};

use super::{TEXT, spent, stream};

/// A status, its type and code, what it means, and how often it is asked.
type Refusal = (u16, &'static str, &'static str, ErrorKind, usize);

const REFUSALS: [Refusal; 11] = [
    (400, "invalid_request_error", "", UpstreamRefused, 1),
    (400, "budget_exceeded", "400", UpstreamQuota, 1),
    (401, "authentication_error", "", Misconfigured, 1),
    (
        403,
        "new_api_error",
        "insufficient_user_quota",
        UpstreamQuota,
        1,
    ),
    (403, "new_api_error", "access_denied", Misconfigured, 1),
    (404, "not_found_error", "model_not_found", ModelNotFound, 1),
    (
        429,
        "rate_limit_error",
        "insufficient_quota",
        UpstreamQuota,
        1,
    ),
    (429, "rate_limit_error", "", UpstreamRateLimited, 3),
    (500, "api_error", "", UpstreamError, 3),
    (503, "new_api_error", "model_not_found", ModelNotFound, 1),
    (503, "overloaded_error", "", Overloaded, 3),
];

/// FM-37, FM-39: each status of a gateway becomes its own refusal, and none of its words get out.
#[tokio::test]
async fn every_error_of_a_gateway_has_its_own_refusal() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let visitor = airlock.visitor().await;
    for (status, error_type, code, expected, attempts) in REFUSALS {
        let status = StatusCode::from_u16(status).expect("a status");
        for _ in 0..attempts {
            let mut refusal = Script::refuse(status, error_type, "账户 of somebody");
            if !code.is_empty() {
                refusal = refusal.error_code(code);
            }
            airlock.stand_in.reply_with(refusal);
        }
        let sent_before = airlock.stand_in.requests().len();
        let body = serde_json::to_vec(&question("Hello")).expect("json");
        let sent = visitor.post("/api/chat", body).send();
        let response = airlock.while_time_passes(sent).await.expect("answers");
        assert_eq!(response.status().as_u16(), expected.status());
        let text = response.text().await.expect("a body");
        assert!(text.contains(expected.code()), "{status} {code}: {text}");
        assert!(!text.contains("of somebody"), "{status} {code}: {text}");
        let sent = airlock.stand_in.requests().len() - sent_before;
        assert_eq!(sent, attempts, "{status} {code}");
    }
    assert_eq!(spent(&visitor).await, NanoUsd::ZERO);
}

/// FM-29: an error in place of the first chunk is tried again; one after it ends the answer.
#[tokio::test]
async fn an_error_inside_a_gateways_stream_is_judged_as_if_it_had_come_before() {
    let error = r#"{"error":{"message":"of somebody","type":"None","code":503}}"#;
    let upstream = raw_upstream(&stream(&[error])).await;
    let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    let answer = airlock.while_time_passes(visitor.chat(&request)).await;
    assert_eq!(answer.problem().kind, Overloaded);
    assert_eq!(upstream.connections(), 3);

    let upstream = raw_upstream(&stream(&[TEXT, error])).await;
    let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
    let mut reply = airlock.visitor().await.ask("Hello").await;
    let events = reply.all().await;
    assert!(!String::from_utf8_lossy(&reply.bytes).contains("of somebody"));
    let Some(ChatEvent::Error(error)) = events.last() else {
        panic!("an error ends it");
    };
    assert_eq!(error.kind, Overloaded);
    assert_eq!(upstream.connections(), 1);
}

/// FM-39: some gateways answer a stream that they could not begin with 200 and an error; it is one, and costs nothing.
#[tokio::test]
async fn an_error_with_a_status_of_success_is_an_error() {
    let body = r#"{"error":{"message":"of somebody","type":"x","code":"insufficient_quota"}}"#;
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8";
    let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}");
    let upstream = raw_upstream(&answer).await;
    let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, UpstreamQuota);
    assert_eq!(spent(&visitor).await, NanoUsd::ZERO);
}

/// FM-34, FM-39, FM-51: what is no event stream is an error, whatever its status says, and a redirect leads nowhere.
#[tokio::test]
async fn a_page_an_encoded_answer_and_a_redirect_are_errors() {
    for (head, expected) in [
        ("200 OK\r\ncontent-type: text/html", UpstreamError),
        ("200 OK\r\ncontent-type: application/json", UpstreamError),
        (
            "200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip",
            UpstreamError,
        ),
        ("404 Not Found\r\ncontent-type: text/html", Misconfigured),
        (
            "307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/v1/chat/completions",
            UpstreamError,
        ),
    ] {
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 6\r\n\r\n<html>");
        let upstream = raw_upstream(&answer).await;
        let airlock = Airlock::behind_a_gateway(Some(&upstream)).await;
        let visitor = airlock.visitor().await;
        let problem = visitor.chat(&question("Hello")).await.problem();
        assert_eq!(problem.kind, expected, "{head}");
        assert_eq!(upstream.connections(), 1, "{head}");
    }
}
