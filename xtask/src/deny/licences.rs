//! Every crate is under a licence that lets anybody pass on what is built with it.

use anyhow::{Context as _, Result};
use spdx::{Expression, Licensee, ParseMode};

use super::graph::{Crate, Graph};
use super::policy::Policy;

pub(super) fn check(policy: &Policy, graph: &Graph) -> Result<Vec<String>> {
    let allowed = licensees(&policy.licenses.allow)?;
    let mut findings = Vec::new();
    let is_left_out = |known: &Crate| policy.licenses.private.ignore && known.is_private();
    for known in graph.crates.iter().filter(|known| !is_left_out(known)) {
        let mut allowed = allowed.clone();
        for exception in &policy.licenses.exceptions {
            if exception.name == known.name {
                allowed.extend(licensees(&exception.allow)?);
            }
        }
        findings.extend(judge(known, &allowed));
    }
    for exception in &policy.licenses.exceptions {
        if graph.named(&exception.name).next().is_none() {
            findings.push(format!(
                "the exception for {} is for nobody: take it out",
                exception.name
            ));
        }
    }
    Ok(findings)
}

fn licensees(names: &[String]) -> Result<Vec<Licensee>> {
    names
        .iter()
        .map(|name| {
            Licensee::parse(name).with_context(|| format!("deny.toml: {name} is no SPDX licence"))
        })
        .collect()
}

/// What is wrong with the licence of one crate.
fn judge(known: &Crate, allowed: &[Licensee]) -> Option<String> {
    let name = known.full_name();
    let Some(license) = &known.license else {
        return Some(format!("{name} names no licence"));
    };
    // Older crates part two licences by a slash.
    let Ok(expression) = Expression::parse_mode(license, ParseMode::LAX) else {
        return Some(format!(
            "{name} has the licence `{license}`, which is no SPDX expression"
        ));
    };
    let is_allowed = expression.evaluate(|requirement| {
        allowed
            .iter()
            .any(|licensee| licensee.satisfies(requirement))
    });
    (!is_allowed).then(|| {
        format!("{name} is under `{license}`, which the list of licences.allow does not satisfy")
    })
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::graph;
    use super::super::policy::tests::policy;
    use super::*;

    fn found(name: &str, license: Option<&str>) -> usize {
        let mut graph = graph(&[(name, &[]), ("small@9.0.0", &[])]);
        if let Some(known) = graph.crates.first_mut() {
            known.license = license.map(str::to_owned);
        }
        check(&policy(), &graph).unwrap().len()
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough_unless_all_are_asked_for() {
        assert_eq!(found("a@1.0.0", Some("GPL-3.0-only OR MIT")), 0);
        assert_eq!(found("a@1.0.0", Some("GPL-3.0/MIT")), 0);
        assert_eq!(found("a@1.0.0", Some("GPL-3.0-only AND MIT")), 1);
    }

    #[test]
    fn a_licence_with_an_exception_is_another_licence() {
        assert_eq!(found("a@1.0.0", Some("Apache-2.0 WITH LLVM-exception")), 0);
        assert_eq!(found("a@1.0.0", Some("Apache-2.0")), 1);
    }

    #[test]
    fn an_exception_holds_for_its_own_crate_alone() {
        assert_eq!(found("small@1.0.0", Some("Zlib")), 0);
        assert_eq!(found("a@1.0.0", Some("Zlib")), 1);
    }

    #[test]
    fn a_licence_that_nobody_can_read_is_found() {
        assert_eq!(found("a@1.0.0", None), 1);
        assert_eq!(found("a@1.0.0", Some("as you like")), 1);
    }

    #[test]
    fn an_exception_for_nobody_is_found() {
        let findings = check(&policy(), &graph(&[])).unwrap();
        assert!(findings.concat().contains("small"), "{findings:?}");
    }
}
