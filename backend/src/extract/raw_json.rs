//! A JSON body as its bytes, for the face on which they travel on as they are.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use shared::policy::MESSAGE_BYTES_MAX;

use super::body;
use crate::error::Error;

/// The body of a program's request, unread.
#[derive(Clone, Debug)]
pub struct RawJson(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        body::read_json(request, MESSAGE_BYTES_MAX).await.map(Self)
    }
}
