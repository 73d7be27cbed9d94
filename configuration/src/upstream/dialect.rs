//! The two dialects of upstreams as their settings are called, by the names that the official clients gave them.

use std::path::Path;

use super::super::Problems;

/// What one dialect's settings are called.
#[derive(Debug)]
pub(super) struct Dialect {
    /// The variable with the key.
    pub(super) key: &'static str,
    /// The variable with the name of a file that holds the key.
    pub(super) key_file: &'static str,
    /// The variable with the address.
    pub(super) base_url: &'static str,
    /// An address of the right form.
    pub(super) example: &'static str,
}

/// Claude's API and what speaks as it does.
pub(super) const ANTHROPIC: Dialect = Dialect {
    key: "ANTHROPIC_API_KEY",
    key_file: "ANTHROPIC_API_KEY_FILE",
    base_url: "ANTHROPIC_BASE_URL",
    example: super::ANTHROPIC_BASE_URL,
};

/// Gateways that speak as OpenAI's API does.
pub(super) const OPENAI: Dialect = Dialect {
    key: "OPENAI_API_KEY",
    key_file: "OPENAI_API_KEY_FILE",
    base_url: "OPENAI_BASE_URL",
    example: "https://gateway.example.org/v1",
};

/// What is set of one dialect.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) dialect: &'static Dialect,
    pub(super) base_url: Option<&'a str>,
    pub(super) key: Option<&'a str>,
    pub(super) key_file: Option<&'a Path>,
}

impl Said<'_> {
    pub(super) const fn has_key(&self) -> bool {
        self.key.is_some() || self.key_file.is_some()
    }

    pub(super) const fn says_something(&self) -> bool {
        self.base_url.is_some() || self.has_key()
    }

    pub(super) fn add_missing_key(&self, problems: &mut Problems) {
        let Dialect {
            key,
            key_file,
            base_url,
            ..
        } = self.dialect;
        problems.add(
            base_url,
            "is set without a key",
            format!("set {key} or {key_file}, or leave {base_url} out too for the stand-in"),
        );
    }
}
