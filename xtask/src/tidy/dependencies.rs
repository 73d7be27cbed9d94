//! `shared` stays pure: it depends on nothing that could do IO, tell the time, draw random numbers or run tasks.

use super::finding::Finding;
use crate::source::Tree;

const MANIFEST: &str = "shared/Cargo.toml";
/// Byte search, and the wire formats: none of them knows of a world outside.
const ALLOWED: [&str; 3] = ["memchr", "serde", "serde_json"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(manifest) = tree.get(MANIFEST) else {
        return vec![Finding::at_path(MANIFEST, "is not there")];
    };
    let mut findings = Vec::new();
    let mut is_dependency_list = false;
    for (index, line) in manifest.text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let name = if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            is_dependency_list = is_dependencies(section);
            // `[dependencies.NAME]` is both a section and an entry.
            section
                .rsplit_once('.')
                .filter(|(list, _)| is_dependencies(list))
                .map(|(_, name)| name)
        } else if is_dependency_list {
            line.split(['.', '='])
                .next()
                .map(str::trim)
                .filter(|name| !name.is_empty())
        } else {
            None
        };
        if let Some(name) = name.filter(|name| !ALLOWED.contains(name)) {
            let message = format!(
                "shared depends on {name}; it may depend on {} alone",
                ALLOWED.join(", ")
            );
            findings.push(Finding::in_line(manifest, index + 1, message));
        }
    }
    findings
}

/// Whether a section lists what the crate is built from; what only its tests use is their own affair.
fn is_dependencies(section: &str) -> bool {
    matches!(
        section.rsplit('.').next(),
        Some("dependencies" | "build-dependencies")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(manifest: &str) -> usize {
        check(&Tree::of(&[(MANIFEST, manifest)])).len()
    }

    #[test]
    fn the_allowed_list_passes_and_test_dependencies_are_free() {
        assert_eq!(
            found(
                "[dependencies]\nserde.workspace = true\n# why\nmemchr = \"2\"\n\n[dev-dependencies]\nproptest = \"1\"\n"
            ),
            0
        );
    }

    #[test]
    fn another_dependency_is_found_wherever_it_is_written() {
        assert_eq!(
            found("[dependencies]\ntokio.workspace = true\nserde = \"1\""),
            1
        );
        assert_eq!(found("[dependencies.tokio]\nversion = \"1\""), 1);
        assert_eq!(
            found("[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\""),
            1
        );
        assert_eq!(found("[build-dependencies]\ncc = \"1\""), 1);
    }

    #[test]
    fn a_missing_manifest_is_found() {
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }
}
