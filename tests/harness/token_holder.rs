//! A program of the team's own: the access token, and requests in Claude's own form.

use std::net::SocketAddr;

use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use shared::anthropic::VERSION;
use shared::api::paths;

use crate::visitor::client;

/// A program that holds the access token.
#[derive(Clone, Debug)]
pub struct TokenHolder {
    client: Client,
    address: SocketAddr,
}

impl TokenHolder {
    /// The access token of every server that the harness starts.
    pub const TOKEN: &str = "airlock_token-of-the-harness";

    /// A program that talks to the server at `address`.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            client: client(),
            address,
        }
    }

    /// A request that asks `text` of the default model.
    pub fn question(text: &str) -> Value {
        json!({
            "model": "claude-haiku-5-5",
            "max_tokens": 1_000,
            "messages": [{"role": "user", "content": text}],
        })
    }

    /// The same, answered as a stream.
    pub fn streamed(text: &str) -> Value {
        let mut question = Self::question(text);
        question["stream"] = json!(true);
        question
    }

    /// The client that makes this program's requests.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// A POST of JSON to `path` that proves nothing.
    pub fn stranger(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client
            .post(format!("http://{}{path}", self.address))
            .header(CONTENT_TYPE, "application/json")
            .header("anthropic-version", VERSION)
            .body(body)
    }

    /// A POST of JSON to `path` with the token.
    pub fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.stranger(path, body)
            .header(AUTHORIZATION, format!("Bearer {}", Self::TOKEN))
    }

    /// `POST /v1/messages`.
    pub async fn send(&self, message: &Value) -> Response {
        let request = self.post(paths::MESSAGES, message.to_string());
        request.send().await.unwrap()
    }
}
