//! What is true for every request, and why each stands where it does.

mod caller;
mod client_address;
mod edge;
mod error_body;
mod host_gate;
mod origin_gate;
mod security_headers;
mod site;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use hyper::header::{AUTHORIZATION, COOKIE, HeaderName};
use shared::policy::REQUEST_BYTES_MAX;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;

pub use caller::{CallerGate, Grant, require_caller, session_cookie};
pub use client_address::TrustedProxies;
pub use security_headers::SecurityHeaders;
pub use site::Site;

/// Wraps the whole router. A `ServiceBuilder` reads from the outside in.
pub fn apply(router: Router, site: Site, proxies: TrustedProxies) -> Router {
    let secret_headers = [AUTHORIZATION, COOKIE, HeaderName::from_static("x-api-key")];
    let security_headers = SecurityHeaders::new(site.is_https());
    router.layer(
        ServiceBuilder::new()
            // Outermost: nothing is logged or answered before the request has its id, and an error of any layer below is written here.
            .layer(from_fn(edge::edge))
            // Before anything can log a request.
            .layer(SetSensitiveRequestHeadersLayer::new(secret_headers))
            // Outside the panic's catch, so that its answer has them too.
            .layer(from_fn_with_state(security_headers, security_headers::add))
            // Around everything that handles input.
            .layer(CatchPanicLayer::custom(edge::panicked))
            // A bound on every body, wherever it is read.
            .layer(DefaultBodyLimit::max(
                usize::try_from(REQUEST_BYTES_MAX).unwrap_or(usize::MAX),
            ))
            // Before anything that counts by it.
            .layer(from_fn_with_state(proxies, client_address::note))
            // Before any route: a page of another name that was pointed at this address gets nothing.
            .layer(from_fn_with_state(site.clone(), host_gate::check))
            // On the API alone: pages and probes are for everybody.
            .layer(from_fn_with_state(site, origin_gate::check)),
    )
}
