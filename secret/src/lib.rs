//! A secret: a value that cannot be printed, compared, copied out or serialised by accident.

use std::borrow::Cow;
use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use shared::hex::hex;

/// What a redacted secret leaves behind.
pub const REDACTED: &str = "[redacted]";

/// So much of a secret is worth hiding: the name of a key's family, which is no secret, and three letters more.
const TELLING_BYTES: usize = 16;

/// A key or a token. Its memory is wiped when it goes; copies in HTTP buffers are beyond its reach.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over. White space around it is dropped: files end in line feeds.
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// The secret itself. `cargo xtask tidy` allows this call under `upstream/` alone.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it could stand in a header: visible ASCII only.
    pub fn is_header_safe(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// Eight hex digits of its SHA-256: enough to tell two keys apart, useless to find one.
    pub fn fingerprint(&self) -> String {
        let mut digest = hex(&Sha256::digest(self.0.as_bytes()));
        digest.truncate(8);
        digest
    }

    /// `text` with every occurrence of the secret replaced, also of one that somebody cut short, down to its first
    /// [`TELLING_BYTES`].
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let (head, tail) = self.0.split_at(self.0.floor_char_boundary(TELLING_BYTES));
        if head.is_empty() || !text.contains(head) {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(head) {
            redacted.push_str(before);
            redacted.push_str(REDACTED);
            let pairs = after.bytes().zip(tail.bytes());
            let same = pairs.take_while(|(one, other)| one == other).count();
            rest = after.split_at(after.floor_char_boundary(same)).1;
        }
        redacted.push_str(rest);
        Cow::Owned(redacted)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::new("s3cr3t-value\n".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.redact("at s3cr3t-value."), "at [redacted].");
        assert!(!secret.fingerprint().contains("s3cr3t"));
    }

    #[test]
    fn a_secret_that_was_cut_short_is_redacted_as_far_as_it_goes() {
        let secret = Secret::new("family-api03-0123456789abcdef".to_owned());
        for (text, redacted) in [
            ("a family-api03-0123456789abcdef.", "a [redacted]."),
            ("a family-api03-0123456", "a [redacted]"),
            ("a family-api03-0123456…", "a [redacted]…"),
            (
                "family-api03-0123family-api03-0123456789abcdef",
                "[redacted][redacted]",
            ),
            ("family-api03- is no secret", "family-api03- is no secret"),
        ] {
            assert_eq!(secret.redact(text), redacted);
        }
        let short = Secret::new("hush".to_owned());
        assert_eq!(short.redact("hush, hu"), "[redacted], hu");
    }
}
