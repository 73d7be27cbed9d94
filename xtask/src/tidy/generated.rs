//! Generated pages say what the source says, and every failure mode has its test.

use super::finding::Finding;
use crate::docs::{self, failure_modes};
use crate::source::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    docs::stale(tree)
        .into_iter()
        .map(|(path, reason)| Finding::at_path(path, reason))
        .collect()
}

pub(super) fn check_failure_modes(tree: &Tree) -> Vec<Finding> {
    let place = failure_modes::place();
    match failure_modes::problems(tree) {
        Ok(problems) => problems
            .into_iter()
            .map(|problem| Finding::at_path(place, problem))
            .collect(),
        Err(error) => vec![Finding::at_path(place, format!("{error:#}"))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_cannot_be_written_is_found_with_its_reason() {
        let findings = check(&Tree::of(&[]));
        assert!(
            findings
                .iter()
                .any(|finding| finding.to_string().contains("is not there")),
            "{findings:?}"
        );
    }

    #[test]
    fn rules_that_cannot_be_read_are_found() {
        assert_eq!(check_failure_modes(&Tree::of(&[])).len(), 1);
    }
}
