//! `POST /api/chat`: one turn to Claude, streamed.

use axum::Extension;
use axum::extract::State;
use shared::api::chat::ChatRequest;
use shared::ids::RequestId;

use crate::access::Caller;
use crate::dialect::browser;
use crate::error::Error;
use crate::extract::ApiJson;
use crate::proxy::{BrowserEvents, Proxy};
use crate::state::SystemPrompt;
use crate::turn::Trace;
use serving::clock::Clock;

/// Streams one answer to the page.
pub(crate) async fn chat(
    State(proxy): State<Proxy>,
    State(clock): State<Clock>,
    State(system_prompt): State<SystemPrompt>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<BrowserEvents, Error> {
    let trace = Trace::start(clock);
    let turn = browser::decode(request, &caller, &system_prompt.0, request_id, trace)?;
    let answer = proxy.forward(&caller, turn).await?;
    Ok(proxy.relay(answer))
}
