//! `GET /api/session`: who am I, what may I do, and where is the key.

use shared::api::paths;
use shared::api::session::SessionInfo;
use shared::error::ApiError;

use super::{read, refusal};
use crate::browser::fetch;

/// Asks for the session, which opens one where there is none.
///
/// # Errors
///
/// The server's refusal, or [`ServerUnreachable`](shared::error::ErrorKind::ServerUnreachable).
pub(crate) async fn session() -> Result<SessionInfo, ApiError> {
    let reply = fetch::get(paths::SESSION).await?;
    if reply.status() != 200 {
        return Err(refusal(&reply).await);
    }
    read(&reply).await
}
