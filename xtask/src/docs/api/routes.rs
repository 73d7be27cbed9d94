//! The routes of the server, as its one screen of them says.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use syn::{Block, Expr, ExprMethodCall, FnArg, Item, ItemFn, PathArguments, Stmt, Type};

use super::super::rust;
use crate::source::Tree;

/// The one screen with all routes.
pub(crate) const ROUTES: &str = "backend/src/routes.rs";
const PATHS: &str = "shared/src/api/paths.rs";
/// Where handlers live, one file to a group.
pub(crate) const HANDLERS: &str = "backend/src/handlers/";
/// What names the handler of a method of HTTP.
const METHODS: [&str; 6] = ["any", "delete", "get", "patch", "post", "put"];
/// What reads a body into a type.
const BODY: &str = "ApiJson";
/// What reads a query into a type.
const QUERY: &str = "ApiQuery";
/// The name of a send, which a caller may give.
const SEND_KEY: &str = "SendKey";

/// One method of one path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// As in HTTP: `GET`.
    pub(crate) method: String,
    /// As in a URL: `/api/chat`.
    pub(crate) path: String,
    /// The file under [`HANDLERS`].
    pub(crate) group: String,
    /// The function in it.
    pub(crate) handler: String,
    /// Whether it needs no caller.
    pub(crate) is_public: bool,
}

/// What the source says of a handler.
#[derive(Debug)]
pub(super) struct Handler {
    /// Its doc comment.
    pub(super) about: String,
    /// The type of the body that it reads.
    pub(super) body: Option<String>,
    /// The type of the query that it reads.
    pub(super) query: Option<String>,
    /// Whether it takes the name of a send.
    pub(super) has_send_key: bool,
}

/// Every route, in the order of the screen.
pub(crate) fn read(tree: &Tree) -> Result<Vec<Route>> {
    let paths = paths(tree)?;
    let file = rust::parse(tree, ROUTES)?;
    let public = public(&file.items);
    let mut calls = Vec::new();
    for item in &file.items {
        if let Item::Fn(function) = item {
            calls_in(&function.block, &mut calls);
        }
    }
    let mut routes = Vec::new();
    for call in calls {
        let arguments: Vec<_> = call.args.iter().collect();
        let [Expr::Path(path), methods] = arguments.as_slice() else {
            continue;
        };
        let name = rust::last_name(&path.path).unwrap_or_default();
        let path = paths.get(&name).with_context(|| {
            format!("{ROUTES} has a route to `{name}`, which is not in {PATHS}")
        })?;
        for (method, group, handler) in handlers_of(methods) {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                group,
                handler,
                is_public: public.contains(&name),
            });
        }
    }
    Ok(routes)
}

/// The constants that name paths, by their names.
fn paths(tree: &Tree) -> Result<BTreeMap<String, String>> {
    let items = rust::parse(tree, PATHS)?.items.into_iter();
    Ok(items
        .filter_map(|item| match item {
            Item::Const(path) => Some((path.ident.to_string(), rust::text(&path.expr)?)),
            _ => None,
        })
        .collect())
}

/// The names in `PUBLIC`.
fn public(items: &[Item]) -> Vec<String> {
    let list = items.iter().find_map(|item| match item {
        Item::Const(list) if list.ident == "PUBLIC" => Some(list.expr.as_ref()),
        _ => None,
    });
    let Some(Expr::Reference(reference)) = list else {
        return Vec::new();
    };
    let Expr::Array(paths) = reference.expr.as_ref() else {
        return Vec::new();
    };
    let names = paths.elems.iter().filter_map(|path| match path {
        Expr::Path(path) => rust::last_name(&path.path),
        _ => None,
    });
    names.collect()
}

/// Adds every call of `.route(…)` in a function, in their order.
fn calls_in<'a>(body: &'a Block, calls: &mut Vec<&'a ExprMethodCall>) {
    for statement in &body.stmts {
        let expression = match statement {
            Stmt::Local(local) => local.init.as_ref().map(|init| init.expr.as_ref()),
            Stmt::Expr(expression, _) => Some(expression),
            _ => None,
        };
        let start = calls.len();
        let mut next = expression;
        while let Some(Expr::MethodCall(call)) = next {
            if call.method == "route" {
                calls.push(call);
            }
            next = Some(&call.receiver);
        }
        // A chain is read from its end.
        if let Some(chain) = calls.get_mut(start..) {
            chain.reverse();
        }
    }
}

