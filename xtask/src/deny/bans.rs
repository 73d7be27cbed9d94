//! What must not be in the tree at all, and versions that are not named.

use super::graph::{Crate, Graph, Requirement};
use super::policy::{Level, Policy};

pub(super) fn check(policy: &Policy, graph: &Graph) -> Vec<String> {
    let mut findings = Vec::new();
    for banned in &policy.bans.deny {
        for known in graph.named(&banned.name) {
            findings.push(format!(
                "{} is banned ({}); {} depends on it",
                known.full_name(),
                banned.reason,
                graph.users(known).join(", ")
            ));
        }
    }
    if policy.bans.wildcards == Level::Deny {
        // The registry takes no crate with a wildcard, so that only ours can have one.
        for known in graph.crates.iter().filter(|known| known.is_ours()) {
            findings.extend(wildcards(policy, known));
        }
    }
    findings
}

fn wildcards(policy: &Policy, known: &Crate) -> impl Iterator<Item = String> {
    let is_excused =
        |wanted: &Requirement| policy.bans.allow_wildcard_paths && wanted.path.is_some();
    known
        .requirements
        .iter()
        .filter(move |wanted| wanted.req == "*" && !is_excused(wanted))
        .map(|wanted| {
            format!(
                "{} takes any version of {}: name one",
                known.name, wanted.name
            )
        })
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::graph;
    use super::super::policy::tests::policy;
    use super::*;

    #[test]
    fn a_banned_crate_is_found_with_its_reason_and_who_wants_it() {
        let findings = check(
            &policy(),
            &graph(&[("openssl@0.10.0", &[]), ("a@1.0.0", &["openssl@0.10.0"])]),
        );
        assert_eq!(
            findings,
            ["openssl@0.10.0 is banned (rustls is the one TLS); a depends on it"]
        );
        assert!(check(&policy(), &graph(&[("openssl-probe@0.1.0", &[])])).is_empty());
    }

    #[test]
    fn only_a_path_may_stand_for_a_version() {
        let found = |req: &str, path: Option<&str>| {
            let mut graph = graph(&[("a@1.0.0", &[])]);
            for known in &mut graph.crates {
                known.source = None;
                known.requirements = vec![Requirement {
                    name: "b".to_owned(),
                    req: req.to_owned(),
                    path: path.map(str::to_owned),
                }];
            }
            check(&policy(), &graph).len()
        };
        assert_eq!(found("*", None), 1);
        assert_eq!(found("*", Some("/checkout/b")), 0);
        assert_eq!(found("^1", None), 0);
    }
}
