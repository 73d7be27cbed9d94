//! The edge: gives each request its id, and on the way out writes and logs its error, once, and adds the headers of every answer.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, COOKIE, Entry, HeaderName, HeaderValue};
use shared::ids::RequestId;
use tracing::Instrument as _;

use super::error_body::Form;
use super::security_headers::{self, SecurityHeaders};
use super::{Gates, pass_gates};
use crate::access::CallerId;
use crate::error::{Causes, Error, ResponseError};
use metrics::Metrics;
use xray::Xrays;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the edge goes by. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) security_headers: SecurityHeaders,
    pub(super) gates: Gates,
    pub(super) metrics: Metrics,
    pub(super) xrays: Xrays<CallerId>,
}

/// Handles one request from its first line to its answer's headers.
pub(super) async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let id = new_request_id();
    if let Some(arrival) = edge.xrays.arrival() {
        request.extensions_mut().insert(arrival);
    }
    request.extensions_mut().insert(id);
    hide_secrets(request.headers_mut());
    let form = Form::of_path(request.uri().path());
    let span = tracing::info_span!("request", request.id = %id, method = %request.method(), path = request.uri().path());
    // Around everything that handles input. What a panic may leave half done ends with the request.
    let inside = AssertUnwindSafe(pass_gates(edge.gates, request, next)).catch_unwind();
    let outcome = inside.instrument(span.clone()).await;
    let mut response = outcome.unwrap_or_else(|_| Err(panicked())).into_response();
    if let Some(ResponseError(error)) = response.extensions_mut().remove::<ResponseError>() {
        span.in_scope(|| log(&error));
        edge.metrics.refused(form == Form::Claude, error.kind());
        form.write(&mut response, &error, id);
    }
    security_headers::add(edge.security_headers, &mut response);
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Marks headers whose values nobody may print, before anything can log the request.
fn hide_secrets(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, COOKIE, HeaderName::from_static("x-api-key")] {
        if let Entry::Occupied(mut entry) = headers.entry(name) {
            for value in entry.iter_mut() {
                value.set_sensitive(true);
            }
        }
    }
}

/// A request id of random bits, so that it cannot be guessed and needs no state.
fn new_request_id() -> RequestId {
    let mut bits = [0_u8; 16];
    // An id without randomness still names its log lines, if not only its own.
    if let Err(error) = getrandom::fill(&mut bits) {
        tracing::error!(%error, "the system has no randomness for a request id");
    }
    RequestId::from_random(u128::from_ne_bytes(bits))
}

/// What a panic becomes: an error like any other. Its message stays here; the panic hook has logged it.
fn panicked() -> Error {
    Error::Internal("a handler panicked".to_owned())
}

/// Our own faults and the upstream's are worth a warning, a caller's mistake is not.
fn log(error: &Error) {
    let kind = error.kind();
    if kind.status() >= 500 {
        tracing::warn!(error.code = kind.code(), error = %Causes(error), "a request failed");
    } else {
        tracing::info!(error.code = kind.code(), %error, "a request was refused");
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use hyper::StatusCode;
    use hyper::header::HOST;
    use tower::ServiceExt as _;

    use super::*;
    use crate::layers::{Site, TrustedProxies, apply};

    #[tokio::test]
    async fn a_panic_is_told_as_any_error_and_no_more_of_it() {
        async fn handler() -> StatusCode {
            panic!("too much said");
        }
        let router = Router::new().route("/", get(handler));
        let router = apply(
            router,
            Site::new(None),
            TrustedProxies::default(),
            Metrics::default(),
            Xrays::off(),
        );
        let request = Request::get("/").header(HOST, "localhost");
        let request = request.body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["x-frame-options"], "DENY");
        assert!(response.headers().contains_key(X_REQUEST_ID));
        let body = to_bytes(response.into_body(), 10_000)
            .await
            .expect("a body");
        let body = String::from_utf8(body.into()).expect("text");
        assert!(
            body.contains("request_id") && !body.contains("too much said"),
            "{body}"
        );
    }
}
