//! Writes an error as the face understands it that the request came to: a problem document for the page, Claude's own form for programs.

use axum::body::Body;
use axum::response::Response;
use hyper::StatusCode;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use shared::anthropic::{ErrorResponse, StreamEvent};
use shared::api::paths;
use shared::error::{ApiError, ErrorKind, PROBLEM_JSON};
use shared::ids::RequestId;

use crate::error::{Error, UpstreamRefusal, Verbatim};

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Official clients obey it before they look at the status.
const X_SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// The forms in which an error is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// RFC 9457, with cause, fix and how to verify.
    Problem,
    /// That of Claude's API.
    Claude,
}

impl Form {
    /// The form for requests to `path`.
    pub(super) fn of_path(path: &str) -> Self {
        if path.starts_with(paths::PROGRAMS) {
            Self::Claude
        } else {
            Self::Problem
        }
    }

    /// Writes `error` into `response`, which has the status of its kind already.
    pub(super) fn write(self, response: &mut Response, error: &Error, id: RequestId) {
        if let (Self::Claude, Error::Upstream(refusal)) = (self, error)
            && let Some(verbatim) = &refusal.verbatim
        {
            return pass_on(response, refusal, verbatim);
        }
        let error = ApiError {
            request_id: Some(id),
            ..error.to_api_error()
        };
        let (kind, body) = match self {
            Self::Problem => (PROBLEM_JSON, serde_json::to_vec(&error)),
            Self::Claude => {
                tell_clients(response, &error, id);
                let error = StreamEvent::Error(ErrorResponse::from(&error));
                ("application/json", serde_json::to_vec(&error))
            }
        };
        match body {
            Ok(body) => *response.body_mut() = Body::from(body),
            Err(error) => tracing::error!(%error, "an error cannot be written"),
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if matches!(error.kind, ErrorKind::TooLarge | ErrorKind::TooSlow) {
            // The rest of the body stays unread, so that the connection cannot serve again.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(wait_ms) = error.retry_after_ms {
            // In whole seconds and never zero: a client that is told to wait must not come back at once.
            let wait = wait_ms.div_ceil(1_000).max(1);
            headers.insert(RETRY_AFTER, HeaderValue::from(wait));
        }
    }
}

/// Passes on what the upstream said, as it said it: clients go by its words.
fn pass_on(response: &mut Response, refusal: &UpstreamRefusal, verbatim: &Verbatim) {
    if let Ok(status) = StatusCode::from_u16(refusal.status) {
        *response.status_mut() = status;
    }
    response.headers_mut().extend(verbatim.headers.clone());
    *response.body_mut() = Body::from(verbatim.bytes.clone());
}

/// What official clients read in headers: the request's name, and whether the same request may succeed later.
fn tell_clients(response: &mut Response, error: &ApiError, id: RequestId) {
    let may_succeed = HeaderValue::from_static(if error.kind.is_retryable() {
        "true"
    } else {
        "false"
    });
    let headers = response.headers_mut();
    headers.insert(X_SHOULD_RETRY, may_succeed);
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
}
