//! Every route leads to a handler in a file of its own group under `backend/src/handlers/`.

use super::finding::Finding;
use crate::source::words::{after_names, has_name, leading_name};
use crate::source::{SourceFile, Tree};

/// The one screen with all routes.
const ROUTES: &str = "backend/src/routes.rs";
const HANDLERS: &str = "backend/src/handlers/";
/// What names the handler of a method of HTTP.
const METHODS: [&str; 6] = ["any", "delete", "get", "patch", "post", "put"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(routes) = tree.get(ROUTES) else {
        return vec![Finding::at_path(ROUTES, "is not there")];
    };
    let mut findings = Vec::new();
    for (number, line) in routes
        .code_lines()
        .filter(|(_, line)| has_name(line, "route"))
    {
        let mut handlers = handlers_in(line).peekable();
        if handlers.peek().is_none() {
            findings.push(Finding::in_line(
                routes,
                number,
                "names no handler as `group::name`",
            ));
        }
        for (group, name) in handlers.filter(|(group, name)| !is_there(tree, group, name)) {
            findings.push(Finding::in_line(
                routes,
                number,
                format!("leads to `{group}::{name}`, which is not under {HANDLERS}"),
            ));
        }
    }
    findings
}

/// The handlers that a line such as `.route(paths::CHAT, post(chat::chat))` names, each as its group and its name.
fn handlers_in(line: &str) -> impl Iterator<Item = (&str, &str)> {
    METHODS
        .iter()
        .flat_map(|method| after_names(line, method))
        .filter_map(|rest| {
            let group = leading_name(rest.strip_prefix('(')?);
            let name = leading_name(
                rest.strip_prefix('(')?
                    .strip_prefix(group)?
                    .strip_prefix("::")?,
            );
            Some((group, name))
        })
}

fn is_there(tree: &Tree, group: &str, name: &str) -> bool {
    let declares = |file: &SourceFile| {
        file.code_lines().any(|(_, line)| {
            after_names(line, "fn").any(|rest| leading_name(rest.trim_start()) == name)
        })
    };
    [
        format!("{HANDLERS}{group}.rs"),
        format!("{HANDLERS}{group}/mod.rs"),
    ]
    .iter()
    .filter_map(|path| tree.get(path))
    .any(declares)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: (&str, &str) = (
        "backend/src/handlers/chat.rs",
        "pub(crate) async fn chat() {}",
    );

    fn found(route: &str) -> usize {
        check(&Tree::of(&[(ROUTES, route), CHAT])).len()
    }

    #[test]
    fn a_route_with_its_handler_passes() {
        assert_eq!(
            found(
                "Router::new()\n    .route(paths::CHAT, post(chat::chat))\n    .route_layer(gate)"
            ),
            0
        );
    }

    #[test]
    fn a_route_without_its_handler_is_found() {
        assert_eq!(found(".route(paths::CHAT, post(chat::stream))"), 1);
        assert_eq!(
            found(".route(paths::CHAT, post(chat::chat).delete(token::delete))"),
            1
        );
        assert_eq!(found(".route(paths::CHAT, post(|| async {}))"), 1);
    }

    #[test]
    fn missing_routes_are_found() {
        assert_eq!(check(&Tree::of(&[])).len(), 1);
    }
}
