//! The browser's own types stay in `frontend/src/browser/`, so that everything else runs natively in tests.

use super::finding::Finding;
use crate::source::Tree;
use crate::source::words::has_name;

/// The one module that may name them.
const ALLOWED: &str = "frontend/src/browser/";
/// The crates that stand for the browser.
const CRATES: [&str; 2] = ["js_sys", "web_sys"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.path.starts_with(ALLOWED)) {
        for (number, line) in file.code_lines() {
            findings.extend(
                CRATES
                    .iter()
                    .filter(|name| has_name(line, name))
                    .map(|name| {
                        Finding::in_line(file, number, format!("names {name}; only {ALLOWED} may"))
                    }),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_module_may_name_the_browser() {
        assert!(
            check(&Tree::of(&[(
                "frontend/src/browser/fetch.rs",
                "use web_sys::Window;"
            )]))
            .is_empty()
        );
    }

    #[test]
    fn another_module_that_names_it_is_found() {
        let files = [
            ("frontend/src/app.rs", "use web_sys::Window;"),
            ("shared/src/time.rs", "leptos::web_sys::js_sys::Date"),
        ];
        assert_eq!(check(&Tree::of(&files)).len(), 3);
    }
}
