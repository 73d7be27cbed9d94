//! What the documentation names is there: every path and every test in backticks, and every link within the checkout.

use super::finding::Finding;
use crate::source::{SourceFile, Tree};

/// How the paths of a crate's own files may begin, where a text speaks of that crate: `proxy/retry.rs` for the backend's.
const SHORT_FOR: [&str; 5] = ["", "backend/src/", "frontend/src/", "shared/src/", "tests/"];
/// What a path in backticks ends in, or it is something else: a URL, a route, a folder in general.
const EXTENSIONS: [&str; 8] = ["css", "html", "js", "json", "md", "png", "rs", "toml"];
/// How many words the name of a test has at least.
const TEST_WORDS: usize = 5;
/// Where pages are, besides the root.
const DOCS: &str = "docs/";
/// What people make themselves, so that it is not in the checkout.
const OF_PEOPLE: [&str; 1] = ["airlock.toml"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let is_page = |file: &&SourceFile| {
        let is_for_readers = file.path.starts_with(DOCS) || !file.path.contains('/');
        is_for_readers && extension(&file.path) == Some("md")
    };
    tree.files()
        .filter(is_page)
        .flat_map(|page| in_page(tree, page))
        .collect()
}

fn in_page(tree: &Tree, page: &SourceFile) -> Vec<Finding> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    for (index, line) in page.text.lines().enumerate() {
        let mut find = |what: &str| {
            let message = format!("names {what}, which is not there");
            findings.push(Finding::in_line(page, index + 1, message));
        };
        for path in line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_path(word))
        {
            if !is_named(tree, path) {
                find(path);
            }
        }
        for test in line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_test(word))
        {
            if !is_declared(tree, test) {
                find(test);
            }
        }
        for target in links(line) {
            if !is_there(tree, &from_root(folder, target)) {
                find(target);
            }
        }
    }
    findings
}

/// Whether a word in backticks is the path of one file. A name that stands for many is none: `pages/x.rs`, `*_FILE`.
fn is_path(word: &str) -> bool {
    let is_general = word.contains(['*', ' ', '…', '{', '<'])
        || word
            .rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("x."));
    let is_ours = extension(word).is_some_and(|extension| EXTENSIONS.contains(&extension));
    is_ours && !is_general && !word.starts_with(['/', '.']) && !OF_PEOPLE.contains(&word)
}

/// Whether a word in backticks is the name of a test: those are sentences, and nothing else has as many words.
fn is_test(word: &str) -> bool {
    let is_name = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
    };
    word.chars().all(is_name) && word.split('_').count() >= TEST_WORDS
}

fn is_declared(tree: &Tree, test: &str) -> bool {
    let declaration = format!("fn {test}(");
    tree.rust().any(|file| file.text.contains(&declaration))
}

fn is_named(tree: &Tree, path: &str) -> bool {
    SHORT_FOR
        .iter()
        .any(|start| is_there(tree, &format!("{start}{path}")))
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

/// Whether it is a file, or a folder with files in it. Pictures are no text, and are believed.
fn is_there(tree: &Tree, path: &str) -> bool {
    let folder = format!("{}/", path.trim_end_matches('/'));
    extension(path) == Some("png")
        || tree
            .files()
            .any(|file| file.path == path || file.path.starts_with(&folder))
}

/// The targets of a line's links that lead into the checkout, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#']).next()?;
        let leads_out = target.is_empty() || target.contains("://") || target.starts_with('/');
        (!leads_out).then_some(target)
    })
}

/// The path of a link's target, from the root.
fn from_root(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/page.md", page),
            ("backend/src/proxy/retry.rs", "//! Retries."),
            ("README.md", ""),
        ]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn paths_may_leave_out_where_a_crate_lies() {
        assert!(found("See `proxy/retry.rs` and `backend/src/proxy/retry.rs`.").is_empty());
        assert_eq!(
            found("\nSee `proxy/lost.rs`."),
            ["docs/page.md:2: names proxy/lost.rs, which is not there"]
        );
    }

    #[test]
    fn what_names_no_one_file_is_left_alone() {
        assert!(
            found("`pages/x.rs`, `/api/chat`, `airlock.toml`, `Vec<T>`, `cargo test`").is_empty()
        );
    }

    #[test]
    fn a_test_that_is_named_is_declared() {
        let page = "Held by `what_is_begun_is_never_begun_again`.";
        assert_eq!(found(page).len(), 1);
        let tree = Tree::of(&[
            ("README.md", page),
            (
                "tests/api/retries.rs",
                "async fn what_is_begun_is_never_begun_again() {}",
            ),
        ]);
        assert!(check(&tree).is_empty());
        assert!(found("`max_tokens`, `allow_gates_to_open`").is_empty());
    }

    #[test]
    fn links_are_followed_from_where_the_page_lies() {
        assert!(found("[a](../README.md) [b](page.md#c) [d](#e) [f](https://x.org/y.md) [g](../backend/src/proxy)").is_empty());
        assert_eq!(found("[a](README.md)").len(), 1);
    }
}
