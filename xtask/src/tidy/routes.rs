//! Every route has its handler in a file of its group, its tests in a module of the same name, and its line in `docs/api.md`.

use super::finding::Finding;
use crate::docs::API;
use crate::docs::api::routes::{self, HANDLERS, ROUTES, Route};
use crate::docs::api::title;
use crate::source::words::{after_names, has_name, leading_name};
use crate::source::{SourceFile, Tree};

/// The list of the modules of the ring that drives routes over HTTP.
const RING: &str = "tests/api/main.rs";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let routes = match routes::read(tree) {
        Ok(routes) => routes,
        Err(error) => return vec![Finding::at_path(ROUTES, format!("{error:#}"))],
    };
    let mut findings = Vec::new();
    if routes.is_empty() {
        findings.push(Finding::at_path(ROUTES, "has no route that can be read"));
    }
    for route in &routes {
        let Route { group, handler, .. } = route;
        let mut find = |message| findings.push(Finding::at_path(ROUTES, message));
        if !has_handler(tree, route) {
            find(format!(
                "{} leads to `{group}::{handler}`, which is not under {HANDLERS}",
                title(route)
            ));
        }
        if !has_tests(tree, route) {
            find(format!(
                "{} has no tests of its own: `mod {group};` in {RING}",
                title(route)
            ));
        }
        if !has_line(tree, route) {
            find(format!("{} has no line in {API}", title(route)));
        }
    }
    findings
}

fn has_handler(tree: &Tree, route: &Route) -> bool {
    let declares = |file: &SourceFile| {
        file.code_lines().any(|(_, line)| {
            after_names(line, "fn").any(|rest| leading_name(rest.trim_start()) == route.handler)
        })
    };
    routes::files(route)
        .iter()
        .filter_map(|path| tree.get(path))
        .any(declares)
}

fn has_tests(tree: &Tree, route: &Route) -> bool {
    tree.get(RING).is_some_and(|ring| {
        let mut modules = ring.code_lines().filter(|(_, line)| has_name(line, "mod"));
        modules.any(|(_, line)| has_name(line, &route.group))
    })
}

fn has_line(tree: &Tree, route: &Route) -> bool {
    let line = format!("| [`{}`]", title(route));
    tree.get(API)
        .is_some_and(|page| page.text.lines().any(|known| known.starts_with(&line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server whose routes all have what they need.
    fn whole() -> Tree {
        let mut tree = routes::tests::tree();
        tree.put(RING, "mod chat;\nmod session;\n".to_owned());
        let lines = "| [`GET /api/session`](#a) |\n| [`DELETE /api/session`](#b) |\n| [`POST /api/chat`](#c) |\n";
        tree.put(API, lines.to_owned());
        tree
    }

    /// What is found when one file says something else.
    fn found(path: &str, text: &str) -> usize {
        let mut tree = whole();
        tree.put(path, text.to_owned());
        check(&tree).len()
    }

    #[test]
    fn a_route_with_handler_tests_and_line_passes() {
        assert!(check(&whole()).is_empty());
    }

    #[test]
    fn a_route_without_its_handler_is_found() {
        assert_eq!(found("backend/src/handlers/chat.rs", "fn stream() {}"), 1);
    }

    #[test]
    fn a_route_without_tests_of_its_own_is_found() {
        assert_eq!(found(RING, "mod session;\n"), 1);
    }

    #[test]
    fn a_route_without_its_line_is_found() {
        assert_eq!(found(API, "| [`POST /api/chat`](#c) |"), 2);
    }

    #[test]
    fn missing_and_unreadable_routes_are_found() {
        assert_eq!(check(&Tree::of(&[])).len(), 1);
        assert_eq!(found(ROUTES, "fn router() {}"), 1);
    }
}
