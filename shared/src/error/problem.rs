//! One error as it travels: an RFC 9457 problem document.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ErrorKind;
use crate::ids::RequestId;
use crate::preflight::Finding;

/// A kind of error with the particulars of one request.
///
/// Written as JSON it also carries its kind's columns (`title`, `cause`, `fix`, `verify`), so that a client without the
/// table can show them; read back, they come from the table again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Its row in the table.
    pub kind: ErrorKind,
    /// What was wrong in this one request.
    pub detail: Option<String>,
    /// The request that it ended; the server's log has the same id.
    pub request_id: Option<RequestId>,
    /// Milliseconds to wait before the next attempt, where that is known.
    pub retry_after_ms: Option<u64>,
    /// What the preflight found, where that is the reason.
    pub findings: Vec<Finding>,
}

impl From<ErrorKind> for ApiError {
    fn from(kind: ErrorKind) -> Self {
        Self {
            kind,
            detail: None,
            request_id: None,
            retry_after_ms: None,
            findings: Vec::new(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.title())?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

/// The content type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

#[derive(Serialize)]
struct Written<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    cause: &'static str,
    fix: &'static str,
    verify: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<RequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    findings: &'a [Finding],
}

impl Serialize for ApiError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            r#type: format!("/docs/errors#{}", self.kind.code()),
            title: self.kind.title(),
            status: self.kind.status(),
            code: self.kind.code(),
            detail: self.detail.as_deref(),
            cause: self.kind.cause(),
            fix: self.kind.fix(),
            verify: self.kind.verify(),
            request_id: self.request_id,
            retry_after_ms: self.retry_after_ms,
            findings: &self.findings,
        }
        .serialize(serializer)
    }
}

impl Serialize for ErrorKind {
    /// Writes its code.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for ErrorKind {
    /// Reads its code. One that this version does not know is an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("unknown error code"))
    }
}

#[derive(Deserialize)]
struct Read {
    code: ErrorKind,
    detail: Option<String>,
    request_id: Option<RequestId>,
    retry_after_ms: Option<u64>,
    #[serde(default)]
    findings: Vec<Finding>,
}

impl<'de> Deserialize<'de> for ApiError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        Ok(Self {
            kind: read.code,
            detail: read.detail,
            request_id: read.request_id,
            retry_after_ms: read.retry_after_ms,
            findings: read.findings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_document_reads_back_as_what_it_was() {
        for kind in ErrorKind::ALL {
            let error = ApiError {
                request_id: Some(RequestId::from_random(7)),
                retry_after_ms: Some(1_500),
                ..kind.with("the detail")
            };
            let json = serde_json::to_string(&error).expect("serialises");
            assert_eq!(
                serde_json::from_str::<ApiError>(&json).expect("reads"),
                error
            );
            assert!(json.contains(kind.fix()));
        }
    }

    #[test]
    fn an_unknown_code_is_an_error_not_a_guess() {
        assert!(serde_json::from_str::<ApiError>(r#"{"code":"made_up"}"#).is_err());
    }
}
