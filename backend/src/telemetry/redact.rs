//! The last line of defence of every log line: the exact secrets that this process holds are cut out of it, and whatever else looks like
//! a key, such as one that somebody pasted into an address.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use shared::preflight::secrets;
use tracing_subscriber::fmt::MakeWriter;

use secret::Secret;

/// Knows the secrets that no log line may hold. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Arc<[Arc<Secret>]>,
}

impl Redactor {
    /// A redactor of these secrets.
    pub fn new(secrets: impl IntoIterator<Item = Arc<Secret>>) -> Self {
        Self {
            secrets: secrets.into_iter().collect(),
        }
    }

    /// A writer for log lines that redacts what it passes on.
    pub fn wrap<M>(self, inner: M) -> RedactingWriter<M> {
        RedactingWriter {
            redactor: self,
            inner,
        }
    }

    /// The line without the secrets; itself, as nearly always, where none is in it.
    fn redact<'a>(&self, line: &'a [u8]) -> Cow<'a, str> {
        let mut redacted = String::from_utf8_lossy(line);
        for secret in self.secrets.iter() {
            if let Cow::Owned(without) = secret.redact(&redacted) {
                redacted = Cow::Owned(without);
            }
        }
        if let Cow::Owned(without) = secrets::redact(&redacted) {
            redacted = Cow::Owned(without);
        }
        redacted
    }
}

/// Makes writers that redact each line; a log line is written in one call.
#[derive(Clone, Debug)]
pub struct RedactingWriter<M> {
    redactor: Redactor,
    inner: M,
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for RedactingWriter<M> {
    type Writer = RedactedLine<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactedLine {
            redactor: self.redactor.clone(),
            inner: self.inner.make_writer(),
        }
    }
}

/// Writes one line, redacted.
#[derive(Debug)]
pub struct RedactedLine<W> {
    redactor: Redactor,
    inner: W,
}

impl<W: Write> Write for RedactedLine<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.inner
            .write_all(self.redactor.redact(line).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_every_secret_and_keeps_the_rest() {
        let secret = Arc::new(Secret::new("hush-hush".to_owned()));
        let mut line = RedactedLine {
            redactor: Redactor::new([secret]),
            inner: Vec::new(),
        };
        line.write_all(b"a hush-hush b hush-hush\n")
            .expect("writes");
        assert_eq!(line.inner, b"a [redacted] b [redacted]\n");
    }

    /// FM-40: a key that this process does not hold is no less somebody's.
    #[test]
    fn a_line_loses_the_keys_of_others_too() {
        let key = format!("ghp_{}", "Zk3vT9qLw1XbR7sYd2Np".repeat(2).split_off(4));
        let mut line = RedactedLine {
            redactor: Redactor::default(),
            inner: Vec::new(),
        };
        let words =
            format!("{{\"path\":\"/api/{key}?a=1\",\"message\":\"a request was refused\"}}\n");
        line.write_all(words.as_bytes()).expect("writes");
        let written = String::from_utf8(line.inner).expect("text");
        assert_eq!(written, words.replace(&key, "ghp_…[redacted]"));
    }
}
