//! `POST /v1/messages`: Claude's own API, for programs that hold the access token.

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

/// Passes one message on, and its answer back, streamed or whole.
pub(crate) async fn create(
    State(proxy): State<Proxy>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    RawJson(body): RawJson,
) -> Result<Response, Error> {
    let turn = anthropic::decode(body, &uri, &headers, request_id, proxy.trace())?;
    proxy.pass(&caller, turn).await
}
