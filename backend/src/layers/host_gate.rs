//! The host gate: a name that is not ours gets nothing, so that no foreign name can be pointed at this address.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use shared::api::paths;
use shared::error::ErrorKind;

use super::Site;
use crate::error::Error;

/// Refuses requests that name another host than ours. Probes ask by address and are exempt.
pub(super) async fn check(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let is_probe = [paths::HEALTHZ, paths::READYZ].contains(&request.uri().path());
    if !is_probe && !site.is_our_host(request.uri(), request.headers()) {
        return Err(ErrorKind::HostRefused.into());
    }
    Ok(next.run(request).await)
}
