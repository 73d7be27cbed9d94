//! A JSON body, read strictly: the right content type, no compression, bounded, no unknown field.

use axum::RequestExt as _;
use axum::body::{Bytes, HttpBody as _};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use hyper::HeaderMap;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serving::server::BodyError;
use shared::error::ErrorKind;
use shared::policy::REQUEST_BYTES_MAX;

use crate::error::Error;

/// The body of a request to our own API.
#[derive(Clone, Copy, Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        if !is_plain_json(request.headers()) {
            return Err(ErrorKind::UnsupportedMediaType.into());
        }
        let announced = request.body().size_hint().lower();
        if announced > REQUEST_BYTES_MAX {
            return Err(too_large());
        }
        let bytes: Bytes = request.extract().await.map_err(|error| unread(&error))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ErrorKind::InvalidRequest.with(error.to_string()).into())
    }
}

/// Why a body could not be read while the caller is still there: it was too slow, or passed the limit, which is a layer.
fn unread(error: &BytesRejection) -> Error {
    if BodyError::is_too_slow(error) {
        return ErrorKind::TooSlow.into();
    }
    too_large()
}

fn too_large() -> Error {
    ErrorKind::TooLarge
        .with(format!("At most {REQUEST_BYTES_MAX} bytes may be sent."))
        .into()
}

/// FM-48: a form or a plain-text body, which other sites can send without asking, is never read.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let essence = text(CONTENT_TYPE).unwrap_or_default().split(';').next();
    let is_json = essence.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    is_json && !headers.contains_key(CONTENT_ENCODING)
}
