//! How much there is to read.

use super::finding::Finding;
use crate::source::Tree;

/// The server without its tests: what one person can keep in mind whole. More has to earn its place by replacing something.
const BACKEND_LINES_MAX: usize = 12_000;
const BACKEND: &str = "backend/src/";
/// What is measured beside it: the other crates that people run.
const BESIDE: [&str; 10] = [
    "configuration",
    "control",
    "frontend",
    "preflight-js",
    "scan",
    "serving",
    "shared",
    "stand-in",
    "store",
    "xray",
];

/// How long the Rust files are, in lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// All lines of the backend that are not tests' own.
    backend: usize,
    /// The same of each crate in [`BESIDE`].
    beside: [usize; BESIDE.len()],
    /// Of all Rust files.
    median: usize,
    percentile_95: usize,
}

impl Size {
    /// Measures the checkout.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut lengths: Vec<_> = tree.rust().map(|file| file.text.lines().count()).collect();
        lengths.sort_unstable();
        let at = |percent: usize| {
            lengths.get((lengths.len() * percent / 100).min(lengths.len().saturating_sub(1)))
        };
        Self {
            backend: lines_below(tree, BACKEND),
            beside: BESIDE.map(|name| lines_below(tree, &format!("{name}/src/"))),
            median: at(50).copied().unwrap_or_default(),
            percentile_95: at(95).copied().unwrap_or_default(),
        }
    }

    /// One line that says it.
    pub(super) fn describe(&self) -> String {
        let Self {
            backend,
            beside,
            median,
            percentile_95,
        } = self;
        let beside: Vec<_> = BESIDE
            .iter()
            .zip(beside)
            .map(|(name, lines)| format!("{name} {lines}"))
            .collect();
        format!(
            "lines without tests: backend {backend} of at most {BACKEND_LINES_MAX}, {}; Rust files: median {median} lines, 95 % up to {percentile_95}",
            beside.join(", ")
        )
    }
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Size { backend, .. } = Size::of(tree);
    if backend <= BACKEND_LINES_MAX {
        return Vec::new();
    }
    vec![Finding::at_path(
        BACKEND,
        format!("has {backend} lines without tests, more than {BACKEND_LINES_MAX}"),
    )]
}

/// The lines of the Rust files below a folder that are not tests' own.
fn lines_below(tree: &Tree, folder: &str) -> usize {
    tree.rust()
        .filter(|file| file.path.starts_with(folder) && !file.is_test())
        .map(|file| lines_without_tests(&file.text, &file.code))
        .sum()
}

/// The lines of a file up to where nothing but its test module follows.
fn lines_without_tests(text: &str, code: &str) -> usize {
    match text.split_once("\n#[cfg(test)]") {
        // Only a module at the end counts as tests: what has code behind it is measured whole.
        Some((before, _))
            if code
                .lines()
                .skip(before.lines().count())
                .all(|line| line.trim().is_empty()) =>
        {
            before.trim_end().lines().count()
        }
        _ => text.lines().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_measured_without_their_tests() {
        let files = [
            (
                "backend/src/app.rs",
                "//! App.\nfn f() {}\n\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n",
            ),
            ("backend/src/keys/tests.rs", "//! Tests.\nfn h() {}\n"),
            ("shared/src/lib.rs", "//! Shared.\n"),
        ];
        assert_eq!(
            Size::of(&Tree::of(&files)),
            Size {
                backend: 2,
                beside: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
                median: 2,
                percentile_95: 7
            }
        );
    }

    #[test]
    fn a_backend_within_the_limit_passes_and_one_beyond_is_found() {
        let lines = |count| {
            check(&Tree::of(&[(
                "backend/src/app.rs",
                "x\n".repeat(count).as_str(),
            )]))
            .len()
        };
        assert_eq!(lines(BACKEND_LINES_MAX), 0);
        assert_eq!(lines(BACKEND_LINES_MAX + 1), 1);
    }
}
