//! The parameters of an address, read strictly: no unknown one, none twice.

use axum::extract::{FromRequestParts, Query};
use hyper::http::request::Parts;
use serde::de::DeserializeOwned;
use shared::error::ErrorKind;

use crate::error::Error;

/// The parameters of a request to our own API.
#[derive(Clone, Copy, Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(query)| Self(query))
            .map_err(|error| ErrorKind::InvalidRequest.with(error.body_text()).into())
    }
}
