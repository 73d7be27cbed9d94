//! Nothing in the checkout looks like a key: what is committed once is public for good, and a scanner cannot tell a fake one.

use super::finding::Finding;
use crate::source::Tree;

/// The rules that recognise keys are there, with what they must recognise.
const ALLOWED: &str = "shared/src/preflight/";

/// How a kind of key begins, and how many characters of a key must follow before it counts as one: below that it is a mention.
const SHAPES: [(&str, usize); 8] = [
    ("sk-ant-", 20),
    ("sk-proj-", 20),
    ("sk-", 32),
    ("AKIA", 16),
    ("AIza", 35),
    ("ghp_", 36),
    ("xoxb-", 20),
    ("glpat-", 20),
];
/// How the first line of a private key begins.
const PRIVATE_KEY_BEGINS: &str = "-----BEGIN ";
/// How the first line of a private key ends.
const PRIVATE_KEY_ENDS: &str = "PRIVATE KEY-----";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().filter(|file| !file.path.starts_with(ALLOWED)) {
        for (index, line) in file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| has_key(line))
        {
            // The line itself is not repeated: it may be a real one.
            let message = format!(
                "{} characters of this line look like a key: make it up at run time",
                line.len()
            );
            findings.push(Finding::in_line(file, index + 1, message));
        }
    }
    findings
}

fn has_key(line: &str) -> bool {
    has_private_key(line)
        || SHAPES
            .iter()
            .any(|(prefix, characters)| has_shape(line, prefix, *characters))
}

fn has_private_key(line: &str) -> bool {
    line.split_once(PRIVATE_KEY_BEGINS)
        .is_some_and(|(_, rest)| rest.contains(PRIVATE_KEY_ENDS))
}

fn has_shape(line: &str, prefix: &str, characters: usize) -> bool {
    line.match_indices(prefix)
        .filter_map(|(index, _)| line.split_at_checked(index))
        .any(|(before, from)| {
            let follows = from
                .strip_prefix(prefix)
                .unwrap_or_default()
                .bytes()
                .take_while(|byte| is_key_character(*byte));
            !before.ends_with(|last: char| last.is_alphanumeric()) && follows.count() >= characters
        })
}

fn is_key_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&Tree::of(&[(path, line)])).len()
    }

    #[test]
    fn keys_of_every_shape_are_found_in_any_file() {
        for (prefix, characters) in SHAPES {
            let line = format!("key = \"{prefix}{}\"", "A".repeat(characters));
            assert_eq!(found("docs/notes.md", &line), 1, "{prefix}");
        }
        assert_eq!(
            found(
                "key.txt",
                &format!("{PRIVATE_KEY_BEGINS}RSA {PRIVATE_KEY_ENDS}")
            ),
            1
        );
    }

    #[test]
    fn mentions_and_other_words_pass() {
        for line in [
            "begins with `sk-ant-`",
            "sk-ant-api03-short",
            "task-with-a-name-that-is-rather-long-and-goes-on-and-on",
        ] {
            assert_eq!(found("a.rs", line), 0, "{line}");
        }
    }

    #[test]
    fn the_rules_that_recognise_keys_may_show_them() {
        let line = format!("sk-ant-{}", "a".repeat(40));
        assert_eq!(found("shared/src/preflight/secrets/rules.rs", &line), 0);
    }

    #[test]
    fn the_key_itself_is_not_repeated() {
        let line = format!("sk-ant-{}", "a".repeat(40));
        let findings = check(&Tree::of(&[("a.rs", &line)]));
        assert!(
            findings
                .iter()
                .all(|finding| !finding.to_string().contains("aaaa"))
        );
    }
}
