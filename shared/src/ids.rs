//! Identifiers that travel between the tab and the server, as types that cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names one request, from the first layer to the last log line.
///
/// It is made of 128 bits that the caller drew at random; this crate has no randomness of its own. Its text form is
/// `req_` and 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(u128);

impl RequestId {
    /// Makes an id from 128 random bits.
    pub const fn from_random(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits, for a table that keeps them so.
    pub const fn bits(self) -> u128 {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req_{:032x}", self.0)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Says that a text is not a request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARequestId;

impl fmt::Display for NotARequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request id is `req_` and 32 lower-case hex digits")
    }
}

impl std::error::Error for NotARequestId {}

impl FromStr for RequestId {
    type Err = NotARequestId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("req_").ok_or(NotARequestId)?;
        let is_canonical = digits.len() == 32
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !is_canonical {
            return Err(NotARequestId);
        }
        u128::from_str_radix(digits, 16)
            .map(Self)
            .map_err(|_| NotARequestId)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_survives_its_text_form() {
        let id = RequestId::from_random(0x0123_4567_89ab_cdef);
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_spellings_of_a_request_id_are_refused() {
        for text in [
            "",
            "req_",
            "req_12",
            "rq_00000000000000000000000000000001",
            "req_0000000000000000000000000000000A",
            "req_+0000000000000000000000000000001",
        ] {
            assert_eq!(text.parse::<RequestId>(), Err(NotARequestId), "{text}");
        }
    }
}
