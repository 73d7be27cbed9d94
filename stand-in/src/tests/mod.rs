//! The stand-in over real sockets, as any client meets it.

mod completion_refusals;
mod completions;
mod headers;
mod limits;
mod messages;
mod steering;

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use shared::time::UnixMillis;
use tokio::net::TcpListener;

use super::{Control, Settings, StandIn};
use serving::clock::{Clock, ManualClock};
use serving::tasks::Tasks;

/// 2026-11-23, noon.
const NOON: UnixMillis = UnixMillis(1_795_435_200_000);

/// A stand-in and a client that talks to it.
struct Ring {
    clock: ManualClock,
    tasks: Tasks,
    client: reqwest::Client,
    address: SocketAddr,
    control: Control,
}

impl Ring {
    async fn start() -> Self {
        Self::start_with(Settings::instant()).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a raw client: the one in upstream/ would hide what goes over the wire"
    )]
    async fn start_with(settings: Settings) -> Self {
        // A second test in this process finds it installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = ManualClock::starting_at(NOON);
        let tasks = Tasks::default();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let stand_in = StandIn::start(
            listener.expect("a free port"),
            settings,
            Clock::from(clock.clone()),
            &tasks,
        );
        let stand_in = stand_in.await.expect("starts");
        Self {
            clock,
            tasks,
            // A connection for each request: moving time by hand closes those that idle.
            client: reqwest::Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .build()
                .expect("a client"),
            address: stand_in.address(),
            control: stand_in.control().clone(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request with what every request needs.
    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client
            .post(self.url(path))
            .header("x-api-key", "a-test-key")
            .header("anthropic-version", "2026-10-21")
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    async fn ask(&self, body: &Value) -> Response {
        let response = self.post("/v1/messages", body).send().await;
        response.expect("an answer")
    }

    /// Asks in the OpenAI dialect.
    async fn complete(&self, body: &Value) -> Response {
        let request = self.client.post(self.url("/v1/chat/completions"));
        let request = request.header("authorization", "Bearer a-test-key");
        let response = request.body(body.to_string()).send().await;
        response.expect("an answer")
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(self.url(path));
        let request = request.header("x-api-key", "a-test-key");
        let request = request.header("anthropic-version", "2026-10-21");
        request.send().await.expect("an answer")
    }
}

/// A question in the OpenAI dialect.
fn chat(text: &str) -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_completion_tokens": 1_000,
        "messages": [{"role": "user", "content": text}],
    })
}

/// The same, to be streamed, with the usage at the end.
fn streamed_chat(text: &str) -> Value {
    let mut body = chat(text);
    body["stream"] = true.into();
    body["stream_options"] = json!({"include_usage": true});
    body
}

fn question(text: &str) -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 1_000,
        "messages": [{"role": "user", "content": text}],
    })
}

fn streamed(text: &str) -> Value {
    let mut body = question(text);
    body["stream"] = true.into();
    body
}

async fn json_of(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).expect("JSON")
}

/// The error's type and message.
async fn error_of(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let body = json_of(response).await;
    let field = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (status, field("type"), field("message"))
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Reads a stream to its end: names and data of its events.
async fn events_of(response: Response) -> Vec<(String, Value)> {
    let bytes = response.bytes().await.expect("a whole body");
    events_in(&bytes)
}

fn events_in(mut bytes: &[u8]) -> Vec<(String, Value)> {
    let mut parser = shared::sse::Parser::new(1_000_000);
    let mut events = Vec::new();
    while let Some(event) = parser.next(&mut bytes).expect("small events") {
        let name = String::from_utf8(event.name.to_vec()).expect("a name");
        events.push((name, serde_json::from_slice(event.data).expect("JSON")));
    }
    events
}
