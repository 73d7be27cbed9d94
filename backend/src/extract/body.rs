//! A JSON body's bytes: of the right content type, not compressed, and bounded.

use axum::RequestExt as _;
use axum::body::HttpBody as _;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Request};
use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serving::server::BodyError;
use shared::error::ErrorKind;

use crate::error::Error;

/// Reads a body of at most `bytes_max`.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedMediaType`]; [`ErrorKind::TooLarge`], before anything is read where the request says so; and
/// [`ErrorKind::TooSlow`].
pub(super) async fn read_json(mut request: Request, bytes_max: u64) -> Result<Bytes, Error> {
    if !is_plain_json(request.headers()) {
        return Err(ErrorKind::UnsupportedMediaType.into());
    }
    let announced = request.body().size_hint().lower();
    if announced > bytes_max {
        return Err(too_large(bytes_max));
    }
    let limit = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(limit).apply(&mut request);
    let read = request.extract().await;
    read.map_err(|error| unread(&error, bytes_max))
}

/// Why a body could not be read while the caller is still there: it was too slow, or passed the limit.
fn unread(error: &BytesRejection, bytes_max: u64) -> Error {
    if BodyError::is_too_slow(error) {
        return ErrorKind::TooSlow.into();
    }
    too_large(bytes_max)
}

fn too_large(bytes_max: u64) -> Error {
    ErrorKind::TooLarge
        .with(format!("At most {bytes_max} bytes may be sent."))
        .into()
}

/// FM-48: a form or a plain-text body, which other sites can send without asking, is never read.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let essence = text(CONTENT_TYPE).unwrap_or_default().split(';').next();
    let is_json = essence.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    is_json && !headers.contains_key(CONTENT_ENCODING)
}
