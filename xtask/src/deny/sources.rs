//! Everything comes from the registry, whose checksums stand in the lock file.

use super::graph::Graph;
use super::policy::{Level, Policy};

/// The registry, as cargo names it over git and over its sparse protocol.
const REGISTRIES: [&str; 2] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
];

pub(super) fn check(policy: &Policy, graph: &Graph) -> Vec<String> {
    let mut findings = Vec::new();
    for known in &graph.crates {
        let Some(source) = &known.source else {
            continue;
        };
        let level = if source.starts_with("git+") {
            policy.sources.unknown_git
        } else {
            policy.sources.unknown_registry
        };
        if level == Level::Deny && !REGISTRIES.contains(&source.as_str()) {
            findings.push(format!("{} comes from {source}", known.full_name()));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::{REGISTRY, graph};
    use super::super::policy::tests::policy;
    use super::*;

    fn found(source: Option<&str>) -> usize {
        let mut graph = graph(&[("a@1.0.0", &[])]);
        for known in &mut graph.crates {
            known.source = source.map(str::to_owned);
        }
        check(&policy(), &graph).len()
    }

    #[test]
    fn our_own_crates_and_the_registrys_pass() {
        assert_eq!(found(None), 0);
        assert_eq!(found(Some(REGISTRY)), 0);
    }

    #[test]
    fn a_repository_and_another_registry_are_found() {
        assert_eq!(found(Some("git+https://example.org/a#0123")), 1);
        assert_eq!(found(Some("registry+https://example.org/index")), 1);
    }
}
