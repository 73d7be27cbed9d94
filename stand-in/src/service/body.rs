//! Bodies: those of requests as they are read, and those of answers that are sent whole.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value};
use serving::server::RequestBody;

use crate::exchange::Exchange;
use crate::refusal::Refusal;
use crate::route::Dialect;
use crate::stream::{self, Body};

/// Largest body of a request.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Why a body is not there.
pub(super) enum Unread {
    TooLarge,
    ClientLeft,
}

/// Reads a body. One that is too large is read on a while, so that the client has sent it and listens when the refusal comes.
pub(super) async fn read(mut body: RequestBody) -> Result<Bytes, Unread> {
    let mut read = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::ClientLeft)?.into_data() else {
            continue;
        };
        length += data.len();
        match length {
            0..=BODY_BYTES_MAX => read.extend_from_slice(&data),
            _ if length > 2 * BODY_BYTES_MAX => break,
            _ => read = Vec::new(),
        }
    }
    if length > BODY_BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    Ok(read.into())
}

/// The fields of a body that is a JSON object.
pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let message = "Content-Encoding: compressed request bodies are not supported";
        return Err(Refusal::invalid(message).error_code("request_body_encoding_unsupported"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Refusal::invalid("Input should be a valid dictionary")),
        Err(error) => Err(Refusal::invalid(format!(
            "The request body is not valid JSON: {error}"
        ))),
    }
}

/// An error in place of an answer.
pub(super) fn refused(
    refusal: &Refusal,
    dialect: Dialect,
    request_id: &str,
    mut exchange: Exchange,
) -> Response<Body> {
    exchange.refuse(refusal.status.as_u16());
    let body = refusal.body(dialect, request_id).to_string();
    let mut response = whole(refusal.status, body, exchange);
    refusal.write_headers(response.headers_mut());
    response
}

/// An answer of JSON.
pub(super) fn whole(
    status: StatusCode,
    json: impl Into<Bytes>,
    exchange: Exchange,
) -> Response<Body> {
    let json = json.into();
    let length = HeaderValue::from(json.len());
    let mut response = Response::new(stream::whole(json, exchange));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
