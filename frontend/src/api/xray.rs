//! `GET /api/xray/{request_id}`: how one request of ours went.

use shared::api::paths;
use shared::error::ApiError;
use shared::ids::RequestId;
use shared::json::Value;

use super::{refusal, unreadable};
use crate::browser::fetch;

/// Asks how the request `id` went; gives an [`Xray`](shared::api::xray::Xray) as it is written.
///
/// # Errors
///
/// [`NotFound`](shared::error::ErrorKind::NotFound) where the server does not remember it, another refusal of the server's, or
/// [`ServerUnreachable`](shared::error::ErrorKind::ServerUnreachable).
pub(crate) async fn xray(id: RequestId) -> Result<Value, ApiError> {
    let reply = fetch::get(&paths::xray_of(id)).await?;
    if reply.status() != 200 {
        return Err(refusal(&reply).await);
    }
    Value::read(&reply.text().await?).map_err(unreadable)
}
