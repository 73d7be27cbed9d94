//! One version of each crate, unless it cannot be helped from here.

use std::collections::BTreeSet;

use super::graph::{Crate, Graph};
use super::policy::{Level, Policy};

pub(super) fn check(policy: &Policy, graph: &Graph) -> Vec<String> {
    if policy.bans.multiple_versions == Level::Allow {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut skipped = BTreeSet::new();
    let trees: Vec<_> = policy
        .bans
        .skip_tree
        .iter()
        .flat_map(|listed| graph.named(&listed.name))
        .map(|root| graph.tree_of(root))
        .collect();
    for versions in graph
        .by_name()
        .values()
        .filter(|versions| versions.len() > 1)
    {
        let counted: Vec<&Crate> = versions
            .iter()
            .copied()
            .filter(|known| !trees.iter().any(|tree| known.is_in(tree)))
            .filter(|known| {
                let name = known.full_name();
                let is_skipped = policy.bans.skip.iter().any(|listed| listed.name == name);
                !(is_skipped && skipped.insert(name))
            })
            .collect();
        if counted.len() > 1 {
            findings.push(describe(&counted, graph));
        }
    }
    let unused = policy
        .bans
        .skip
        .iter()
        .filter(|listed| !skipped.contains(&listed.name));
    findings.extend(unused.map(|listed| {
        format!(
            "bans.skip lists {} ({}), which stands beside no other version: take it out",
            listed.name, listed.reason
        )
    }));
    findings
}

fn describe(versions: &[&Crate], graph: &Graph) -> String {
    let each: Vec<_> = versions
        .iter()
        .map(|known| {
            format!(
                "{} for {}",
                known.full_name(),
                graph.users(known).join(", ")
            )
        })
        .collect();
    format!(
        "{}: let one version do, or give the older one a reason in bans.skip",
        each.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::graph;
    use super::super::policy::tests::policy;
    use super::*;

    /// Both versions of the crate that the policy skips.
    const OLD: [(&str, &[&str]); 2] = [("old@1.0.0", &[]), ("old@2.0.0", &[])];

    #[test]
    fn two_versions_are_found_with_who_wants_each() {
        let further: [(&str, &[&str]); 3] = [
            ("a@1.0.0", &[]),
            ("a@2.0.0", &[]),
            ("b@1.0.0", &["a@1.0.0"]),
        ];
        let findings = check(&policy(), &graph(&[&OLD[..], &further].concat()));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings.concat().starts_with("a@1.0.0 for b; a@2.0.0 for"));
    }

    #[test]
    fn what_is_skipped_and_what_a_skipped_tree_brings_along_is_not_counted() {
        let further: [(&str, &[&str]); 3] = [
            ("a@1.0.0", &[]),
            ("a@2.0.0", &[]),
            ("tool@1.0.0", &["a@1.0.0"]),
        ];
        assert!(check(&policy(), &graph(&[&OLD[..], &further].concat())).is_empty());
    }

    #[test]
    fn a_skip_that_is_not_needed_any_more_is_found() {
        let findings = check(&policy(), &graph(&[("old@2.0.0", &[])]));
        assert!(findings.concat().contains("old@1.0.0"), "{findings:?}");
    }
}
