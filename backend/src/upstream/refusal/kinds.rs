//! The table from what an upstream says to what it means for us.
//!
//! Names are asked first, from the most particular on, then words, where a meaning has no name of its own, then the status. `seen.txt`
//! says who was seen to use them.

use shared::error::ErrorKind;

use super::said::Said;

/// Words of the one-api family and others for an account without money: quota used up, quota or balance insufficient.
const MONEY: [&str; 10] = [
    "credit balance is too low",
    "specified API usage limits",
    "workspace API usage limits",
    "exceeded your current quota",
    "quota is not enough",
    "Budget has been exceeded",
    "Insufficient credits",
    "额度已用尽",
    "额度不足",
    "余额不足",
];

/// Words for a model that is not there: no channel serves it, or nobody knows it.
const NO_MODEL: [&str; 5] = [
    "无可用渠道",
    "No available channel for model",
    "No endpoints found",
    "Invalid model name passed in",
    "is not a valid model ID",
];

/// What the error means that came with `status` and says `said`.
pub(super) fn kind(status: u16, said: &Said) -> ErrorKind {
    said.names
        .iter()
        .find_map(|name| by_name(name))
        .or_else(|| by_words(status, &said.message))
        .unwrap_or_else(|| by_status(status))
}

/// The status that an error would have had outside of a stream.
pub(super) fn status_in_stream(said: &Said) -> u16 {
    let by_name = said.names.iter().find_map(|name| match name.as_str() {
        "invalid_request_error" => Some(400),
        "authentication_error" => Some(401),
        "permission_error" => Some(403),
        "not_found_error" => Some(404),
        "rate_limit_error" => Some(429),
        "timeout_error" => Some(504),
        _ => None,
    });
    said.status.or(by_name).unwrap_or(500)
}

fn by_name(name: &str) -> Option<ErrorKind> {
    if name.ends_with("spend_limit_reached")
        || (name.starts_with("insufficient_") && name.ends_with("quota"))
    {
        return Some(ErrorKind::UpstreamQuota);
    }
    Some(match name {
        "billing_error"
        | "billing_hard_limit_reached"
        | "billing_not_active"
        | "budget_exceeded"
        | "insufficient_credits"
        | "pre_consume_token_quota_failed" => ErrorKind::UpstreamQuota,
        "model_not_found" => ErrorKind::ModelNotFound,
        "access_denied"
        | "auth_error"
        | "expired_key"
        | "invalid_api_key"
        | "key_model_access_denied"
        | "model_not_allowed"
        | "token_not_found_in_db" => ErrorKind::Misconfigured,
        "context_length_exceeded" | "request_too_large" | "sensitive_words_detected" => {
            ErrorKind::UpstreamRefused
        }
        "rate_limit_exceeded" | "throttling_error" | "token_concurrency_limit_reached" => {
            ErrorKind::UpstreamRateLimited
        }
        "overloaded_error" => ErrorKind::Overloaded,
        _ => return None,
    })
}

fn by_words(status: u16, words: &str) -> Option<ErrorKind> {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    // Anthropic's words for it are the field's name and the model's id; as a 400 they are about the field.
    let is_model = says(&NO_MODEL) || (status == 404 && words.starts_with("model:"));
    if says(&MONEY) {
        Some(ErrorKind::UpstreamQuota)
    } else if is_model {
        Some(ErrorKind::ModelNotFound)
    } else {
        None
    }
}

fn by_status(status: u16) -> ErrorKind {
    match status {
        402 => ErrorKind::UpstreamQuota,
        // A path that is not there is a base URL that is wrong.
        401 | 403 | 404 | 405 => ErrorKind::Misconfigured,
        429 => ErrorKind::UpstreamRateLimited,
        408 | 504 | 524 => ErrorKind::UpstreamTimeout,
        503 | 529 => ErrorKind::Overloaded,
        // Any other word about the request will be the same the next time, but that two changes met.
        400..=499 if status != 409 => ErrorKind::UpstreamRefused,
        _ => ErrorKind::UpstreamError,
    }
}
