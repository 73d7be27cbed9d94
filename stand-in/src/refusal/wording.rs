//! Errors in OpenAI's shape (<https://platform.openai.com/docs/guides/error-codes>).

use serde_json::{Value, json};

use super::Refusal;

/// How the OpenAI dialect says something that Anthropic says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wording {
    message: String,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
}

impl Wording {
    /// An `invalid_request_error`, which most are, without a code.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            kind: "invalid_request_error",
            code: None,
            param: None,
        }
    }

    pub(crate) const fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) const fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Names the field that is at fault.
    pub(crate) fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }
}

/// A 400 that only the OpenAI dialect knows.
impl From<Wording> for Refusal {
    fn from(wording: Wording) -> Self {
        Self::invalid(wording.message.clone()).or_in_openai(wording)
    }
}

/// The body of `refusal`.
pub(super) fn body(refusal: &Refusal) -> Value {
    let Some(wording) = &refusal.openai else {
        return error(
            &refusal.kind,
            &refusal.message,
            refusal.error_code.as_deref(),
        );
    };
    json!({"error": {
        "message": wording.message,
        "type": wording.kind,
        "param": wording.param,
        "code": wording.code,
    }})
}

/// An error of Anthropic's class `kind`; a class that is not Anthropic's, such as a gateway's own, stays as it is.
pub(crate) fn error(kind: &str, message: &str, code: Option<&str>) -> Value {
    let (kind, usual_code) = match kind {
        "authentication_error" => ("invalid_request_error", Some("invalid_api_key")),
        "not_found_error" | "permission_error" | "request_too_large" => {
            ("invalid_request_error", None)
        }
        "billing_error" => ("insufficient_quota", Some("insufficient_quota")),
        "rate_limit_error" => ("requests", Some("rate_limit_exceeded")),
        "api_error" | "overloaded_error" | "timeout_error" => ("server_error", None),
        other => (other, None),
    };
    json!({"error": {
        "message": message,
        "type": kind,
        "param": null,
        "code": code.or(usual_code),
    }})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anthropics_classes_become_openais_and_a_gateways_own_stays() {
        for (kind, code, expected) in [
            (
                "authentication_error",
                None,
                ["invalid_request_error", "invalid_api_key"],
            ),
            (
                "rate_limit_error",
                None,
                ["requests", "rate_limit_exceeded"],
            ),
            ("overloaded_error", None, ["server_error", ""]),
            (
                "new_api_error",
                Some("insufficient_user_quota"),
                ["new_api_error", "insufficient_user_quota"],
            ),
        ] {
            let error = &error(kind, "Words.", code)["error"];
            let seen = ["type", "code"].map(|name| error[name].as_str().unwrap_or_default());
            assert_eq!(seen, expected, "{kind}");
            assert_eq!(error["message"], "Words.");
        }
    }
}
