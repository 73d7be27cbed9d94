//! The one table of everything that can go wrong: status, codes, cause, fix and how to verify the fix.
//!
//! Each kind is a row and each function a column; every match is exhaustive, so that a new kind does not compile until
//! all of its columns are filled in. [`ApiError`] is one kind with the particulars of one request: it is what travels, as an
//! RFC 9457 problem document.

use std::fmt;

mod columns;
mod problem;

pub use problem::{ApiError, PROBLEM_JSON};

/// Everything that can end a request, as the person who made it should understand it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request is not of the form that the path takes.
    InvalidRequest,
    /// The preflight found something that blocks the request.
    PreflightRefused,
    /// No valid session or token came with the request. Unknown and missing look the same.
    NotSignedIn,
    /// The browser did not keep the session cookie.
    CookieRefused,
    /// The request came from another origin, or did not say where from.
    OriginRefused,
    /// The request named a host that is not ours.
    HostRefused,
    /// The caller may not use this model.
    ModelNotAllowed,
    /// No such model, or not any more.
    ModelNotFound,
    /// No such page or resource.
    NotFound,
    /// The path exists, with another method.
    MethodNotAllowed,
    /// The body is not JSON by its content type.
    UnsupportedMediaType,
    /// The body has more bytes than the path takes.
    TooLarge,
    /// The body came too slowly.
    TooSlow,
    /// Too many requests in a minute, of this caller, this address or everybody.
    RateLimited,
    /// Too many answers are under way at once, for this caller or for everybody.
    TooManyStreams,
    /// The same send was made before, and was or is being answered.
    DuplicateRequest,
    /// The budget does not hold the worst case of this request.
    BudgetExhausted,
    /// The upstream refused our credential, or our configuration of it.
    Misconfigured,
    /// The upstream refused what we sent.
    UpstreamRefused,
    /// The upstream account has no credit or has reached its own spend limit.
    UpstreamQuota,
    /// The upstream limits our rate.
    UpstreamRateLimited,
    /// The upstream has no capacity at the moment.
    Overloaded,
    /// The upstream could not be reached.
    UpstreamUnreachable,
    /// The upstream did not begin to answer in time.
    UpstreamTimeout,
    /// The upstream stopped in the middle of its answer and said nothing more.
    UpstreamStalled,
    /// The upstream failed, or answered what nobody can read.
    UpstreamError,
    /// The answer broke off.
    StreamInterrupted,
    /// The server is about to stop, or cannot write down what is spent.
    Unavailable,
    /// A fault of ours.
    Internal,
    /// The page could not reach its own server. Only the page makes this one.
    ServerUnreachable,
}

impl ErrorKind {
    /// All kinds, in the table's order.
    pub const ALL: [Self; 30] = [
        Self::InvalidRequest,
        Self::PreflightRefused,
        Self::NotSignedIn,
        Self::CookieRefused,
        Self::OriginRefused,
        Self::HostRefused,
        Self::ModelNotAllowed,
        Self::ModelNotFound,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::TooLarge,
        Self::TooSlow,
        Self::RateLimited,
        Self::TooManyStreams,
        Self::DuplicateRequest,
        Self::BudgetExhausted,
        Self::Misconfigured,
        Self::UpstreamRefused,
        Self::UpstreamQuota,
        Self::UpstreamRateLimited,
        Self::Overloaded,
        Self::UpstreamUnreachable,
        Self::UpstreamTimeout,
        Self::UpstreamStalled,
        Self::UpstreamError,
        Self::StreamInterrupted,
        Self::Unavailable,
        Self::Internal,
        Self::ServerUnreachable,
    ];

    /// The kind with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// This kind with what was wrong in this one request. The text goes to the caller: it must hold no secret and nothing of
    /// what the upstream wrote.
    pub fn with(self, detail: impl Into<String>) -> ApiError {
        ApiError {
            detail: Some(detail.into()),
            ..self.into()
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_names_one_kind() {
        let codes: HashSet<_> = ErrorKind::ALL.map(ErrorKind::code).into();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_code(kind.code()), Some(kind));
            assert!(
                kind.code()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            );
        }
    }

    #[test]
    fn every_column_is_a_sentence_that_ends() {
        for kind in ErrorKind::ALL {
            for text in [kind.cause(), kind.fix(), kind.verify()] {
                assert!(text.ends_with('.') && text.len() > 15, "{kind:?}: {text}");
                assert!(!text.contains('!'), "{kind:?}: {text}");
            }
        }
    }

    #[test]
    fn what_the_caller_did_wrong_is_never_worth_an_unchanged_retry() {
        for kind in ErrorKind::ALL {
            let is_callers_fault = (400..500).contains(&kind.status());
            if kind.is_retryable() && is_callers_fault {
                // It came too fast, or too slowly.
                assert!([429, 408].contains(&kind.status()), "{kind:?}");
            }
        }
    }
}
