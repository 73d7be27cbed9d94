//! `docs/api.md`: every route with what its handler says of itself, and the types that go in and out.

mod links;
pub(super) mod openapi;
pub(crate) mod routes;
mod types;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use crate::source::Tree;
use routes::Route;
use types::Types;

const OPENING: &str = "xtask/src/docs/api/opening.md";
/// Where the types of a group of routes are declared, in a file of the group's name.
const API: &str = "shared/src/api/";

/// Writes the page.
pub(super) fn write(tree: &Tree) -> Result<String> {
    let opening = tree
        .get(OPENING)
        .with_context(|| format!("{OPENING} is not there"))?;
    let routes = routes::read(tree)?;
    let types = Types::read(tree)?;
    let mut page = opening.text.clone();
    page.push_str("\n## Routes\n\n| route | what it does | open to |\n|---|---|---|\n");
    for route in &routes {
        writeln!(page, "{}", line(tree, route, &types)?)?;
    }
    for route in &routes {
        write_route(&mut page, tree, route, &types)?;
    }
    page.push_str("\n## Types\n");
    let mut roots = Vec::new();
    let groups: BTreeSet<_> = routes.iter().map(|route| &route.group).collect();
    for group in groups {
        roots.extend(types.in_file(&format!("{API}{group}.rs")));
    }
    for name in types.closure(roots) {
        types.write(&mut page, &name)?;
    }
    Ok(page)
}

/// A route's line in the page's first table.
fn line(tree: &Tree, route: &Route, types: &Types) -> Result<String> {
    let about = links::resolve(&about(tree, route)?.about, types);
    let first = about.split("\n\n").next().unwrap_or_default();
    Ok(format!(
        "| [`{}`](#{}) | {} | {} |",
        title(route),
        anchor(route),
        first.replace('\n', " ").replace('|', "\\|"),
        if route.is_public {
            "anybody"
        } else {
            "callers"
        }
    ))
}

fn write_route(page: &mut String, tree: &Tree, route: &Route, types: &Types) -> Result<()> {
    let handler = about(tree, route)?;
    let about = links::resolve(&handler.about, types);
    // A section of a doc comment is a part of the route's section here.
    let about = about.replace("\n# ", "\n#### ");
    let (first, rest) = about.split_once("\n\n").unwrap_or((&about, ""));
    write!(page, "\n### {}\n\n{first}\n", title(route))?;
    if let Some(body) = handler.body {
        let anchor = body.to_lowercase();
        write!(
            page,
            "\nBody: [`{body}`](#{anchor}) as `application/json`.\n"
        )?;
    }
    if !rest.is_empty() {
        write!(page, "\n{rest}\n")?;
    }
    Ok(())
}

fn about(tree: &Tree, route: &Route) -> Result<routes::Handler> {
    routes::handler(tree, route)?.with_context(|| {
        let Route { group, handler, .. } = route;
        format!(
            "{} leads to `{group}::{handler}`, which is not there",
            title(route)
        )
    })
}

/// What a route is called: `GET /api/session`.
pub(crate) fn title(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Where a heading of that title is found: lower case, a hyphen for a space, and nothing but letters, digits and underscores.
fn anchor(route: &Route) -> String {
    title(route)
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            other => other.is_alphanumeric().then(|| other.to_ascii_lowercase()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        let mut tree = routes::tests::tree();
        tree.put(OPENING, "# API\n".to_owned());
        write(&tree).unwrap()
    }

    #[test]
    fn every_route_has_a_line_and_a_section() {
        let page = page();
        for text in [
            "| [`GET /api/session`](#get-apisession) | Shows it. | anybody |",
            "| [`POST /api/chat`](#post-apichat) | Streams an answer to a [`ChatRequest`](#chatrequest). | callers |",
            "\n### DELETE /api/session\n\nEnds it.\n",
            "\n#### Errors\n\n[`rate_limited`](errors.md#rate_limited).\n",
            "\nBody: [`ChatRequest`](#chatrequest) as `application/json`.\n",
            "\n### ChatRequest\n",
        ] {
            assert!(page.contains(text), "{text}\nin {page}");
        }
    }
}
