//! Which test proves which row, by what the tests say of themselves.

use crate::source::words::{after_names, leading_name};
use crate::source::{SourceFile, Tree};

/// What stands in front of a row's number.
const MARK: &str = "FM-";
/// What an attribute that makes a function a test ends in: `#[test]`, `#[tokio::test(…)]`, `#[wasm_bindgen_test]`.
const TEST: &str = "test";

/// One test and one row that it proves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// `n` of `FM-n`.
    pub(super) number: u32,
    /// The test's name.
    pub(super) test: String,
    /// The path of its file, from the root.
    path: String,
}

impl Proof {
    /// A link from `docs/` to the test.
    pub(super) fn link(&self) -> String {
        format!("[`{}`](../{})", self.test, self.path)
    }
}

/// The proofs of one row.
pub(super) fn of(number: u32, proofs: &[Proof]) -> impl Iterator<Item = &Proof> {
    proofs.iter().filter(move |proof| proof.number == number)
}

/// Every proof in the tree, file by file.
pub(super) fn find(tree: &Tree) -> Vec<Proof> {
    tree.rust().flat_map(in_file).collect()
}

fn in_file(file: &SourceFile) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let mut named = Vec::new();
    let mut is_test = false;
    for line in file.text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            named.extend(numbers(words));
        } else if let Some(attribute) = line.strip_prefix("#[") {
            is_test |= makes_a_test(attribute);
        } else if let Some(name) = function(line) {
            if is_test {
                proofs.extend(named.drain(..).map(|number| Proof {
                    number,
                    test: name.to_owned(),
                    path: file.path.clone(),
                }));
            }
            named.clear();
            is_test = false;
        } else if line.is_empty() || line.ends_with('{') {
            // Another item has begun, or none follows.
            named.clear();
            is_test = false;
        }
    }
    proofs
}

/// The rows that a line of a doc comment names.
fn numbers(words: &str) -> impl Iterator<Item = u32> {
    words.split(MARK).skip(1).filter_map(|rest| {
        let digits = rest.find(|next: char| !next.is_ascii_digit());
        rest.get(..digits.unwrap_or(rest.len()))?.parse().ok()
    })
}

fn makes_a_test(attribute: &str) -> bool {
    let path = attribute
        .find(|next: char| !(next.is_alphanumeric() || next == '_' || next == ':'))
        .and_then(|end| attribute.get(..end));
    path.is_some_and(|path| path.ends_with(TEST))
}

/// The name of the function that a line of code declares.
fn function(line: &str) -> Option<&str> {
    after_names(line, "fn")
        .map(|rest| leading_name(rest.trim_start()))
        .find(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String)> {
        find(&Tree::of(&[("a.rs", text)]))
            .into_iter()
            .map(|proof| (proof.number, proof.test))
            .collect()
    }

    #[test]
    fn a_test_proves_every_row_that_its_doc_comment_names() {
        let text = "/// FM-23, FM-24: a client\n/// that leaves (FM-1).\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn it_leaves() {}";
        let name = "it_leaves".to_owned();
        assert_eq!(
            found(text),
            [(23, name.clone()), (24, name.clone()), (1, name)]
        );
    }

    #[test]
    fn further_attributes_and_macros_around_a_test_change_nothing() {
        let text = "proptest! {\n    /// FM-26: any.\n    #[test]\n    #[expect(\n        clippy::panic,\n        reason = \"why\"\n    )]\n    fn cuts(x in 0..3) {\n";
        assert_eq!(found(text), [(26, "cuts".to_owned())]);
    }

    #[test]
    fn what_is_no_test_proves_nothing() {
        let text = "/// FM-34: refuses.\nfn check() {}\n\n/// FM-2: a struct.\nstruct A;\n\n#[test]\nfn other() {}";
        assert_eq!(found(text), []);
        assert_eq!(found("// FM-3\n#[test]\nfn other() {}"), []);
    }
}
