//! `POST /api/chat`: one turn to Claude, streamed.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use shared::api::chat::ChatRequest;
use shared::ids::RequestId;

use crate::access::{Caller, SendKey};
use crate::dialect::browser;
use crate::error::Error;
use crate::extract::{ApiJson, Recorded};
use crate::proxy::{ChatStream, Proxy};
use crate::turn::Turn;

/// Streams one answer to the page.
///
/// The answer is `text/event-stream`: each [`ChatEvent`](shared::api::chat::ChatEvent) is one server-sent event, its name in `event:` and
/// its body as JSON in `data:`. A stream that is silent is kept open by comments. Hanging up ends the call to Claude, and what was seen is
/// paid for. While all places at Claude are taken the request waits for one, and the stream begins with its place in the line; hanging up
/// then costs nothing.
///
/// The header `Idempotency-Key`, 16 to 64 of `A-Z a-z 0-9 -`, names one press of Send: it is paid for once, however often it is sent.
///
/// # Errors
///
/// Before anything is spent: [`ErrorKind::InvalidRequest`](shared::error::ErrorKind::InvalidRequest),
/// [`ErrorKind::UnsupportedMediaType`](shared::error::ErrorKind::UnsupportedMediaType),
/// [`ErrorKind::TooLarge`](shared::error::ErrorKind::TooLarge),
/// [`ErrorKind::PreflightRefused`](shared::error::ErrorKind::PreflightRefused),
/// [`ErrorKind::DuplicateRequest`](shared::error::ErrorKind::DuplicateRequest),
/// [`ErrorKind::RateLimited`](shared::error::ErrorKind::RateLimited),
/// [`ErrorKind::TooManyStreams`](shared::error::ErrorKind::TooManyStreams),
/// [`ErrorKind::BudgetExhausted`](shared::error::ErrorKind::BudgetExhausted),
/// [`ErrorKind::Unavailable`](shared::error::ErrorKind::Unavailable); the last three may also end a wait. What becomes of an upstream's own failure is told by the kinds
/// that begin with `upstream_`, by [`ErrorKind::Overloaded`](shared::error::ErrorKind::Overloaded) and by
/// [`ErrorKind::Misconfigured`](shared::error::ErrorKind::Misconfigured); once the answer streams, as its last event.
///
/// # Example
///
/// With the cookie that `GET /api/session` left in `cookies`:
///
/// ```sh
/// curl --no-buffer --cookie cookies http://localhost:8080/api/chat \
///   --header 'sec-fetch-site: same-origin' --header 'content-type: application/json' \
///   --data '{"model": "claude-haiku-5-5", "messages": [{"role": "user", "content": "Hello"}]}'
/// ```
pub(crate) async fn chat(
    State(proxy): State<Arc<Proxy>>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
    send_key: Option<SendKey>,
    recording: Recorded,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<ChatStream, Error> {
    let turn = browser::decode(request, request_id, proxy.trace(recording.0));
    let turn = Turn { send_key, ..turn };
    proxy.stream(caller, turn).await
}
