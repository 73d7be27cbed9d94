//! The edge: gives each request its id, and on the way out writes and logs its error, once, and adds the headers of every answer.

use std::any::Any;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper::header::{HeaderName, HeaderValue};
use shared::ids::RequestId;
use tracing::Instrument as _;

use super::error_body::Form;
use super::security_headers::{self, SecurityHeaders};
use crate::error::{Causes, Error, ResponseError};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Handles one request from its first line to its answer's headers.
pub(super) async fn edge(
    State(headers): State<SecurityHeaders>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = new_request_id();
    request.extensions_mut().insert(id);
    let form = Form::of_path(request.uri().path());
    let span = tracing::info_span!("request", request.id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Some(ResponseError(error)) = response.extensions_mut().remove::<ResponseError>() {
        span.in_scope(|| log(&error));
        form.write(&mut response, &error, id);
    }
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    security_headers::add(headers, &mut response);
    response
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
pub(super) fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    Error::Internal("a handler panicked".to_owned()).into_response()
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
