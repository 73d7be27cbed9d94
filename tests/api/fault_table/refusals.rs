//! Error answers: what each means for the caller, what it costs, and whether it is tried again.

use std::time::Duration;

use shared::error::ErrorKind::{
    self, Misconfigured, ModelNotFound, Overloaded, UpstreamError, UpstreamQuota,
    UpstreamRateLimited, UpstreamRefused, UpstreamTimeout,
};
use tests::hostile::Play::{self, Hear, Repeat, Reset, Silence};

use super::expected::{Cue, End, Expected, Fault, Owed, answer, answer_then, refused, send};

/// How long the body of an error may take.
const ERROR_BODY_MAX: Duration = Duration::from_mins(2);

/// What will fail again: asked once.
const fn once(kind: ErrorKind) -> Expected {
    refused(kind).for_free()
}

/// What the upstream says with `status`: a program hears it as it came, once, and tries again by itself.
const fn told(status: u16, kind: ErrorKind) -> Expected {
    Expected {
        end: End::Told(status),
        translated: Some((kind, Owed::Nothing)),
        ..once(kind)
    }
}

/// What may pass: asked three times.
const fn thrice(kind: ErrorKind) -> Expected {
    refused(kind).for_free().tried(3)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "400: the request is no good",
        plays: |cue| plain(cue, "400 Bad Request", "invalid_request_error"),
        streamed: once(UpstreamRefused),
        whole: told(400, UpstreamRefused),
    },
    Fault {
        name: "400: the credit is used up",
        plays: |cue| {
            let body = cue.dialect(
                cue.error(
                    "invalid_request_error",
                    "Your credit balance is too low to access the Anthropic API.",
                ),
                cue.error("insufficient_quota", "You exceeded your current quota."),
            );
            answer(cue.refusal("400 Bad Request", "", &body))
        },
        streamed: once(UpstreamQuota),
        whole: told(400, UpstreamQuota),
    },
    Fault {
        name: "401: the key is no good",
        plays: |cue| {
            plain(
                cue,
                "401 Unauthorized",
                cue.dialect("authentication_error", "invalid_api_key"),
            )
        },
        streamed: once(Misconfigured),
        whole: once(Misconfigured),
    },
    Fault {
        name: "402: the bill is not paid",
        plays: |cue| plain(cue, "402 Payment Required", "billing_error"),
        streamed: once(UpstreamQuota),
        whole: told(402, UpstreamQuota),
    },
    Fault {
        name: "403: the key may not",
        plays: |cue| plain(cue, "403 Forbidden", "permission_error"),
        streamed: once(Misconfigured),
        whole: once(Misconfigured),
    },
    Fault {
        name: "404: nothing at this path",
        plays: |cue| plain(cue, "404 Not Found", "not_found_error"),
        streamed: once(Misconfigured),
        whole: told(404, Misconfigured),
    },
    Fault {
        name: "404: no such model",
        plays: |cue| {
            let body = cue.dialect(
                cue.error("not_found_error", "model: claude-haiku-5-5"),
                cue.error(
                    "model_not_found",
                    "The model `claude-haiku-5-5` does not exist.",
                ),
            );
            answer(cue.refusal("404 Not Found", "", &body))
        },
        streamed: once(ModelNotFound),
        whole: told(404, ModelNotFound),
    },
    Fault {
        name: "413: too large, says the edge in its own shape",
        plays: |cue| {
            let body = r#"{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#;
            answer(cue.refusal("413 Payload Too Large", "", body))
        },
        streamed: once(UpstreamRefused),
        whole: told(413, UpstreamRefused),
    },
    Fault {
        name: "418: a status that nobody uses",
        plays: |cue| plain(cue, "418 I'm a teapot", "teapot_error"),
        streamed: once(UpstreamRefused),
        whole: told(418, UpstreamRefused),
    },
    Fault {
        name: "429 with retry-after",
        plays: |cue| {
            answer(cue.refusal(
                "429 Too Many Requests",
                "retry-after: 1\r\n",
                &cue.error("rate_limit_error", "slow down"),
            ))
        },
        streamed: thrice(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429 without retry-after",
        plays: |cue| plain(cue, "429 Too Many Requests", "rate_limit_error"),
        streamed: thrice(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429 with a retry-after of a week",
        plays: |cue| {
            answer(cue.refusal(
                "429 Too Many Requests",
                "retry-after: 600000\r\n",
                &cue.error("rate_limit_error", "slow down"),
            ))
        },
        streamed: once(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429 with a retry-after beyond all numbers",
        plays: |cue| {
            answer(cue.refusal(
                "429 Too Many Requests",
                "retry-after: 99999999999999999999999999\r\n",
                &cue.error("rate_limit_error", "slow down"),
            ))
        },
        streamed: once(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429 with a retry-after below zero",
        plays: |cue| {
            answer(cue.refusal(
                "429 Too Many Requests",
                "retry-after: -1\r\n",
                &cue.error("rate_limit_error", "slow down"),
            ))
        },
        streamed: thrice(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429 with an empty body",
        plays: |cue| answer(cue.refusal("429 Too Many Requests", "", "")),
        streamed: thrice(UpstreamRateLimited),
        whole: told(429, UpstreamRateLimited),
    },
    Fault {
        name: "429: the spend limit is reached",
        plays: |cue| {
            let body = cue.dialect(
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"You have reached your API usage limits","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
                r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
            );
            answer(cue.refusal("429 Too Many Requests", "", body))
        },
        streamed: once(UpstreamQuota),
        whole: told(429, UpstreamQuota),
    },
    Fault {
        name: "500",
        plays: |cue| {
            plain(
                cue,
                "500 Internal Server Error",
                cue.dialect("api_error", "server_error"),
            )
        },
        streamed: thrice(UpstreamError),
        whole: told(500, UpstreamError),
    },
    Fault {
        name: "502 with a page",
        plays: |_| {
            answer(
                "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<html>Bad gateway</html>",
            )
        },
        streamed: thrice(UpstreamError),
        whole: told(502, UpstreamError),
    },
    Fault {
        name: "503",
        plays: |cue| plain(cue, "503 Service Unavailable", "server_error"),
        streamed: thrice(Overloaded),
        whole: told(503, Overloaded),
    },
    Fault {
        name: "504",
        plays: |cue| plain(cue, "504 Gateway Timeout", "timeout_error"),
        streamed: thrice(UpstreamTimeout),
        whole: told(504, UpstreamTimeout),
    },
    Fault {
        name: "529",
        plays: |cue| plain(cue, "529 Overloaded", "overloaded_error"),
        streamed: thrice(Overloaded),
        whole: told(529, Overloaded),
    },
    Fault {
        name: "an error whose body has no end",
        plays: |_| {
            vec![
                Hear,
                send("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"),
                Repeat(vec![b'x'; 1 << 16].into(), 1 << 10),
            ]
        },
        streamed: once(UpstreamRefused),
        whole: once(UpstreamRefused),
    },
    Fault {
        name: "an error whose body breaks off",
        plays: |_| {
            answer_then(
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n{\"type\":",
                Reset,
            )
        },
        streamed: once(UpstreamRefused),
        whole: once(UpstreamRefused),
    },
    Fault {
        name: "an error whose body never comes",
        plays: |_| {
            answer_then(
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n",
                Silence,
            )
        },
        streamed: once(UpstreamRefused).at(ERROR_BODY_MAX),
        whole: once(UpstreamRefused).at(ERROR_BODY_MAX),
    },
    Fault {
        name: "an error that is no JSON",
        plays: |cue| answer(cue.refusal("400 Bad Request", "", "no")),
        streamed: once(UpstreamRefused),
        whole: told(400, UpstreamRefused),
    },
];

fn plain(cue: Cue, status: &str, class: &str) -> Vec<Play> {
    answer(cue.refusal(status, "", &cue.error(class, "no")))
}
