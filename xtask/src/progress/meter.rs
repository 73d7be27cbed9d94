//! How far a step is, read from the lines that it prints.

use std::fmt;

/// The longest part of a tool's own line that is shown, in characters: the whole line must fit a terminal of 80.
const SHOWN_CHARACTERS: usize = 44;

/// What cargo's own lines begin with while it builds, beside those that are counted.
const CARGO_VERBS: [&str; 5] = ["Blocking", "Building", "Finished", "Installing", "Running"];

/// Counts what a tool says that it has done.
#[derive(Debug)]
pub(super) struct Meter {
    crates_expected: Option<usize>,
    compiled: usize,
    downloaded: usize,
    latest: String,
}

impl Meter {
    /// Starts at nothing, with about how many crates there are to compile where that is known.
    pub(super) fn expecting(crates: Option<usize>) -> Self {
        Self {
            crates_expected: crates,
            compiled: 0,
            downloaded: 0,
            latest: String::new(),
        }
    }

    /// Counts one line of output.
    pub(super) fn see(&mut self, line: &str) {
        let Some(verb) = line.split_whitespace().next() else {
            return;
        };
        match verb {
            "Compiling" | "Checking" => self.compiled += 1,
            "Downloaded" => self.downloaded += 1,
            // Between the crates of a build, the lines of a compiler's warning say nothing about how far it is.
            _ if self.compiled > 0 && !CARGO_VERBS.contains(&verb) => return,
            _ => {}
        }
        self.latest = line.trim().chars().take(SHOWN_CHARACTERS).collect();
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.compiled, self.downloaded, self.crates_expected) {
            (0, 0, _) => {}
            (0, downloaded, _) => write!(formatter, "{downloaded} crates downloaded; ")?,
            // A guess that turned out too low is worse than none.
            (compiled, _, Some(expected)) if compiled <= expected => {
                write!(formatter, "{compiled} of about {expected} crates; ")?;
            }
            (compiled, _, _) => write!(formatter, "{compiled} crates; ")?,
        }
        formatter.write_str(&self.latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(expected: Option<usize>, lines: &[&str]) -> String {
        let mut meter = Meter::expecting(expected);
        for line in lines {
            meter.see(line);
        }
        meter.to_string()
    }

    #[test]
    fn compiled_crates_are_counted_against_the_expected() {
        let lines = [
            "   Compiling syn v3.0.10",
            "",
            "   Compiling leptos v0.8.23",
        ];
        assert_eq!(
            after(Some(190), &lines),
            "2 of about 190 crates; Compiling leptos v0.8.23"
        );
        assert_eq!(after(None, &lines), "2 crates; Compiling leptos v0.8.23");
    }

    #[test]
    fn an_estimate_that_was_too_low_is_dropped() {
        assert_eq!(
            after(Some(1), &["Compiling a v1", "Compiling b v1"]),
            "2 crates; Compiling b v1"
        );
    }

    #[test]
    fn a_compilers_warnings_are_not_shown_as_progress() {
        let lines = [
            "   Compiling backend v0.1.0",
            "warning: unused variable",
            "  --> backend/src/app.rs:1:1",
        ];
        assert_eq!(after(None, &lines), "1 crates; Compiling backend v0.1.0");
        assert_eq!(
            after(None, &["   Compiling a v1", "    Finished in 2s"]),
            "1 crates; Finished in 2s"
        );
    }

    #[test]
    fn downloads_are_counted() {
        assert_eq!(
            after(None, &["  Downloaded itoa v1.0.19"]),
            "1 crates downloaded; Downloaded itoa v1.0.19"
        );
    }

    #[test]
    fn a_tool_that_counts_nothing_shows_its_latest_line_cut_short() {
        assert_eq!(after(None, &["Unpacking chromium"]), "Unpacking chromium");
        assert_eq!(
            after(None, &["é".repeat(90).as_str()]).chars().count(),
            SHOWN_CHARACTERS
        );
    }
}
