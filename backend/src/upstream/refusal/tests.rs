//! One row for each way in which an upstream was seen to refuse.

use hyper::header::{HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy as _;
use serde_json::json;
use shared::error::ErrorKind::{
    self, Misconfigured, Overloaded, UpstreamError, UpstreamQuota, UpstreamRateLimited,
    UpstreamRefused, UpstreamTimeout,
};

use super::*;

fn refusal(status: u16, body: &str) -> UpstreamRefusal {
    match from_answer(status, &HeaderMap::new(), body.as_bytes(), None) {
        Error::Upstream(refusal) => *refusal,
        other => panic!("{other}"),
    }
}

fn kind(status: u16, body: &str) -> ErrorKind {
    refusal(status, body).kind
}

/// FM-39: every status of the upstream has its row; none becomes a success, whatever is written below it.
#[test]
fn every_upstream_status_has_its_meaning() {
    for (status, expected) in [
        (400, UpstreamRefused),
        (401, Misconfigured),
        (402, UpstreamQuota),
        (403, Misconfigured),
        (404, Misconfigured),
        (405, Misconfigured),
        (408, UpstreamTimeout),
        (409, UpstreamError),
        (413, UpstreamRefused),
        (422, UpstreamRefused),
        (429, UpstreamRateLimited),
        (500, UpstreamError),
        (502, UpstreamError),
        (503, Overloaded),
        (504, UpstreamTimeout),
        (520, UpstreamError),
        (524, UpstreamTimeout),
        (529, Overloaded),
        (307, UpstreamError),
    ] {
        for body in [
            r#"{"type":"error","error":{"type":"t","message":"m"}}"#,
            r#"{"error":{"message":"m","type":"new_api_error","param":"","code":""}}"#,
            r#"{"error":{"message":"m","type":"None","param":"None","code":"418"}}"#,
            r#"{"error":"m"}"#,
            r#"{"detail":"m"}"#,
            r#"{"success":false,"message":"m"}"#,
            "<html><head><title>Bad gateway</title></head></html>",
            "[1]",
            "",
        ] {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }
}

/// FM-37, FM-39: what gateways mean is told by their codes and words where their statuses mislead, so that neither an empty account
/// nor a model that is not there is tried again.
#[test]
fn gateways_are_judged_by_what_they_say_before_how() {
    let seen = include_str!("seen.txt").lines();
    for line in seen.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (status, rest) = line.split_once(' ').expect("a status");
        let (code, error) = rest.split_once(' ').expect("a meaning");
        let expected = ErrorKind::from_code(code).expect("a code of ours");
        let status = status.parse().expect("a number");
        assert_eq!(
            kind(status, &format!(r#"{{"error":{error}}}"#)),
            expected,
            "{line}"
        );
    }
}

/// FM-29: an error inside a stream is judged as if it had come with its status.
#[test]
fn an_error_inside_a_stream_is_judged_by_its_names_and_the_status_that_it_claims() {
    for (error, expected) in [
        (
            json!({"type": "overloaded_error", "message": "m"}),
            Overloaded,
        ),
        (
            json!({"type": "rate_limit_error", "message": "m"}),
            UpstreamRateLimited,
        ),
        (
            json!({"type": "invalid_request_error", "message": "m"}),
            UpstreamRefused,
        ),
        (
            json!({"type": "authentication_error", "message": "m"}),
            Misconfigured,
        ),
        (
            json!({"type": "brand_new_error", "message": "m"}),
            UpstreamError,
        ),
    ] {
        let event = json!({ "error": error });
        let event = serde_json::from_value(event).expect("an error");
        assert_eq!(from_event(event, None).kind(), expected, "{error}");
        assert_eq!(from_chunk(&error).kind(), expected, "{error}");
    }
    for (error, expected) in [
        (
            json!({"code": 502, "message": "Provider returned error"}),
            UpstreamError,
        ),
        (json!({"code": "429", "message": "m"}), UpstreamRateLimited),
        (json!({"code": "insufficient_quota"}), UpstreamQuota),
        (json!({"code": 200}), UpstreamError),
        (json!("gone"), UpstreamError),
        (json!({}), UpstreamError),
    ] {
        assert_eq!(from_chunk(&error).kind(), expected, "{error}");
    }
}

/// FM-40: refusals of keys like to repeat them; the log gets neither the key nor its hash, whoever's it is.
#[test]
fn words_as_long_as_a_key_are_not_kept() {
    let key = format!("k-{}", "0a1b_2c3".repeat(5));
    let hash = "0123456789abcdef".repeat(4);
    let words = format!("Received API Key = {key}, Key Hash (Token) ={hash}. 令牌{key}无效");
    let body = json!({"error": {"message": words, "code": "401", "type": "token_not_found_in_db"}});
    let refusal = refusal(401, &body.to_string());
    assert_eq!(
        refusal.message,
        "Received API Key = […], Key Hash (Token) =[…]. 令牌[…]无效"
    );
    assert_eq!(refusal.error_type, "token_not_found_in_db");
}

#[test]
fn a_request_is_named_by_header_body_or_words() {
    let words = r#"{"error":{"message":"m (request id: 20261123abc)","type":"new_api_error"}}"#;
    assert_eq!(
        refusal(500, words).request_id.as_deref(),
        Some("20261123abc")
    );
    let body =
        r#"{"type":"error","error":{"type":"api_error","message":"m"},"request_id":"req_1"}"#;
    assert_eq!(refusal(500, body).request_id.as_deref(), Some("req_1"));
    for name in ["request-id", "x-request-id"] {
        let id = (HeaderName::from_static(name), HeaderValue::from_static("r"));
        let Error::Upstream(refusal) = from_answer(500, &HeaderMap::from_iter([id]), b"", None)
        else {
            panic!("a refusal");
        };
        assert_eq!(refusal.request_id.as_deref(), Some("r"));
    }
}

proptest! {
    /// Whatever an upstream sends is judged, and nothing as long as a key gets into the log.
    #[test]
    fn anything_can_be_read(body in vec(any::<u8>(), 0..200), words in "\\PC{0,300}", status in 0..700_u16) {
        let headers = HeaderMap::new();
        from_answer(status, &headers, &body, None);
        let body = json!({ "error": { "message": words } });
        let Error::Upstream(refusal) = from_answer(status, &headers, body.to_string().as_bytes(), None) else {
            panic!("a refusal");
        };
        let mut kept = refusal.message.split(|c: char| !c.is_ascii_alphanumeric());
        prop_assert!(kept.all(|word| word.len() < 32), "{}", refusal.message);
    }

    /// A wait is read from digits alone, is never longer than is passed on, and does not get shorter the more is asked for.
    #[test]
    fn any_wait_is_read_or_is_none(
        name in prop_oneof!["retry-after", "retry-after-ms"],
        value in prop_oneof![
            4 => "[0-9]{1,30}".prop_map(String::into_bytes),
            1 => "[-+ 0-9.eE]{0,12}".prop_map(String::into_bytes),
            1 => vec(any::<u8>(), 0..30),
        ],
    ) {
        let name = HeaderName::try_from(name).expect("a name");
        let waits = |value: &[u8]| {
            let value = HeaderValue::from_bytes(value).ok()?;
            retry_after_ms(&HeaderMap::from_iter([(name.clone(), value)]))
        };
        let wait = waits(&value);
        let digits = value.trim_ascii();
        let is_header = HeaderValue::from_bytes(&value).is_ok();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        prop_assert_eq!(wait.is_some(), is_header && is_number);
        prop_assert!(wait.is_none_or(|wait| wait <= WAIT_MAX_MS));
        prop_assert!(waits(&[digits, b"0"].concat()) >= wait);
    }
}
