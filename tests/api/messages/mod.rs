//! `POST /v1/messages`: Claude's own API for programs, with an access token in place of a key.

mod access;
mod books;
mod bytes;
mod errors;
mod streams;

use reqwest::Response;
use serde::Deserialize;
use serde_json::Value;
use tests::TokenHolder;

/// An error in the form of Claude's API.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    r#type: String,
    error: ToldError,
    request_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldError {
    r#type: String,
    message: String,
}

/// An answer's error, which must be in the form of Claude's API: its status, type and message.
async fn error_of(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let header = |name: &str| {
        let value = response.headers().get(name)?.to_str();
        value.ok().map(str::to_owned)
    };
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert!(header("x-should-retry").is_some());
    let request_id = header("request-id");
    let body = response.bytes().await.expect("a body");
    let told: Told = serde_json::from_slice(&body).expect("an error of the API's form");
    assert_eq!(told.r#type, "error");
    assert_eq!(request_id, Some(told.request_id));
    (status, told.error.r#type, told.error.message)
}

/// Every byte of an answer that must be a stream.
async fn all_of(response: Response) -> Vec<u8> {
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    response.bytes().await.expect("a body").to_vec()
}

fn changed(changes: &Value) -> Value {
    let mut message = TokenHolder::question("Hello");
    let fields = message.as_object_mut().expect("an object");
    fields.extend(changes.as_object().expect("an object").clone());
    message
}
