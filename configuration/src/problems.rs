//! What is wrong with the settings: all of it at once, each with its fix.

use std::fmt;

/// Problems found so far. Loading goes on past a problem, so that one start shows them all.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// One setting that cannot stand.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    setting: String,
    what: String,
    fix: String,
}

impl Problems {
    /// Notes one problem: the setting's name, what is wrong with it, and what to do.
    pub fn add(&mut self, setting: &str, what: impl Into<String>, fix: impl Into<String>) {
        self.0.push(Problem {
            setting: setting.to_owned(),
            what: what.into(),
            fix: fix.into(),
        });
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the settings that something is wrong with.
    pub fn settings(&self) -> Vec<&str> {
        self.0
            .iter()
            .map(|problem| problem.setting.as_str())
            .collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "{count} {noun} in the settings:")?;
        for Problem { setting, what, fix } in &self.0 {
            write!(f, "\n  {setting}: {what}\n    fix: {fix}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
