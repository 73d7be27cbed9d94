//! `RateLimit` and `RateLimit-Policy`: where the caller stands with limits of its own, told with every answer and every refusal.
//!
//! The form is that of draft-ietf-httpapi-ratelimit-headers-11. Only what belongs to the caller alone is told: how many others there are,
//! and what they have left, is nobody's business. The partition is a word that means nothing outside.

use axum::response::Response;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Structured fields have integers of fifteen digits; what is larger is told as the largest.
const INTEGER_MAX: u64 = 999_999_999_999_999;

/// Where a caller stands with one limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The limit's name: lower-case letters and hyphens.
    pub name: &'static str,
    /// What is counted, where it is not requests.
    pub unit: Option<&'static str>,
    /// How much there is in one window.
    pub limit: u64,
    /// The window's length in seconds.
    pub window_s: u64,
    /// How much is left.
    pub left: u64,
    /// In how many seconds all of it is there again.
    pub reset_s: u64,
}

/// Tells `quotas` of `partition`, which is made of letters and digits, in fours.
pub fn tell(response: &mut Response, partition: &str, quotas: &[Quota]) {
    let headers = response.headers_mut();
    let policies = quotas.iter().map(|quota| {
        let unit = quota.unit.map(|unit| format!(";qu=\"{unit}\""));
        format!(
            "\"{}\";q={}{};w={};pk=:{partition}:",
            quota.name,
            quota.limit.min(INTEGER_MAX),
            unit.unwrap_or_default(),
            quota.window_s
        )
    });
    set(headers, RATELIMIT_POLICY, policies);
    let standings = quotas.iter().map(|quota| {
        format!(
            "\"{}\";r={};t={};pk=:{partition}:",
            quota.name,
            quota.left.min(INTEGER_MAX),
            quota.reset_s
        )
    });
    set(headers, RATELIMIT, standings);
}

fn set(headers: &mut HeaderMap, name: HeaderName, items: impl Iterator<Item = String>) {
    let list = items.collect::<Vec<_>>().join(", ");
    if let Ok(value) = HeaderValue::try_from(list) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn each_limit_is_one_item_of_both_lists() {
        let requests = Quota {
            name: "requests",
            unit: None,
            limit: 60,
            window_s: 60,
            left: 12,
            reset_s: 48,
        };
        let money = Quota {
            name: "session-day",
            unit: Some("nano-usd"),
            limit: u64::MAX,
            window_s: 86_400,
            left: 5,
            reset_s: 10,
        };
        let mut response = ().into_response();
        tell(&mut response, "0a1b", &[requests, money]);
        assert_eq!(
            response.headers()["ratelimit-policy"],
            "\"requests\";q=60;w=60;pk=:0a1b:, \"session-day\";q=999999999999999;qu=\"nano-usd\";w=86400;pk=:0a1b:"
        );
        assert_eq!(
            response.headers()["ratelimit"],
            "\"requests\";r=12;t=48;pk=:0a1b:, \"session-day\";r=5;t=10;pk=:0a1b:"
        );
    }
}
