//! `POST /api/count`: how many tokens a prompt has, counted by whoever would answer it.

use shared::api::chat::ChatRequest;
use shared::api::count::TokensCounted;
use shared::api::paths;
use shared::error::{ApiError, ErrorKind};
use shared::json;

use super::{read, refusal};
use crate::browser::fetch;

/// Has the prompt of `request` counted.
///
/// # Errors
///
/// The server's refusal, or [`ErrorKind::ServerUnreachable`].
pub(crate) async fn count(request: &ChatRequest) -> Result<TokensCounted, ApiError> {
    let json = json::write(request).map_err(|_| ErrorKind::InvalidRequest)?;
    let reply = fetch::post(paths::COUNT, &json, None, None).await?;
    if reply.status() != 200 {
        return Err(refusal(&reply).await);
    }
    read(&reply).await
}
