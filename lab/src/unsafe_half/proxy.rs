//! A proxy as it is written in an afternoon: it keeps the key on the server, and that is all it does.
//!
//! It asks nobody who they are, limits nothing, passes any model on, and when Claude refuses it shows the caller the whole failed
//! request, its headers included, since that helped while it was written.

use std::error::Error;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::{Shared, key_of_the_proxy};
use crate::reply;

/// `POST /proxy`.
pub(super) async fn forward(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> axum::response::Response {
    match call(&shared, body).await {
        Ok(answer) if answer.status().is_success() => answer.map(Body::from).into_response(),
        Ok(refusal) => {
            let mut response = reply::json(&debug_dump(&shared, &refusal));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
        Err(error) => {
            tracing::warn!(%error, "the lab's proxy did not reach its Claude");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

/// What many HTTP clients put into their error objects, and what such a proxy sends on.
fn debug_dump(shared: &Shared, refusal: &Response<Bytes>) -> serde_json::Value {
    json!({
        "message": format!("Request failed with status code {}", refusal.status().as_u16()),
        "config": {
            "method": "post",
            "url": format!("http://{}/v1/messages", shared.claude),
            "headers": {
                "anthropic-version": "2023-06-01",
                "x-api-key": key_of_the_proxy(shared),
            },
        },
        "response": String::from_utf8_lossy(refusal.body()),
    })
}

/// Asks the lab's Claude, with the proxy's key, whatever the caller wants.
async fn call(
    shared: &Shared,
    body: Bytes,
) -> Result<Response<Bytes>, Box<dyn Error + Send + Sync>> {
    let stream = TcpStream::connect(shared.claude).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    shared.tasks.spawn(async move {
        // Its end is seen by the request that it carries.
        let _ = connection.await;
    });
    let request = Request::post("/v1/messages")
        .header(HOST, shared.claude.to_string())
        .header(CONTENT_TYPE, "application/json")
        .header("anthropic-version", "2023-06-01")
        .header("x-api-key", key_of_the_proxy(shared))
        .body(Full::new(body))?;
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Response::from_parts(head, body))
}
