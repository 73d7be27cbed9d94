//! Everything that can go wrong in the server, with its cause, and the one way it becomes an answer.
//!
//! Handlers return [`Error`]; as a response it is an empty one that carries the error along. The edge
//! (`layers/edge.rs`), which knows the request's id, logs it once and writes it in the form of its face.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::{HeaderMap, StatusCode};
use rustls::{CertificateError, Error as TlsError};
use shared::error::{ApiError, ErrorKind};

/// A failed request: why, for the log, and of which kind, for the caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// We refused it.
    #[error("{0}")]
    Refused(Box<ApiError>),
    /// The upstream answered with an error.
    #[error("upstream answered {0}")]
    Upstream(Box<UpstreamRefusal>),
    /// The upstream could not be reached; a connection that did not come about in time is among its causes.
    #[error("upstream could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The upstream did not begin to answer in time.
    #[error("upstream was silent too long: {0}")]
    Timeout(&'static str),
    /// The upstream stopped in the middle of its answer.
    #[error("upstream said nothing more for {} s", .0.as_secs())]
    Stalled(Duration),
    /// The upstream answered what nobody can read.
    #[error("upstream broke the protocol: {0}")]
    Protocol(String),
    /// The upstream's answer broke off.
    #[error("upstream's answer broke off")]
    Interrupted(#[source] Option<reqwest::Error>),
    /// A fault of ours.
    #[error("internal fault: {0}")]
    Internal(String),
}

/// An error that the upstream answered with. Its words go to the log, and to callers who speak its dialect.
#[derive(Debug)]
pub struct UpstreamRefusal {
    /// What it means for the caller.
    pub kind: ErrorKind,
    /// The HTTP status; 200 where the error came inside a stream.
    pub status: u16,
    /// The upstream's class of error.
    pub error_type: String,
    /// The upstream's words.
    pub message: String,
    /// The upstream's name for the request.
    pub request_id: Option<String>,
    /// How long the upstream asks to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// What it sent, for callers who speak its dialect; absent where nobody may see that.
    pub verbatim: Option<Verbatim>,
}

/// An error as the upstream sent it.
#[derive(Debug)]
pub struct Verbatim {
    /// Those of its headers that a caller may see; none where the error came inside a stream.
    pub headers: HeaderMap,
    /// The body of its answer, or the event, byte for byte.
    pub bytes: Bytes,
}

impl std::fmt::Display for UpstreamRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let request_id = self.request_id.as_deref().unwrap_or("without a request id");
        write!(
            f,
            "{} {} ({request_id}): {}",
            self.status, self.error_type, self.message
        )
    }
}

impl Error {
    /// What a request failed of that got no answer: no connection, an answer that is no HTTP, or a connection that broke.
    pub(crate) fn unanswered(error: reqwest::Error) -> Self {
        if error.is_connect() {
            return Self::Unreachable(error.without_url());
        }
        if error.is_builder() {
            return Self::Internal(error.without_url().to_string());
        }
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            if let Some(http) = inner.downcast_ref::<hyper::Error>()
                && http.is_parse()
            {
                return Self::Protocol(http.to_string());
            }
            cause = inner.source();
        }
        Self::Interrupted(Some(error.without_url()))
    }

    /// Its row in the error table.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(error) => error.kind,
            Self::Upstream(refusal) => refusal.kind,
            Self::Unreachable(_) => ErrorKind::UpstreamUnreachable,
            Self::Timeout(_) => ErrorKind::UpstreamTimeout,
            Self::Stalled(_) => ErrorKind::UpstreamStalled,
            Self::Protocol(_) => ErrorKind::UpstreamError,
            Self::Interrupted(_) => ErrorKind::StreamInterrupted,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// Whether a connection failed at its TLS handshake, such as over a certificate that is not trusted.
    pub(crate) fn is_failed_handshake(&self) -> bool {
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            if tls_error(error).is_some() {
                return true;
            }
            cause = error.source();
        }
        false
    }

    /// Whether a call that failed to open certainly cost nothing: the upstream said no, or it was never reached. In every other case it
    /// may have worked for us.
    pub(crate) const fn costs_nothing(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Upstream(_) | Self::Unreachable(_) | Self::Internal(_) => true,
            Self::Timeout(_) | Self::Stalled(_) | Self::Protocol(_) | Self::Interrupted(_) => false,
        }
    }

    /// What the caller gets to see: never the upstream's words, never an internal cause.
    pub fn to_api_error(&self) -> ApiError {
        match self {
            Self::Refused(error) => ApiError::clone(error),
            Self::Upstream(refusal) => ApiError {
                retry_after_ms: refusal.retry_after_ms,
                ..refusal.kind.into()
            },
            Self::Unreachable(_)
            | Self::Timeout(_)
            | Self::Stalled(_)
            | Self::Protocol(_)
            | Self::Interrupted(_)
            | Self::Internal(_) => self.kind().into(),
        }
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        ApiError::from(kind).into()
    }
}

/// An error with all of its causes, for one log line.
#[derive(Debug)]
pub struct Causes<'a>(pub &'a Error);

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = std::error::Error::source(self.0);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            if let Some(words) = handshake_in_words(error) {
                write!(f, " ({words})")?;
            }
            cause = error.source();
        }
        Ok(())
    }
}

/// Why a handshake failed, for whoever runs the server; TLS's own words are for its developers.
fn handshake_in_words(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let words = match tls_error(cause)? {
        TlsError::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet, or this machine's clock is wrong"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host"
            }
            CertificateError::UnknownIssuer => {
                "nobody whom this machine trusts has signed its certificate; upstream.ca_file can name who has"
            }
            _ => return None,
        },
        TlsError::InvalidMessage(_) => "it does not speak TLS, so its address should not be https",
        _ => return None,
    };
    Some(words)
}

/// TLS's own error, which is wrapped into one or several of the network's.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a TlsError> {
    error
        .downcast_ref()
        .or_else(|| tls_error(error.downcast_ref::<io::Error>()?.get_ref()?))
}

/// The error that a response stands for, until the edge has written it.
#[derive(Clone, Debug)]
pub struct ResponseError(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind().status());
        let mut response = status
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        let carried = ResponseError(Arc::new(self));
        response.extensions_mut().insert(carried);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upstreams_words_never_reach_the_caller() {
        let error = Error::Upstream(Box::new(UpstreamRefusal {
            kind: ErrorKind::UpstreamRateLimited,
            status: 429,
            error_type: "rate_limit_error".to_owned(),
            message: "organization 1234-uuid exceeded".to_owned(),
            request_id: Some("req_upstream".to_owned()),
            retry_after_ms: Some(5_000),
            verbatim: None,
        }));
        let seen = serde_json::to_string(&error.to_api_error()).expect("serialises");
        assert!(!seen.contains("1234-uuid") && !seen.contains("req_upstream"));
        assert!(seen.contains("5000"));
        assert!(error.to_string().contains("1234-uuid"), "the log has them");
    }
}
