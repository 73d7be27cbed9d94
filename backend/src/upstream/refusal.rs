//! What an upstream's error means for us: whose fault it is, and whether to try again.

use bytes::Bytes;
use hyper::HeaderMap;
use shared::anthropic::{ErrorDetail, ErrorResponse};
use shared::error::ErrorKind;

use crate::error::{Error, UpstreamRefusal, Verbatim};

/// Most characters of an upstream's message that the log keeps.
const MESSAGE_CHARS_MAX: usize = 500;

/// Judges an error answer by its status, headers and body. `verbatim` is what of it a caller may see as it is.
pub(super) fn from_answer(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    verbatim: Option<Verbatim>,
) -> Error {
    let parsed: Option<ErrorResponse> = serde_json::from_slice(body).ok();
    let (detail, body_request_id) = match parsed {
        Some(response) => (Some(response.error), response.request_id),
        None => (None, None),
    };
    let kind = kind_of_status(status, detail.as_ref());
    Error::Upstream(Box::new(UpstreamRefusal {
        kind,
        status,
        error_type: detail.as_ref().map_or_else(
            || "no readable body".to_owned(),
            |detail| shortened(&detail.r#type),
        ),
        message: detail
            .map(|detail| shortened(&detail.message))
            .unwrap_or_default(),
        request_id: request_id(headers).or(body_request_id),
        retry_after_ms: retry_after_ms(headers),
        verbatim,
    }))
}

/// Judges an error that came inside a stream, where the status was 200 long before; `raw` is the event's bytes.
pub(super) fn from_event(error: ErrorResponse, raw: Option<Bytes>) -> Error {
    let detail = error.error;
    let status = match detail.r#type.as_str() {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
    Error::Upstream(Box::new(UpstreamRefusal {
        kind: kind_of_status(status, Some(&detail)),
        status: 200,
        error_type: shortened(&detail.r#type),
        message: shortened(&detail.message),
        request_id: error.request_id,
        retry_after_ms: None,
        verbatim: raw.map(|bytes| Verbatim {
            headers: HeaderMap::new(),
            bytes,
        }),
    }))
}

fn kind_of_status(status: u16, detail: Option<&ErrorDetail>) -> ErrorKind {
    if detail.is_some_and(is_about_money) {
        return ErrorKind::UpstreamQuota;
    }
    match status {
        402 => ErrorKind::UpstreamQuota,
        404 if detail.is_some_and(|detail| detail.message.starts_with("model:")) => {
            ErrorKind::ModelNotFound
        }
        401 | 403 | 404 => ErrorKind::Misconfigured,
        400 | 413 | 422 => ErrorKind::UpstreamRefused,
        429 => ErrorKind::UpstreamRateLimited,
        408 | 504 => ErrorKind::UpstreamTimeout,
        503 | 529 => ErrorKind::Overloaded,
        _ => ErrorKind::UpstreamError,
    }
}

/// Money is told apart from rate by code where there is one. A balance that is too low comes as a 400 that only its words tell from
/// other 400s.
fn is_about_money(detail: &ErrorDetail) -> bool {
    let by_code = detail
        .error_code()
        .is_some_and(|code| code.ends_with("spend_limit_reached"));
    let by_words = [
        "credit balance is too low",
        "specified API usage limits",
        "workspace API usage limits",
    ]
    .iter()
    .any(|words| detail.message.contains(words));
    by_code || by_words || detail.r#type == "billing_error"
}

fn shortened(text: &str) -> String {
    text.chars().take(MESSAGE_CHARS_MAX).collect()
}

/// The upstream's name for the request, as far as the log needs it.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("request-id")?.to_str().ok()?;
    Some(id.chars().take(64).collect())
}

/// Milliseconds to wait, from `retry-after-ms`, or `retry-after` in seconds. Dates are not used by this API.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    number("retry-after-ms").or_else(|| number("retry-after")?.checked_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> ErrorKind {
        from_answer(status, &HeaderMap::new(), body.as_bytes(), None).kind()
    }

    /// FM-39: every status of the upstream has its row; none becomes a success.
    #[test]
    fn every_upstream_status_has_its_meaning() {
        let plain = r#"{"type":"error","error":{"type":"t","message":"m"}}"#;
        for (status, expected) in [
            (400, ErrorKind::UpstreamRefused),
            (401, ErrorKind::Misconfigured),
            (402, ErrorKind::UpstreamQuota),
            (403, ErrorKind::Misconfigured),
            (404, ErrorKind::Misconfigured),
            (408, ErrorKind::UpstreamTimeout),
            (409, ErrorKind::UpstreamError),
            (413, ErrorKind::UpstreamRefused),
            (429, ErrorKind::UpstreamRateLimited),
            (500, ErrorKind::UpstreamError),
            (502, ErrorKind::UpstreamError),
            (503, ErrorKind::Overloaded),
            (504, ErrorKind::UpstreamTimeout),
            (529, ErrorKind::Overloaded),
            (307, ErrorKind::UpstreamError),
        ] {
            assert_eq!(kind(status, plain), expected, "{status}");
        }
        assert_eq!(
            kind(502, "<html>Bad gateway</html>"),
            ErrorKind::UpstreamError
        );
    }

    #[test]
    fn money_is_told_from_rate_and_from_bad_requests() {
        let with = |error: &str| format!(r#"{{"error":{error}}}"#);
        let spend_cap = with(
            r#"{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}"#,
        );
        assert_eq!(kind(429, &spend_cap), ErrorKind::UpstreamQuota);
        let credit = with(
            r#"{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}"#,
        );
        assert_eq!(kind(400, &credit), ErrorKind::UpstreamQuota);
    }

    #[test]
    fn a_model_that_the_upstream_does_not_know_is_not_our_misconfiguration() {
        let body =
            r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#;
        assert_eq!(kind(404, body), ErrorKind::ModelNotFound);
    }

    #[test]
    fn an_error_inside_a_stream_is_judged_by_its_type() {
        let event = |kind: &str| {
            let json = format!(r#"{{"error":{{"type":"{kind}","message":"m"}}}}"#);
            from_event(serde_json::from_str(&json).expect("an error"), None).kind()
        };
        assert_eq!(event("overloaded_error"), ErrorKind::Overloaded);
        assert_eq!(event("brand_new_error"), ErrorKind::UpstreamError);
    }
}
