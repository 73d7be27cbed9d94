//! The floor: the least that a forwarder in this stack can be. axum takes the request, reqwest sends it on with a key, the answer
//! streams back. It checks nothing, limits nothing and counts nothing; it exists to be measured.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use hyper::header::CONTENT_TYPE;
use tokio::net::TcpListener;

use crate::ways::KEY;

#[derive(Clone)]
struct Forwarder {
    client: reqwest::Client,
    url: String,
}

/// Forwards `POST /v1/messages` to `upstream` until the process is killed.
#[expect(
    clippy::disallowed_methods,
    reason = "the floor is measured with a client of its own, made as anybody would"
)]
pub(crate) async fn run(upstream: SocketAddr) -> Result<()> {
    // reqwest is built without a provider of its own and makes no client before there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .tcp_nodelay(true)
        .no_proxy()
        .build()
        .context("the client could not be made")?;
    let forwarder = Forwarder {
        client,
        url: format!("http://{upstream}/v1/messages"),
    };
    let router = Router::new()
        .route("/v1/messages", post(forward))
        .with_state(forwarder);
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .context("no free port")?;
    println!("listening on http://{}", listener.local_addr()?);
    // Or the second event of a stream waits until the first one is acknowledged: 40 ms, in which the processors fall asleep, and the way
    // that is measured next has to wake them.
    let listener = listener.tap_io(|stream| {
        // Where the system will not, that shows in the figures.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.context("it stopped")
}

async fn forward(State(forwarder): State<Forwarder>, body: Bytes) -> Response {
    let sent = forwarder
        .client
        .post(&forwarder.url)
        .header("x-api-key", KEY)
        .header("anthropic-version", shared::anthropic::VERSION)
        .header(CONTENT_TYPE, "application/json")
        .body(body)
        .send()
        .await;
    let Ok(answer) = sent else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let mut response = Response::builder().status(answer.status());
    if let Some(kind) = answer.headers().get(CONTENT_TYPE) {
        response = response.header(CONTENT_TYPE, kind);
    }
    response
        .body(Body::new(hyper::Response::from(answer).into_body()))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
