//! Who may ask, in which version, and what every answer's head says.

use reqwest::StatusCode;
use serde_json::json;

use super::{Ring, error_of, header, json_of, question};
use crate::Outcome;

#[tokio::test]
async fn a_key_is_needed_and_either_header_may_carry_it() {
    let ring = Ring::start().await;
    let send = |header: Option<(&'static str, &'static str)>| {
        let request = ring.client.post(ring.url("/v1/messages"));
        let request = request
            .header("anthropic-version", "2023-06-01")
            .body(question("Hello").to_string());
        match header {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
        .send()
    };
    let error = error_of(send(None).await.expect("an answer")).await;
    assert_eq!(
        error,
        (
            401,
            "authentication_error".to_owned(),
            "x-api-key header is required".to_owned()
        )
    );
    let error = error_of(
        send(Some(("x-api-key", "an-invalid-key")))
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!(
        error,
        (
            401,
            "authentication_error".to_owned(),
            "invalid x-api-key".to_owned()
        )
    );
    for header in [("x-api-key", "any"), ("authorization", "Bearer any")] {
        let response = send(Some(header)).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{header:?}");
    }
}

#[tokio::test]
async fn no_key_is_ever_written_down() {
    let ring = Ring::start().await;
    for name in ["x-api-key", "authorization", "cookie"] {
        let request = ring.post("/v1/messages", &question("Hello"));
        request
            .header(name, "Bearer never-write-this-down")
            .send()
            .await
            .expect("an answer");
    }
    let written = format!("{:?}", ring.control.requests());
    assert!(!written.contains("never-write-this-down"));
    let request = ring.control.last_request().expect("a request");
    assert_eq!(request.header("anthropic-version"), Some("2026-10-21"));
    assert_eq!(
        (request.header("x-api-key"), request.header("cookie")),
        (None, None)
    );
    assert!(
        request
            .headers
            .iter()
            .any(|(name, value)| name == "x-api-key" && value.is_none())
    );
    let key = request.key.expect("a key");
    assert_eq!((key.header, key.fingerprint.len()), ("x-api-key", 8));
}

#[tokio::test]
async fn the_version_must_be_one_of_two() {
    let ring = Ring::start().await;
    for (version, message) in [
        (None, "anthropic-version: header is required"),
        (
            Some("2024-10-22"),
            "anthropic-version: \"2024-10-22\" is not a valid version",
        ),
    ] {
        let request = ring
            .client
            .post(ring.url("/v1/messages"))
            .header("x-api-key", "any");
        let request = match version {
            Some(version) => request.header("anthropic-version", version),
            None => request,
        };
        let response = request.body(question("Hello").to_string()).send().await;
        let error = error_of(response.expect("an answer")).await;
        assert_eq!(
            error,
            (400, "invalid_request_error".to_owned(), message.to_owned())
        );
    }
}

#[tokio::test]
async fn a_browser_of_another_origin_is_refused_unless_it_knows_the_danger() {
    let ring = Ring::start().await;
    let from_browser = || {
        ring.post("/v1/messages", &question("Hello"))
            .header("origin", "https://example.com")
    };
    let response = from_browser().send().await.expect("an answer");
    assert_eq!(header(&response, "access-control-allow-origin"), None);
    let (status, kind, message) = error_of(response).await;
    assert_eq!((status, kind.as_str()), (401, "authentication_error"));
    assert!(message.contains("'anthropic-dangerous-direct-browser-access'"));
    let opted_in = from_browser().header("anthropic-dangerous-direct-browser-access", "true");
    let response = opted_in.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own_and_errors_repeat_it() {
    let ring = Ring::start().await;
    let found = ring.ask(&question("Hello")).await;
    let found = header(&found, "request-id").expect("an id").to_owned();
    let missing = ring.get("/v1/nothing").await;
    let id = header(&missing, "request-id").expect("an id").to_owned();
    assert!(id.starts_with("req_011C") && id != found);
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    let body = json_of(missing).await;
    assert_eq!(
        body,
        json!({"type": "error", "error": {"type": "not_found_error", "message": "Not Found"}, "request_id": id})
    );
    let request = ring.control.last_request().expect("a request");
    assert_eq!(request.request_id, id);
    assert_eq!(request.outcome, Outcome::Refused { status: 404 });
}

#[tokio::test]
async fn models_are_listed_and_found() {
    let ring = Ring::start().await;
    let list = json_of(ring.get("/v1/models?limit=2").await).await;
    assert_eq!(list["data"][0]["id"], "claude-haiku-5-5");
    assert_eq!(
        (&list["has_more"], &list["last_id"]),
        (&json!(true), &json!("claude-sonnet-5-5"))
    );
    let model = json_of(ring.get("/v1/models/claude-sonnet-4-5").await).await;
    assert_eq!(model["id"], "claude-sonnet-4-5-20250929");
    assert_eq!(
        (&model["lifecycle"], &model["retires_at"]),
        (&json!("deprecated"), &json!("2026-11-30T00:00:00Z"))
    );
    let error = error_of(ring.get("/v1/models/claude-3-opus").await).await;
    assert_eq!(
        error,
        (
            404,
            "not_found_error".to_owned(),
            "model: claude-3-opus".to_owned()
        )
    );
}

#[tokio::test]
async fn a_browser_that_asks_in_advance_may_send_a_key_from_any_page() {
    let ring = Ring::start().await;
    let url = ring.url("/v1/messages");
    let asked = ring
        .client
        .request(reqwest::Method::OPTIONS, url)
        .header("origin", "https://example.com")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-api-key");
    let response = asked.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&response, "access-control-allow-headers"), Some("*"));
    assert!(ring.control.requests().is_empty(), "it is no call");
}
