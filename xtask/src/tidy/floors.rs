//! The backend is a house of floors: a module imports only from floors below its own, so that a request falls through the house and
//! no two rooms need each other.

use super::finding::Finding;
use crate::source::Tree;
use crate::source::words::{after_names, leading_name};

/// Where the house stands.
const HOUSE: &str = "backend/src/";
/// The floors from the top, each with its rooms. A new module is given its place here.
const FLOORS: [&[&str]; 12] = [
    &["lib", "main"],
    &["app", "cli", "commands"],
    &["operator", "routes"],
    &["handlers"],
    &["state"],
    &["proxy", "usage"],
    &["upstream"],
    &["admission", "dialect", "extract"],
    &["assets", "keys", "layers", "turn"],
    &["access"],
    &["error", "store"],
    &["telemetry"],
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let Some(room) = file.path.strip_prefix(HOUSE).map(leading_name) else {
            continue;
        };
        let Some(own_floor) = floor_of(room) else {
            findings.push(Finding::in_file(
                file,
                format!("`{room}` stands on no floor: give it one in xtask/src/tidy/floors.rs"),
            ));
            continue;
        };
        for (number, imported) in imports(&file.code).filter(|(_, imported)| *imported != room) {
            match floor_of(imported) {
                Some(floor) if floor > own_floor => {}
                Some(_) => findings.push(Finding::in_line(
                    file,
                    number,
                    format!("`{room}` imports `{imported}`, which is not on a floor below its own"),
                )),
                None => findings.push(Finding::in_line(
                    file,
                    number,
                    format!("imports `{imported}`, which stands on no floor"),
                )),
            }
        }
    }
    findings
}

/// Counted from the top: a greater number is a lower floor.
fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that code names through `crate::`, each with its line, counted from 1.
fn imports(code: &str) -> impl Iterator<Item = (usize, &str)> {
    after_names(code, "crate")
        .filter_map(|rest| rest.strip_prefix("::"))
        .flat_map(move |rest| {
            let number = code
                .len()
                .checked_sub(rest.len())
                .and_then(|end| code.get(..end))
                .map_or(1, |before| before.lines().count());
            match rest.strip_prefix('{') {
                Some(list) => top_level_names(list),
                None => vec![leading_name(rest)],
            }
            .into_iter()
            .map(move |name| (number, name))
        })
}

/// The first name of each entry of a list such as `a::{b, c}, d as e}`, up to the brace that closes it.
fn top_level_names(list: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut is_entry_start = true;
    for (index, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_entry_start = true,
            _ if is_entry_start && !character.is_whitespace() => {
                is_entry_start = false;
                names.extend(list.get(index..).map(leading_name));
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> Vec<String> {
        check(&Tree::of(&[(path, code)]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn importing_from_below_and_from_oneself_passes() {
        assert!(
            found(
                "backend/src/proxy/mod.rs",
                "use crate::{admission::{Admission, admit}, upstream};\nuse crate::proxy::route;"
            )
            .is_empty()
        );
    }

    #[test]
    fn importing_from_above_or_beside_is_found_with_its_line() {
        let findings = found(
            "backend/src/admission/mod.rs",
            "\nuse crate::{\n    dialect::Dialect,\n    proxy::forward,\n};",
        );
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings.iter().all(|finding| {
            finding.starts_with("backend/src/admission/mod.rs:2: `admission` imports `")
        }));
    }

    #[test]
    fn tests_may_import_what_they_need() {
        assert!(
            found(
                "backend/src/upstream/mod.rs",
                "#[cfg(test)]\nmod tests {\n    use crate::app::App;\n}"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_room_without_a_floor_is_found() {
        assert!(
            found("backend/src/attic.rs", "")
                .concat()
                .contains("stands on no floor")
        );
        assert!(
            found("backend/src/app.rs", "use crate::attic;")
                .concat()
                .contains("`attic`, which stands on no floor")
        );
    }

    #[test]
    fn no_room_stands_on_two_floors() {
        let mut rooms = FLOORS.concat();
        rooms.sort_unstable();
        let distinct = rooms.windows(2).all(|pair| pair.first() != pair.last());
        assert!(distinct);
    }
}
