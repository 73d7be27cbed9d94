//! What an upstream's error means for us: whose fault it is, and whether to try again.
//!
//! One reader and one table serve both dialects: gateways answer in either, and some in neither.

mod kinds;
mod said;

use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;
use shared::anthropic::ErrorResponse;

use crate::error::{Error, UpstreamRefusal, Verbatim};
use said::Said;

/// The longest wait that is passed on, in milliseconds: a week, in which a rate limit has gone and a person has given up.
const WAIT_MAX_MS: u64 = 7 * 24 * 3_600 * 1_000;

/// Judges an error answer by its status, headers and body. `verbatim` is what of it a caller may see as it is.
pub(super) fn from_answer(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    verbatim: Option<Verbatim>,
) -> Error {
    let said = Said::in_body(body);
    let is_readable = said.is_some();
    let said = said.unwrap_or_default();
    let name = if is_readable {
        "without a name"
    } else {
        "no readable body"
    };
    Error::Upstream(Box::new(UpstreamRefusal {
        kind: kinds::kind(status, &said),
        status,
        error_type: said.names.first().map_or(name, String::as_str).to_owned(),
        message: said.message,
        request_id: request_id(headers).or(said.request_id),
        retry_after_ms: retry_after_ms(headers),
        verbatim,
    }))
}

/// Judges an error that came inside a stream, where the status was 200 long before; `raw` is the event's bytes.
pub(super) fn from_event(error: ErrorResponse, raw: Option<Bytes>) -> Error {
    let detail = serde_json::to_value(&error.error).unwrap_or_default();
    let verbatim = raw.map(|bytes| Verbatim {
        headers: HeaderMap::new(),
        bytes,
    });
    in_stream(&detail, error.request_id, verbatim)
}

/// Judges the `error` of a gateway's chunk.
pub(super) fn from_chunk(error: &Value) -> Error {
    in_stream(error, None, None)
}

fn in_stream(error: &Value, request_id: Option<String>, verbatim: Option<Verbatim>) -> Error {
    let said = Said::in_error(error);
    let name = said.names.first().map_or("without a name", String::as_str);
    Error::Upstream(Box::new(UpstreamRefusal {
        kind: kinds::kind(kinds::status_in_stream(&said), &said),
        status: 200,
        error_type: name.to_owned(),
        message: said.message,
        request_id: request_id.or(said.request_id),
        retry_after_ms: None,
        verbatim,
    }))
}

/// The upstream's name for the request; each dialect has a header of its own for it.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers
        .get("request-id")
        .or_else(|| headers.get("x-request-id"))?;
    Some(said::shortened_name(id.to_str().ok()?))
}

/// Milliseconds to wait, from `retry-after-ms`, or `retry-after` in seconds. Dates are not used by these APIs.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let number = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // What does not fit is a wait for ever, and not none at all.
        is_number.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let asked =
        number("retry-after-ms").or_else(|| Some(number("retry-after")?.saturating_mul(1_000)));
    asked.map(|asked| asked.min(WAIT_MAX_MS))
}

#[cfg(test)]
mod tests;
