//! What handlers take out of a request: a proven caller, the name of a send, and a body of the right form.

mod api_json;
mod api_query;
mod body;
mod raw_json;

pub use api_json::ApiJson;
pub use api_query::ApiQuery;
pub use raw_json::RawJson;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use hyper::http::request::Parts;

use crate::access::{Caller, SendKey};
use crate::error::Error;
use xray::Recording;

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    /// Takes the caller that the gate has proved. Without one the route is missing its gate, which is a fault of ours.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| {
            Error::Internal("a route without its gate asked for a caller".to_owned())
        })
    }
}

/// What the gate records of this request; nothing where that is switched off.
#[derive(Clone, Debug)]
pub struct Recorded(pub Recording);

impl<S: Sync> FromRequestParts<S> for Recorded {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let recording = parts.extensions.remove::<Recording>();
        Ok(Self(recording.unwrap_or_default()))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for SendKey {
    type Rejection = Error;

    /// Takes the name that the page gave this send, if it did.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Error> {
        Ok(Self::read(&parts.headers)?)
    }
}
