//! What became of each ring, in one table at the end.

use std::fmt;

use super::ring::Ring;
use crate::stopwatch::Elapsed;

/// How one ring ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    /// There is nothing in it yet.
    Empty,
    Failed,
    /// What it needs could not be had, for this reason.
    NotTried(String),
}

/// All rings of one run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    rows: Vec<(Ring, Elapsed, Outcome)>,
}

impl Summary {
    /// Adds the ring that ended last.
    pub(super) fn add(&mut self, ring: Ring, elapsed: Elapsed, outcome: Outcome) {
        self.rows.push((ring, elapsed, outcome));
    }

    /// Whether that ring ended well.
    pub(super) fn passed(&self, ring: Ring) -> bool {
        self.rows
            .iter()
            .any(|(row, _, outcome)| *row == ring && *outcome == Outcome::Passed)
    }

    /// Whether the whole run counts as good. Where no person reads the table, what was not tried has failed.
    pub(super) fn is_good(&self, is_ci: bool) -> bool {
        self.rows.iter().all(|(_, _, outcome)| match outcome {
            Outcome::Passed | Outcome::Empty => true,
            Outcome::Failed => false,
            Outcome::NotTried(_) => !is_ci,
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (ring, elapsed, outcome) in &self.rows {
            let words = match outcome {
                Outcome::Passed => "passed",
                Outcome::Empty => "has no tests yet",
                Outcome::Failed => "FAILED",
                Outcome::NotTried(_) => "NOT TRIED",
            };
            writeln!(formatter, "  {ring:<9} {elapsed:>6}  {words}")?;
        }
        for (ring, _, outcome) in &self.rows {
            if let Outcome::NotTried(reason) = outcome {
                writeln!(formatter, "\n  !! {ring} was NOT TRIED: {reason}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopwatch::Stopwatch;

    fn summary(outcomes: &[(Ring, Outcome)]) -> Summary {
        let mut summary = Summary::default();
        for (ring, outcome) in outcomes {
            summary.add(*ring, Stopwatch::start().elapsed(), outcome.clone());
        }
        summary
    }

    #[test]
    fn one_failed_ring_fails_the_run() {
        let summary = summary(&[(Ring::Fmt, Outcome::Failed), (Ring::Unit, Outcome::Passed)]);
        assert!(!summary.is_good(false));
        assert!(summary.passed(Ring::Unit) && !summary.passed(Ring::Fmt));
    }

    #[test]
    fn what_was_not_tried_fails_in_ci_alone_and_is_named_with_its_reason() {
        let summary = summary(&[
            (Ring::Unit, Outcome::Passed),
            (Ring::Browser, Outcome::NotTried("no Chromium".to_owned())),
        ]);
        assert!(summary.is_good(false) && !summary.is_good(true));
        assert!(
            summary
                .to_string()
                .contains("browser was NOT TRIED: no Chromium")
        );
    }

    #[test]
    fn a_ring_without_tests_is_no_failure() {
        assert!(summary(&[(Ring::Wasm, Outcome::Empty)]).is_good(true));
    }
}