/// The handlers of `get(session::show).delete(session::end)`: method, group and name of each.
fn handlers_of(methods: &Expr) -> Vec<(String, String, String)> {
    let (mut found, name, arguments) = match methods {
        Expr::MethodCall(call) => (
            handlers_of(&call.receiver),
            call.method.to_string(),
            &call.args,
        ),
        Expr::Call(call) => match call.func.as_ref() {
            Expr::Path(path) => (
                Vec::new(),
                rust::last_name(&path.path).unwrap_or_default(),
                &call.args,
            ),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if METHODS.contains(&name.as_str())
        && let Some(Expr::Path(handler)) = arguments.first()
    {
        let mut names = handler
            .path
            .segments
            .iter()
            .rev()
            .map(|part| part.ident.to_string());
        if let (Some(handler), Some(group)) = (names.next(), names.next()) {
            found.push((name, group, handler));
        }
    }
    found
}

/// What the source says of a route's handler; `None` where it is not there.
pub(super) fn handler(tree: &Tree, route: &Route) -> Result<Option<Handler>> {
    let path = files(route)
        .into_iter()
        .find(|path| tree.get(path).is_some());
    let Some(path) = path else {
        return Ok(None);
    };
    let file = rust::parse(tree, &path)?;
    let function = file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == route.handler.as_str() => Some(function),
        _ => None,
    });
    Ok(function.map(|function| Handler {
        about: rust::doc_comment(&function.attrs),
        body: inside(function, BODY),
        query: inside(function, QUERY),
        has_send_key: inside(function, "Option").as_deref() == Some(SEND_KEY),
    }))
}

/// Where a route's handler may be.
pub(crate) fn files(route: &Route) -> [String; 2] {
    let group = &route.group;
    [
        format!("{HANDLERS}{group}.rs"),
        format!("{HANDLERS}{group}/mod.rs"),
    ]
}

/// The `T` of a parameter of the type `extractor<T>`.
fn inside(function: &ItemFn, extractor: &str) -> Option<String> {
    function.sig.inputs.iter().find_map(|input| {
        let FnArg::Typed(input) = input else {
            return None;
        };
        let Type::Path(path) = input.ty.as_ref() else {
            return None;
        };
        let last = path
            .path
            .segments
            .last()
            .filter(|last| last.ident == extractor)?;
        match &last.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
                syn::GenericArgument::Type(Type::Path(body)) => rust::last_name(&body.path),
                _ => None,
            },
            _ => None,
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const SCREEN: &str = "\
        pub const PUBLIC: &[&str] = &[paths::SESSION];\n\
        fn router() -> Router {\n\
        let gate = gate();\n\
        Router::new().route(paths::SESSION, get(session::show).delete(session::end).layer(x))\
        .route(paths::CHAT, post(chat::chat)).route_layer(gate)\n}";

    /// A server of three routes.
    pub(crate) fn tree() -> Tree {
        Tree::of(&[
            (ROUTES, SCREEN),
            (
                PATHS,
                "pub const SESSION: &str = \"/api/session\";\npub const CHAT: &str = \"/api/chat\";",
            ),
            (
                "backend/src/handlers/chat.rs",
                "/// Streams an answer to a [`ChatRequest`].\n///\n/// # Errors\n///\n/// [`ErrorKind::RateLimited`].\npub(crate) async fn chat(ApiJson(r): ApiJson<ChatRequest>) {}",
            ),
            (
                "backend/src/handlers/session.rs",
                "/// Shows it.\nasync fn show() {}\n/// Ends it.\nasync fn end() {}",
            ),
            (
                "shared/src/api/chat.rs",
                "/// What is asked.\npub struct ChatRequest {\n/// The model.\npub model: String }",
            ),
        ])
    }

    #[test]
    fn routes_are_read_with_their_methods_and_who_may_call_them() {
        let routes = read(&tree()).unwrap();
        let said: Vec<_> = routes
            .iter()
            .map(|route| {
                format!(
                    "{} {} {}::{} {}",
                    route.method, route.path, route.group, route.handler, route.is_public
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                "GET /api/session session::show true",
                "DELETE /api/session session::end true",
                "POST /api/chat chat::chat false"
            ]
        );
    }

    #[test]
    fn a_handler_has_its_words_and_its_body() {
        let tree = tree();
        let routes = read(&tree).unwrap();
        let chat = handler(&tree, &routes[2]).unwrap().unwrap();
        assert!(chat.about.starts_with("Streams an answer"));
        assert_eq!(chat.body.as_deref(), Some("ChatRequest"));
        let missing = Route {
            handler: "lost".to_owned(),
            ..read(&tree).unwrap().remove(2)
        };
        assert!(handler(&tree, &missing).unwrap().is_none());
    }
}
