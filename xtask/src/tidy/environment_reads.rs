//! The environment has one reader on each side that needs it, so that what Airlock listens to can be listed.
//!
//! The page and `shared` have none at all, not even while they are compiled: `env!` would write a key into the bundle.

use super::finding::Finding;
use crate::source::words::{after_names, leading_name};
use crate::source::{SourceFile, Tree};

/// The readers, besides what cargo tells build scripts: the server's settings, what `xtask` is started with, what it tells the rings.
const ALLOWED: [&str; 3] = [
    "configuration/src/env.rs",
    "xtask/src/environment.rs",
    "tests/",
];
/// What the standard library reads and writes the environment with.
const FUNCTIONS: [&str; 6] = ["var", "vars", "var_os", "vars_os", "set_var", "remove_var"];
/// What the compiler reads it with.
const MACROS: [&str; 2] = ["env", "option_env"];
/// The crates that go into the bundle.
const BUNDLED: [&str; 2] = ["frontend/", "shared/"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let may_read = |file: &&SourceFile| {
        file.path.ends_with("/build.rs") || ALLOWED.iter().any(|place| file.path.starts_with(place))
    };
    for file in tree.rust().filter(|file| !may_read(file)) {
        let is_bundled = BUNDLED.iter().any(|place| file.path.starts_with(place));
        for (number, line) in file.code_lines() {
            if reads_at_run_time(line) {
                findings.push(Finding::in_line(
                    file,
                    number,
                    format!("reads the environment; only {} may", reader(file)),
                ));
            }
            if is_bundled && reads_while_compiled(line) {
                findings.push(Finding::in_line(
                    file,
                    number,
                    "writes a part of the environment into the bundle",
                ));
            }
        }
    }
    findings
}

fn reads_at_run_time(line: &str) -> bool {
    after_names(line, "env")
        .filter_map(|rest| rest.strip_prefix("::"))
        .any(|rest| {
            let list = rest
                .strip_prefix('{')
                .and_then(|list| list.split('}').next());
            let mut names = list
                .unwrap_or(rest)
                .split(',')
                .map(|name| leading_name(name.trim()));
            if list.is_some() {
                names.any(is_function)
            } else {
                names.next().is_some_and(is_function)
            }
        })
}

fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

fn reads_while_compiled(line: &str) -> bool {
    MACROS
        .iter()
        .any(|name| after_names(line, name).any(|rest| rest.starts_with('!')))
}

/// Who may read it on that file's side of the house.
fn reader(file: &SourceFile) -> &'static str {
    if file.path.starts_with("xtask/") {
        "xtask/src/environment.rs"
    } else {
        "configuration/src/env.rs"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&Tree::of(&[(path, line)])).len()
    }

    #[test]
    fn the_readers_may_read() {
        for path in [
            "configuration/src/env.rs",
            "backend/build.rs",
            "xtask/src/environment.rs",
            "tests/harness/mod.rs",
        ] {
            assert_eq!(found(path, "std::env::var(name)"), 0, "{path}");
        }
    }

    #[test]
    fn others_are_found_however_they_write_it() {
        for line in [
            "std::env::var(NAME)",
            "env::vars_os()",
            "use std::env::{args, var};",
            "use std::env::var;",
        ] {
            assert_eq!(found("backend/src/app.rs", line), 1, "{line}");
        }
    }

    #[test]
    fn arguments_and_paths_are_not_the_environments_variables() {
        for line in [
            "std::env::args_os()",
            "env::temp_dir(), var",
            "configuration::env::read(var)",
            "env::split_paths(&path)",
        ] {
            assert_eq!(found("xtask/src/main.rs", line), 0, "{line}");
        }
    }

    #[test]
    fn nothing_is_compiled_into_the_bundle() {
        assert_eq!(
            found("frontend/src/main.rs", "const KEY: &str = env!(\"KEY\");"),
            1
        );
        assert_eq!(found("shared/src/lib.rs", "option_env!(\"KEY\")"), 1);
        assert_eq!(
            found("backend/src/assets.rs", "concat!(env!(\"OUT_DIR\"))"),
            0
        );
    }
}
