//! Which call a request makes, and in which of the two dialects.

use hyper::Method;
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::http::request::Parts;

use super::models;

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Anthropic's own.
    Anthropic,
    /// That of OpenAI, which gateways in front of Claude speak.
    OpenAi,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/messages/count_tokens`.
    CountTokens,
    /// `POST /v1/chat/completions`.
    ChatCompletions,
    /// `GET /v1/models` and `GET /v1/models/{id}`, where both dialects meet.
    Models(Dialect),
    /// Anything else.
    Unknown,
}

impl Route {
    pub(super) fn of(parts: &Parts) -> Self {
        let path = parts.uri.path();
        let is_models = path == models::PATH || path.starts_with(models::PATH_OF_ONE);
        match (&parts.method, path) {
            (&Method::POST, "/v1/messages") => Self::Messages,
            (&Method::POST, "/v1/messages/count_tokens") => Self::CountTokens,
            (&Method::POST, "/v1/chat/completions") => Self::ChatCompletions,
            (&Method::GET, _) if is_models => Self::Models(dialect_of(&parts.headers)),
            _ => Self::Unknown,
        }
    }

    pub(super) const fn dialect(self) -> Dialect {
        match self {
            Self::Messages | Self::CountTokens | Self::Unknown => Dialect::Anthropic,
            Self::ChatCompletions => Dialect::OpenAi,
            Self::Models(dialect) => dialect,
        }
    }
}

/// Where the path does not tell, the headers do: only OpenAI's clients send a bearer and nothing of Anthropic's.
fn dialect_of(headers: &HeaderMap) -> Dialect {
    let is_anthropic =
        headers.contains_key("anthropic-version") || headers.contains_key("x-api-key");
    if headers.contains_key(AUTHORIZATION) && !is_anthropic {
        Dialect::OpenAi
    } else {
        Dialect::Anthropic
    }
}
