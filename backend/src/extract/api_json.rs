//! A JSON body, read strictly: the right content type, no compression, bounded, no unknown field.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use shared::error::ErrorKind;
use shared::policy::REQUEST_BYTES_MAX;

use super::body;
use crate::error::Error;

/// The body of a request to our own API.
#[derive(Clone, Copy, Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let bytes = body::read_json(request, REQUEST_BYTES_MAX).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ErrorKind::InvalidRequest.with(error.to_string()).into())
    }
}
