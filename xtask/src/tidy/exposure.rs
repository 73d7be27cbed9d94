//! The one door to a key, `expose()`, is opened under `backend/src/upstream/` alone.

use super::finding::Finding;
use crate::source::Tree;
use crate::source::words::has_name;

/// Where a key may be seen: where requests to Claude are written, and where the door itself is made.
const ALLOWED: [&str; 2] = ["backend/src/upstream/", "secret/src/lib.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .rust()
        .filter(|file| !file.is_test() && !ALLOWED.iter().any(|place| file.path.starts_with(place)))
    {
        for (number, _) in file
            .code_lines()
            .filter(|(_, line)| has_name(line, "expose"))
        {
            findings.push(Finding::in_line(
                file,
                number,
                "exposes a key; only backend/src/upstream/ may",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstream_may_see_a_key_and_tests_may_check_it() {
        let upstream = ("backend/src/upstream/anthropic.rs", "secret.expose()");
        let test = (
            "backend/src/keys/env.rs",
            "#[cfg(test)]\nmod tests { fn f() { secret.expose(); } }",
        );
        let words = (
            "backend/src/app.rs",
            "// never expose() here\nlet text = \"expose()\"; exposed();",
        );
        assert!(check(&Tree::of(&[upstream, test, words])).is_empty());
    }

    #[test]
    fn another_module_that_sees_a_key_is_found() {
        let called = ("backend/src/app.rs", "\nlet key = secret.expose();");
        let named = ("frontend/src/app.rs", "keys.map(Secret::expose)");
        assert_eq!(check(&Tree::of(&[called, named])).len(), 2);
    }
}
