//! Where alerts are sent: an address that may hold a secret of its own, as those of chat services do.

use std::fmt;

use hyper::Uri;
use hyper::http::uri::Authority;
use serde::{Deserialize, Deserializer, Serialize};

use super::origin::is_loopback_host;

/// The address of a webhook: https, or this machine's own.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// The whole address, for whoever sends there.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Debug for WebhookUrl {
    /// Its path may be what lets people post there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl(…)")
    }
}

impl<'de> Deserialize<'de> for WebhookUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let uri = text.parse::<Uri>().unwrap_or_default();
        let host = uri.authority().map(Authority::as_str);
        let problem = match (uri.scheme_str(), host) {
            (Some("https" | "http"), Some(host)) if host.contains('@') => {
                "has a user, which is not sent"
            }
            (Some("https"), Some(_)) => return Ok(Self(text)),
            (Some("http"), Some(host)) if is_loopback_host(host) => return Ok(Self(text)),
            (Some("http"), Some(_)) => "would send alerts unencrypted: use https",
            _ => "is no URL, such as https://hooks.example.org/budget",
        };
        Err(serde::de::Error::custom(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_https_or_on_this_machine_and_is_never_shown() {
        let read = |text: &str| toml::Value::String(text.to_owned()).try_into::<WebhookUrl>();
        for text in [
            "https://hooks.example.org/T0/secret",
            "http://127.0.0.1:9/x",
            "http://localhost/",
        ] {
            let url = read(text).expect(text);
            assert!(url.as_str() == text && !format!("{url:?}").contains("secret"));
        }
        for text in [
            "",
            "hooks.example.org",
            "http://hooks.example.org/",
            "ftp://localhost/",
            "https://a@b.org/",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
