//! An origin: scheme, host and port, as browsers compare them.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The address that people open in their browsers, such as `https://chat.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Whether it is https.
    pub is_https: bool,
    /// Host, and port where it is not the scheme's own, in lower case: what a Host header says.
    pub authority: String,
}

/// Says what is wrong with an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOrigin(&'static str);

impl fmt::Display for NotAnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NotAnOrigin {}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| {
            NotAnOrigin("an origin is a scheme and a host, such as https://chat.example.org")
        })?;
        let authority = uri
            .authority()
            .ok_or(NotAnOrigin("it names no host"))?
            .as_str()
            .to_ascii_lowercase();
        if uri.path() != "/"
            || text.ends_with('/')
            || uri.query().is_some()
            || authority.contains('@')
        {
            return Err(NotAnOrigin(
                "an origin ends with its host or port: no path, no slash, no user",
            ));
        }
        let (is_https, own_port) = match uri.scheme_str() {
            Some("https") => (true, ":443"),
            Some("http") if is_loopback_host(&authority) => (false, ":80"),
            Some("http") => {
                return Err(NotAnOrigin(
                    "http is for loopback hosts alone: TLS must end in front of Airlock",
                ));
            }
            _ => return Err(NotAnOrigin("its scheme must be https")),
        };
        let authority = authority
            .strip_suffix(own_port)
            .unwrap_or(&authority)
            .to_owned();
        Ok(Self {
            is_https,
            authority,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Whether a Host header's value names this machine itself, on any port.
pub fn is_loopback_host(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_off_loopback_and_nothing_more_than_a_host() {
        for (text, shown) in [
            ("https://Chat.example.org", "https://chat.example.org"),
            ("https://chat.example.org:443", "https://chat.example.org"),
            (
                "https://chat.example.org:8443",
                "https://chat.example.org:8443",
            ),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            let origin: Origin = text.parse().expect(text);
            assert_eq!(origin.to_string(), shown);
        }
        for text in [
            "http://chat.example.org",
            "https://chat.example.org/",
            "https://chat.example.org/a",
            "https://me@chat.example.org",
            "ftp://localhost",
            "localhost",
            "",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    /// FM-47: hosts are compared whole, never by prefix.
    #[test]
    fn names_that_only_begin_like_loopback_are_not() {
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "evil.com:127",
            "",
            "localhost:",
            "localhost:80:80",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}
