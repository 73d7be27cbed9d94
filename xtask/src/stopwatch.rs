//! How long something took, for people to read.

use std::fmt;
use std::time::{Duration, Instant};

/// A running stopwatch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts at zero.
    #[expect(
        clippy::disallowed_methods,
        reason = "xtask times real builds; no test moves this time by hand"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(self) -> Elapsed {
        Elapsed(self.0.elapsed())
    }
}

/// A duration that is shown as minutes and seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elapsed(Duration);

impl Elapsed {
    /// Whether a person noticed it: below that, saying how long it took is noise.
    pub(crate) fn is_noticeable(self) -> bool {
        self.is_at_least(Duration::from_secs(2))
    }

    /// Whether so much time has passed.
    pub(crate) fn is_at_least(self, duration: Duration) -> bool {
        self.0 >= duration
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        // `pad`, so that a width given in a table counts.
        formatter.pad(&format!("{}:{:02}", seconds / 60, seconds % 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_seconds_are_shown() {
        assert_eq!(Elapsed(Duration::from_secs(5)).to_string(), "0:05");
        assert_eq!(Elapsed(Duration::from_secs(754)).to_string(), "12:34");
        assert_eq!(format!("{:>6}", Elapsed(Duration::from_secs(5))), "  0:05");
    }
}
