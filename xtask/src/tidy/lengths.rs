//! No Rust file is longer than a reader takes in at one sitting, tests included.

use super::finding::Finding;
use crate::source::Tree;

/// Ten screens: beyond it a file holds two things, and each deserves its own name.
const LINES_MAX: usize = 400;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(file, lines)| {
            Finding::in_file(
                file,
                format!("has {lines} lines, more than {LINES_MAX}: split it by what it does"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_passes() {
        assert!(check(&Tree::of(&[("a.rs", &"\n".repeat(LINES_MAX))])).is_empty());
    }

    #[test]
    fn one_line_more_is_found() {
        assert_eq!(
            check(&Tree::of(&[("a.rs", &"\n".repeat(LINES_MAX + 1))])).len(),
            1
        );
    }
}
