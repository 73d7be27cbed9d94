//! Errors in place of an answer, in Anthropic's shape (<https://docs.claude.com/en/api/errors>) and in OpenAI's.

mod wording;

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::route::Dialect;
pub(super) use wording::{Wording, error as openai_error};

/// A request that gets an error instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// The class: `invalid_request_error` and others.
    pub(super) kind: String,
    /// For people.
    pub(super) message: String,
    /// The stable machine-readable code, where there is one.
    pub(super) error_code: Option<String>,
    /// How long to wait before the next try.
    pub(super) retry_after: Option<Duration>,
    /// How the OpenAI dialect says it, where it does not go without saying.
    openai: Option<Box<Wording>>,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        kind: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind: kind.into(),
            message: message.into(),
            error_code: None,
            retry_after: None,
            openai: None,
        }
    }

    /// 400: the request is not what the API takes.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// 401: the key, or how it came, is not accepted.
    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication_error", message)
    }

    /// 404: no such path or model.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found_error", message)
    }

    /// 404: no model is called `id`, or none any more.
    pub(super) fn unknown_model(id: &str) -> Self {
        let wording = format!("The model `{id}` does not exist or you do not have access to it.");
        Self::not_found(format!("model: {id}"))
            .or_in_openai(Wording::new(wording).code("model_not_found"))
    }

    /// 413, as the network in front of the API says it.
    pub(super) fn too_large() -> Self {
        let message = "Request exceeds the maximum size";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", message)
    }

    /// 429: the key's bucket is empty for `retry_after`.
    pub(super) fn rate_limited(message: impl Into<String>, retry_after: Duration) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self::new(status, "rate_limit_error", message).retry_after(retry_after)
    }

    /// 529: the API has more requests than it can serve.
    pub(super) fn overloaded(message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(529).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        Self::new(status, "overloaded_error", message)
    }

    pub(super) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub(super) fn error_code(mut self, code: impl Into<String>) -> Self {
        self.error_code = Some(code.into());
        self
    }

    /// Says the same in the OpenAI dialect's own words.
    pub(super) fn or_in_openai(mut self, wording: Wording) -> Self {
        self.openai = Some(Box::new(wording));
        self
    }

    /// The body, in the dialect of the request.
    pub(super) fn body(&self, dialect: Dialect, request_id: &str) -> Value {
        match dialect {
            Dialect::Anthropic => self.anthropic(request_id),
            Dialect::OpenAi => wording::body(self),
        }
    }

    /// Anthropic's body. The edge's 413 lacks the outer `type` and the request id.
    fn anthropic(&self, request_id: &str) -> Value {
        let mut error = json!({"type": self.kind, "message": self.message});
        if self.kind == "request_too_large" {
            return json!({"error": error});
        }
        if let (Some(code), Some(fields)) = (&self.error_code, error.as_object_mut()) {
            fields.insert("details".to_owned(), json!({"error_code": code}));
        }
        json!({"type": "error", "error": error, "request_id": request_id})
    }

    /// Adds what a client's retry goes by. A wait is told in whole seconds, rounded up.
    pub(super) fn write_headers(&self, headers: &mut HeaderMap) {
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(hyper::header::RETRY_AFTER, HeaderValue::from(seconds));
            headers.insert(
                HeaderName::from_static("x-should-retry"),
                HeaderValue::from_static("true"),
            );
        }
    }
}
