//! `POST /v1/messages`: Claude's own API, for programs that hold the access token.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use hyper::{HeaderMap, Uri};
use shared::ids::RequestId;

use crate::access::Caller;
use crate::dialect::anthropic;
use crate::error::Error;
use crate::extract::RawJson;
use crate::proxy::Proxy;
use xray::Recording;

/// Passes one message on, and its answer back, streamed or whole.
///
/// The body is that of Claude's own [Messages API](https://docs.claude.com/en/api/messages), up to 32 MiB, and travels on byte for byte;
/// so does the answer, an upstream's refusal included. What Airlock refuses itself has the form that official clients raise their own
/// exceptions for.
///
/// # Example
///
/// With the token whose SHA-256 the server was given:
///
/// ```sh
/// curl http://localhost:8080/v1/messages --header "x-api-key: $TOKEN" \
///   --header 'anthropic-version: 2023-06-01' --header 'content-type: application/json' \
///   --data '{"model": "claude-haiku-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}'
/// ```
pub(crate) async fn create(
    State(proxy): State<Arc<Proxy>>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    RawJson(body): RawJson,
) -> Result<Response, Error> {
    // Nobody could ask for it: a token is no session.
    let turn = anthropic::decode(
        body,
        &uri,
        &headers,
        request_id,
        proxy.trace(Recording::default()),
    )?;
    proxy.pass(&caller, turn).await
}
