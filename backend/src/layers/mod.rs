//! What is true for every request, and why each stands where it does.

mod caller;
mod client_address;
mod edge;
mod error_body;
mod host_gate;
mod origin_gate;
mod quota_headers;
mod security_headers;
mod site;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use shared::policy::REQUEST_BYTES_MAX;
use tower::ServiceBuilder;

use crate::access::CallerId;
use crate::error::Error;
pub use caller::{CallerGate, Grant, require_caller, session_cookie};
pub use client_address::TrustedProxies;
use edge::Edge;
use metrics::Metrics;
pub use quota_headers::{Quota, tell};
pub use security_headers::SecurityHeaders;
pub use site::Site;
use xray::Xrays;

/// What the gates go by. Cheap to clone.
#[derive(Clone, Debug)]
struct Gates {
    proxies: TrustedProxies,
    site: Site,
}

/// Wraps the whole router. A `ServiceBuilder` reads from the outside in.
///
/// `metrics` count every answer, and `xrays` are told when a request arrives. There are few layers, since each costs every request a boxed
/// future and a copy of all that lie inside it.
pub fn apply(
    router: Router,
    site: Site,
    proxies: TrustedProxies,
    metrics: Metrics,
    xrays: Xrays<CallerId>,
) -> Router {
    let edge = Edge {
        security_headers: SecurityHeaders::new(site.is_https()),
        gates: Gates { proxies, site },
        metrics,
        xrays,
    };
    router.layer(
        ServiceBuilder::new()
            // Outermost: nothing is logged or answered before the request has its id; an error or a panic of anything below is written
            // here, and every answer gets the security headers. Its own last step are the gates.
            .layer(from_fn_with_state(edge, edge::edge))
            // A bound on every body, wherever it is read.
            .layer(DefaultBodyLimit::max(
                usize::try_from(REQUEST_BYTES_MAX).unwrap_or(usize::MAX),
            )),
    )
}

/// What every request passes before its route.
async fn pass_gates(gates: Gates, mut request: Request, next: Next) -> Result<Response, Error> {
    // Before anything that counts by it.
    client_address::note(&gates.proxies, &mut request);
    // A page of another name that was pointed at this address gets nothing.
    host_gate::check(&gates.site, &request)?;
    // On the API alone: pages and probes are for everybody.
    origin_gate::check(&gates.site, &request)?;
    Ok(next.run(request).await)
}
