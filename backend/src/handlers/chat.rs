//! `POST /api/chat`: one turn to Claude, streamed.

use axum::Extension;
use axum::extract::State;
use shared::api::chat::ChatRequest;
use shared::ids::RequestId;

use crate::access::{Caller, SendKey};
use crate::dialect::browser;
use crate::error::Error;
use crate::extract::ApiJson;
use crate::proxy::{ChatStream, Proxy};
use crate::state::SystemPrompt;
use crate::turn::Turn;

/// Streams one answer to the page.
pub(crate) async fn chat(
    State(proxy): State<Proxy>,
    State(system_prompt): State<SystemPrompt>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
    send_key: Option<SendKey>,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<ChatStream, Error> {
    let turn = browser::decode(
        request,
        &caller,
        &system_prompt.0,
        request_id,
        proxy.trace(),
    )?;
    let turn = Turn { send_key, ..turn };
    proxy.stream(caller, turn).await
}
