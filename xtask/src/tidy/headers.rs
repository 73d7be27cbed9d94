//! Every Rust file opens by saying what it is for.

use super::finding::Finding;
use crate::source::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let lacks_header = |text: &str| !text.starts_with("//! ");
    tree.rust()
        .filter(|file| lacks_header(&file.text))
        .map(|file| {
            Finding::in_file(
                file,
                "begins without a `//!` line that says what the file is for",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_a_header_passes_and_others_than_rust_need_none() {
        assert!(
            check(&Tree::of(&[
                ("a.rs", "//! What it is for.\n"),
                ("b.css", "body {}")
            ]))
            .is_empty()
        );
    }

    #[test]
    fn a_file_without_a_header_is_found() {
        assert_eq!(
            check(&Tree::of(&[("a.rs", "use std::fs;\n"), ("b.rs", "//!\n")])).len(),
            2
        );
    }
}
