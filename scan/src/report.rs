//! What `airlock scan` has to tell: where keys are, and what it could not look through.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use shared::preflight::secrets;

/// What was found, and what was not looked through.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The keys, in the order of the files.
    pub findings: Vec<Found>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Files that were looked through.
    pub files: u64,
    /// Files that were left out, since they are no texts.
    pub binary_files: u64,
}

/// Where a key is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The character in it, counted from 1.
    pub column: u64,
    /// What it opens.
    pub kind: &'static str,
}

/// What could not be read.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// The file or folder.
    pub path: String,
    /// Why.
    pub error: String,
}

impl Problem {
    pub(super) fn new(path: &Path, error: &io::Error) -> Self {
        Self {
            path: shown(path),
            error: error.to_string(),
        }
    }
}

impl Report {
    /// Writes one line for each key.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        for found in &self.findings {
            let Found {
                path,
                line,
                column,
                kind,
            } = found;
            writeln!(out, "{path}:{line}:{column} {kind}")?;
        }
        out.flush()
    }

    /// Writes all of it as one JSON object.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)?;
        out.flush()
    }

    /// The whole in a sentence.
    pub fn summary(&self) -> String {
        let Self {
            findings,
            problems,
            files,
            binary_files,
        } = self;
        format!(
            "{} found in {}; {binary_files} binary left out, {} not readable",
            counted(findings.len() as u64, "key"),
            counted(*files, "file"),
            problems.len(),
        )
    }
}

fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// A path as it may be shown: a name can hold a key, or what a terminal would obey.
pub(super) fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    let shown = |letter: char| {
        if letter.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        }
    };
    secrets::redact(&path).chars().map(shown).collect()
}

/// Measures lines and columns on its way through a file.
#[derive(Debug)]
pub(super) struct Ruler<'a> {
    rest: &'a [u8],
    at: usize,
    line: u64,
    column: u64,
}

impl<'a> Ruler<'a> {
    pub(super) const fn at_the_beginning_of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            at: 0,
            line: 1,
            column: 1,
        }
    }

    /// Line and column of the byte at `offset`, which is not before the last one. A column is a character of UTF-8.
    pub(super) fn measure_to(&mut self, offset: usize) -> (u64, u64) {
        let step = offset.saturating_sub(self.at).min(self.rest.len());
        let (passed, rest) = self.rest.split_at(step);
        for byte in passed {
            match byte {
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    self.column = 1;
                }
                // The rest of a character that has begun.
                0x80..=0xbf => {}
                _ => self.column = self.column.saturating_add(1),
            }
        }
        self.rest = rest;
        self.at = self.at.saturating_add(step);
        (self.line, self.column)
    }
}
