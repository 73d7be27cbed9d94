//! The host gate: a name that is not ours gets nothing, so that no foreign name can be pointed at this address.

use axum::extract::Request;
use shared::api::paths;
use shared::error::ErrorKind;

use super::Site;
use crate::error::Error;

/// Refuses requests that name another host than ours. Probes ask by address and are exempt.
pub(super) fn check(site: &Site, request: &Request) -> Result<(), Error> {
    let is_probe = [paths::HEALTHZ, paths::READYZ].contains(&request.uri().path());
    if !is_probe && !site.is_our_host(request.uri(), request.headers()) {
        return Err(ErrorKind::HostRefused.into());
    }
    Ok(())
}
