//! `POST /api/count`: how many tokens a turn has.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hyper::header::CONTENT_TYPE;
use shared::api::chat::ChatRequest;

use crate::access::Caller;
use crate::error::Error;
use crate::extract::ApiJson;
use crate::proxy::Proxy;

/// Has the tokens of one chat request counted by whoever would answer it, for nothing.
///
/// The answer is a [`TokensCounted`](shared::api::count::TokensCounted) as JSON. The request is what `POST /api/chat` would be sent, and is
/// judged by the same rules: what may not go out to be answered does not go out to be counted. Nothing is reserved and nothing is spent. A
/// session has 20 counts a minute.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`](shared::error::ErrorKind::InvalidRequest),
/// [`ErrorKind::UnsupportedMediaType`](shared::error::ErrorKind::UnsupportedMediaType),
/// [`ErrorKind::TooLarge`](shared::error::ErrorKind::TooLarge),
/// [`ErrorKind::PreflightRefused`](shared::error::ErrorKind::PreflightRefused),
/// [`ErrorKind::RateLimited`](shared::error::ErrorKind::RateLimited),
/// [`ErrorKind::Unavailable`](shared::error::ErrorKind::Unavailable); [`ErrorKind::NotFound`](shared::error::ErrorKind::NotFound) where
/// the upstream is an OpenAI-compatible gateway, which cannot count; and for an upstream's own failure those of `POST /api/chat`.
///
/// # Example
///
/// With the cookie that `GET /api/session` left in `cookies`:
///
/// ```sh
/// curl --cookie cookies http://localhost:8080/api/count \
///   --header 'sec-fetch-site: same-origin' --header 'content-type: application/json' \
///   --data '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'
/// ```
pub(crate) async fn count(
    State(proxy): State<Arc<Proxy>>,
    caller: Caller,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<Response, Error> {
    let counted = proxy.count(&caller, request).await?;
    let body = serde_json::to_vec(&counted).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
