//! What a check found.

use std::fmt;

use crate::source::SourceFile;

/// One place that breaks one rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    path: String,
    /// Counted from 1; a finding about the whole file has none.
    line: Option<usize>,
    /// What is wrong, and where it belongs instead.
    message: String,
}

impl Finding {
    /// About a whole file.
    pub(super) fn in_file(file: &SourceFile, message: impl Into<String>) -> Self {
        Self::at_path(&file.path, message)
    }

    /// About one line of a file.
    pub(super) fn in_line(file: &SourceFile, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line: Some(line),
            message: message.into(),
        }
    }

    /// About something that is not there, or not a file.
    pub(super) fn at_path(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.path, self.message),
            None => write!(formatter, "{}: {}", self.path, self.message),
        }
    }
}
