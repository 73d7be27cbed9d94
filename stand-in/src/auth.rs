//! What the headers of a request must say before its body is looked at: who asks, from where, and in which version.

use hyper::Method;
use hyper::header::{HeaderMap, HeaderName};
use hyper::http::request::Parts;
use sha2::{Digest, Sha256};

use super::refusal::{Refusal, Wording};
use super::route::Dialect;
use shared::hex::hex;

/// The headers whose values are never written down.
pub(super) const SECRET_HEADERS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-api-key",
];

/// The key that came with a request, as far as anybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySeen {
    /// The header that it came in: `x-api-key` or `authorization`.
    pub header: &'static str,
    /// The first eight hex digits of its SHA-256, as Airlock's own log names a key.
    pub fingerprint: String,
}

/// A version of the API that is still spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// 2023-06-01.
    June2023,
    /// 2026-10-21, which dropped the sampling parameters.
    October2026,
}

/// The key of a request. Where both headers have one, `x-api-key` counts; the OpenAI dialect does not know that header.
pub(super) fn key_seen(dialect: Dialect, headers: &HeaderMap) -> Option<KeySeen> {
    find_key(dialect, headers).map(|(header, key)| see(header, key))
}

/// Lets a request in, or not. With `keys` no other key is taken.
pub(super) fn admit(
    dialect: Dialect,
    headers: &HeaderMap,
    keys: Option<&[String]>,
) -> Result<KeySeen, Refusal> {
    if dialect == Dialect::Anthropic {
        check_origin(headers)?;
    }
    check_key(dialect, headers, keys)
}

/// Lets in the keys that are known, or, where none are, every key that is not empty and does not contain `invalid`.
fn check_key(
    dialect: Dialect,
    headers: &HeaderMap,
    keys: Option<&[String]>,
) -> Result<KeySeen, Refusal> {
    let (header, key) = find_key(dialect, headers).ok_or_else(missing_key)?;
    let is_taken = match keys {
        Some(keys) => keys.iter().any(|known| known.as_bytes() == key),
        None => !String::from_utf8_lossy(key).contains("invalid"),
    };
    if !is_taken {
        return Err(invalid_key());
    }
    Ok(see(header, key))
}

/// Refuses what a browser sends from another origin, unless it says that it knows the danger.
fn check_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    if headers.contains_key(hyper::header::ORIGIN) && !opted_into_browser_access(headers) {
        let message = "CORS requests must set 'anthropic-dangerous-direct-browser-access' header";
        return Err(Refusal::unauthorized(message));
    }
    Ok(())
}

/// Whether the caller said that it puts a key into a browser on purpose.
pub(super) fn opted_into_browser_access(headers: &HeaderMap) -> bool {
    let opted_in = headers.get("anthropic-dangerous-direct-browser-access");
    opted_in.is_some_and(|value| value == "true")
}

/// Whether a browser asks in advance if another site's page may send a request with headers of its own.
pub(super) fn is_preflight(parts: &Parts) -> bool {
    let headers = &parts.headers;
    parts.method == Method::OPTIONS
        && headers.contains_key(hyper::header::ORIGIN)
        && headers.contains_key(hyper::header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The version that the request names. A header that came twice is read as HTTP says: joined by a comma.
pub(super) fn version(headers: &HeaderMap) -> Result<Version, Refusal> {
    let values = headers.get_all(HeaderName::from_static("anthropic-version"));
    let values: Vec<_> = values
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    match values.join(", ").as_str() {
        "" => Err(Refusal::invalid("anthropic-version: header is required")),
        shared::anthropic::VERSION_2023 => Ok(Version::June2023),
        shared::anthropic::VERSION => Ok(Version::October2026),
        other => Err(Refusal::invalid(format!(
            "anthropic-version: \"{other}\" is not a valid version"
        ))),
    }
}

fn missing_key() -> Refusal {
    let wording = "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).";
    Refusal::unauthorized("x-api-key header is required").or_in_openai(Wording::new(wording))
}

/// OpenAI repeats a part of the key here; the stand-in writes down none of it.
fn invalid_key() -> Refusal {
    let wording = "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.";
    Refusal::unauthorized("invalid x-api-key")
        .or_in_openai(Wording::new(wording).code("invalid_api_key"))
}

fn see(header: &'static str, key: &[u8]) -> KeySeen {
    let mut fingerprint = hex(&Sha256::digest(key));
    fingerprint.truncate(8);
    KeySeen {
        header,
        fingerprint,
    }
}

fn find_key(dialect: Dialect, headers: &HeaderMap) -> Option<(&'static str, &[u8])> {
    let api_key = headers
        .get("x-api-key")
        .filter(|_| dialect == Dialect::Anthropic)
        .map(|key| ("x-api-key", key.as_bytes()));
    let bearer = headers.get("authorization").and_then(|value| {
        let key = value.as_bytes().strip_prefix(b"Bearer ")?;
        Some(("authorization", key))
    });
    api_key
        .or(bearer)
        .filter(|(_, key)| !key.trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header value"));
        }
        headers
    }

    #[test]
    fn x_api_key_counts_before_bearer_and_neither_is_kept() {
        let both = headers(&[("authorization", "Bearer other"), ("x-api-key", "abc")]);
        let seen = key_seen(Dialect::Anthropic, &both).expect("a key");
        assert_eq!(seen.header, "x-api-key");
        assert_eq!(seen.fingerprint, "ba7816bf", "SHA-256 of `abc`");
        let seen = key_seen(Dialect::OpenAi, &both).expect("a key");
        assert_eq!(seen.header, "authorization");
    }

    #[test]
    fn an_empty_key_is_no_key() {
        for pairs in [
            &[("x-api-key", "")][..],
            &[("authorization", "Bearer ")],
            &[("authorization", "Basic eDp5")],
            &[],
        ] {
            let refusal = check_key(Dialect::Anthropic, &headers(pairs), None).expect_err("no key");
            assert_eq!(refusal.message, "x-api-key header is required", "{pairs:?}");
        }
    }

    #[test]
    fn of_the_keys_that_are_known_no_other_is_taken() {
        let known = ["one".to_owned(), "two".to_owned()];
        let taken = |key| {
            check_key(
                Dialect::Anthropic,
                &headers(&[("x-api-key", key)]),
                Some(&known),
            )
        };
        assert!(taken("one").is_ok() && taken("two").is_ok());
        assert!(taken("on").is_err() && taken("three").is_err());
    }

    #[test]
    fn a_version_header_sent_twice_is_not_a_version() {
        let twice = headers(&[
            ("anthropic-version", "2023-06-01"),
            ("anthropic-version", "2023-06-01"),
        ]);
        let refusal = version(&twice).expect_err("two versions");
        assert_eq!(
            refusal.message,
            "anthropic-version: \"2023-06-01, 2023-06-01\" is not a valid version"
        );
    }
}
