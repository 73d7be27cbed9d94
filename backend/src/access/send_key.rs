//! The name that a caller gives one press of Send, so that it is paid for once.

use std::fmt;
use std::ops::RangeInclusive;

use hyper::HeaderMap;
use sha2::{Digest as _, Sha256};
use shared::api::chat::IDEMPOTENCY_KEY;
use shared::error::{ApiError, ErrorKind};

/// How long a key is: shorter ones are drawn twice too easily, and 64 hold a SHA-256 in hexadecimal digits.
const LENGTHS: RangeInclusive<usize> = 16..=64;

/// What is kept of an `Idempotency-Key` header: its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SendKey([u8; 32]);

impl SendKey {
    /// The key in these headers, if there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a key of another form, and for more than one.
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let key = value.as_bytes();
        let is_sound = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if values.next().is_none() && LENGTHS.contains(&key.len()) && key.iter().all(is_sound) {
            return Ok(Some(Self(Sha256::digest(key).into())));
        }
        let (least, most) = (LENGTHS.start(), LENGTHS.end());
        Err(ErrorKind::InvalidRequest.with(format!(
            "The header {IDEMPOTENCY_KEY} takes {least} to {most} of A-Z a-z 0-9 and -, once."
        )))
    }

    /// One of many that differ, for tests.
    #[cfg(test)]
    pub(crate) fn numbered(n: u32) -> Self {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&n.to_be_bytes());
        Self(digest)
    }
}

impl fmt::Debug for SendKey {
    /// Says nothing: whoever knows a key could keep its owner from sending.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendKey")
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proptest::strategy::Strategy as _;

    use super::*;

    fn read(values: &[&str]) -> Result<Option<SendKey>, ApiError> {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_str(value).expect("a header");
            headers.append(IDEMPOTENCY_KEY, value);
        }
        SendKey::read(&headers)
    }

    #[test]
    fn a_key_is_optional_and_one_of_the_form_that_the_page_draws() {
        assert_eq!(read(&[]), Ok(None));
        let drawn = "0b4f7a52-5d0c-4a3e-9a86-0e6a3b1c2d3e";
        assert_eq!(read(&[drawn]), read(&[drawn]));
        assert!(read(&[drawn]).is_ok_and(|key| key.is_some()));
        assert_ne!(read(&[drawn]), read(&[&drawn.to_uppercase()]));
        for wrong in ["", "fifteen-letters", &"x".repeat(65), "sixteen letters_"] {
            let error = read(&[wrong]).expect_err(wrong);
            assert_eq!(error.kind, ErrorKind::InvalidRequest);
        }
        assert!(read(&[drawn, drawn]).is_err(), "two are no name");
    }

    proptest! {
        /// Whatever stands in the header is no key, one key or a refusal, which repeats nothing of it.
        #[test]
        fn any_header_is_read_as_its_form_says(
            values in vec(prop_oneof![
                "[A-Za-z0-9-]{10,70}".prop_map(String::into_bytes),
                vec(any::<u8>(), 0..80),
            ], 0..3),
        ) {
            let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
            let headers: HeaderMap = values
                .map(|value| (HeaderName::from_static(IDEMPOTENCY_KEY), value))
                .collect();
            let is_sound = |value: &HeaderValue| {
                let text = value.to_str().unwrap_or_default();
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                    && (16..=64).contains(&text.len())
            };
            let values: Vec<&HeaderValue> = headers.values().collect();
            match (SendKey::read(&headers), values.as_slice()) {
                (read, []) => prop_assert_eq!(read, Ok(None)),
                (read, [value]) if is_sound(value) => prop_assert!(read.is_ok_and(|key| key.is_some())),
                (read, _) => {
                    let error = read.expect_err("a key of another form");
                    prop_assert_eq!(error, refusal());
                }
            }
        }
    }

    fn refusal() -> ApiError {
        read(&[""]).expect_err("nothing is no key")
    }
}
