//! What the settings hold of the access token: its SHA-256, from which nobody can find the token itself.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::hex::hex;

/// The SHA-256 of nothing: what a command prints whose input did not come.
const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The SHA-256 of an access token, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenDigest(pub [u8; 32]);

impl fmt::Debug for TokenDigest {
    /// Four bytes: enough to tell two tokens apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, fourth, ..] = self.0;
        f.write_str(&hex(&[first, second, third, fourth]))
    }
}

impl<'de> Deserialize<'de> for TokenDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What stands there may be the token itself, by mistake: no message repeats it.
        let text = String::deserialize(deserializer)?;
        let problem = if text.eq_ignore_ascii_case(OF_NOTHING) {
            "is the SHA-256 of nothing: the command that made it had no input"
        } else if let Some(digest) = digest(&text) {
            return Ok(Self(digest));
        } else {
            "is no SHA-256: 64 hexadecimal digits, in quotes, as `printf %s \"$TOKEN\" | sha256sum` prints them"
        };
        Err(serde::de::Error::custom(problem))
    }
}

impl Serialize for TokenDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let mut digest = [0; 32];
    if pairs.len() != digest.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
        let value = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(value(*high)? * 16 + value(*low)?).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TokenDigest, toml::de::Error> {
        #[derive(Deserialize)]
        struct Line {
            value: TokenDigest,
        }
        toml::from_str::<Line>(&format!("value = {text:?}")).map(|line| line.value)
    }

    #[test]
    fn sixty_four_hexadecimal_digits_are_a_digest_in_either_case() {
        let text = "00ff".repeat(16);
        let digest = read(&text).expect("it is one");
        assert_eq!(digest.0[..4], [0, 255, 0, 255]);
        assert_eq!(read(&text.to_uppercase()).expect("it is one"), digest);
        assert_eq!(format!("{digest:?}"), "00ff00ff");
    }

    #[test]
    fn anything_else_is_refused_without_being_repeated() {
        let nearly = "0f".repeat(31);
        let odd = format!("{nearly}0");
        let foreign = format!("{nearly}0g");
        for text in ["the token itself", "", &nearly, &odd, &foreign] {
            let error = read(text).expect_err(text);
            assert!(error.message().contains("64 hexadecimal digits"));
            assert!(text.is_empty() || !error.message().contains(text));
        }
        let error = read(OF_NOTHING).expect_err("of nothing");
        assert!(error.message().contains("of nothing"));
    }
}
