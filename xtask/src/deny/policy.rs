//! `deny.toml`, as far as it is checked here. What is not known is refused, so that nobody relies on a line that nobody reads.

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) graph: GraphPolicy,
    pub(super) licenses: LicensePolicy,
    pub(super) bans: BanPolicy,
    pub(super) sources: SourcePolicy,
    /// Advisories are looked up in a database that only `cargo deny` fetches.
    #[serde(rename = "advisories")]
    _advisories: IgnoredAny,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GraphPolicy {
    /// The platforms that are built for; what only others need is in nothing.
    pub(super) targets: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LicensePolicy {
    /// What any crate may be under.
    pub(super) allow: Vec<String>,
    /// What one crate may be under besides.
    pub(super) exceptions: Vec<Exception>,
    pub(super) private: Private,
    /// How sure `cargo deny` is of a licence that it knows by its text alone. Here a crate without an expression is a finding.
    #[serde(rename = "confidence-threshold")]
    _confidence_threshold: IgnoredAny,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Private {
    /// Whether crates that are never published are left out.
    pub(super) ignore: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BanPolicy {
    pub(super) multiple_versions: Level,
    /// `NAME@VERSION`: this version may stand beside another one.
    pub(super) skip: Vec<Listed>,
    /// Whatever these bring along may stand beside other versions.
    pub(super) skip_tree: Vec<Listed>,
    pub(super) wildcards: Level,
    pub(super) allow_wildcard_paths: bool,
    pub(super) deny: Vec<Listed>,
}

/// A crate and why it is listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SourcePolicy {
    pub(super) unknown_registry: Level,
    pub(super) unknown_git: Level,
}

/// What becomes of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    Allow,
    Deny,
}

impl Policy {
    /// Reads `deny.toml`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("deny.toml cannot be read")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Lets in MIT, and Zlib for `small` alone.
    const TEXT: &str = r#"
        [graph]
        targets = []
        [licenses]
        allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "small", allow = ["Zlib"] }]
        confidence-threshold = 0.9
        private = { ignore = true }
        [bans]
        multiple-versions = "deny"
        skip = [{ crate = "old@1.0.0", reason = "why" }]
        skip-tree = [{ crate = "tool", reason = "why" }]
        wildcards = "deny"
        allow-wildcard-paths = true
        deny = [{ crate = "openssl", reason = "rustls is the one TLS" }]
        [sources]
        unknown-registry = "deny"
        unknown-git = "deny"
        [advisories]
        yanked = "deny"
    "#;

    /// A policy for tests.
    pub(in super::super) fn policy() -> Policy {
        Policy::parse(TEXT).unwrap()
    }

    #[test]
    fn a_line_that_nobody_reads_is_refused() {
        let text = TEXT.replace("[sources]", "[sources]\nallow-org = {}");
        let error = format!("{:#}", Policy::parse(&text).unwrap_err());
        assert!(error.contains("allow-org"), "{error}");
    }
}
