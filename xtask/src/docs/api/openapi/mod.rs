//! `docs/openapi.json`: the API for machines, written from the routes, the handlers and the types, as `docs/api.md` is for people.
//!
//! The server serves the same file. What no declaration says (how callers prove themselves, the form of a problem document) stands in
//! `frame.json` beside this.

mod schemas;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::super::errors::{self, Status};
use super::links::plain;
use super::routes::{self, Handler, Route};
use super::types::Types;
use crate::source::Tree;
use schemas::reference;

/// Where the document is written to.
pub(in super::super) const DOCUMENT: &str = "docs/openapi.json";
const FRAME: &str = "xtask/src/docs/api/openapi/frame.json";
const MANIFEST: &str = "Cargo.toml";
/// What the paths of programs begin with.
const PROGRAMS: &str = "/v1/";
/// Errors that any route can answer with.
const EVERYWHERE: [&str; 4] = ["HostRefused", "NotSignedIn", "MethodNotAllowed", "Internal"];
/// Routes whose callers are told what is left.
const COUNTED: [&str; 3] = ["/api/chat", "/api/count", "/v1/messages"];

/// Writes the document.
pub(in super::super) fn write(tree: &Tree) -> Result<String> {
    let frame = tree
        .get(FRAME)
        .with_context(|| format!("{FRAME} is not there"))?;
    let mut document: Value = serde_json::from_str(&frame.text)?;
    let book = Book {
        types: Types::read(tree)?,
        statuses: errors::statuses(tree)?,
    };
    let mut roots = vec!["Finding".to_owned()];
    let mut paths = Map::new();
    for route in &routes::read(tree)? {
        let handler = super::about(tree, route)?;
        let operation = book.operation(route, &handler, &mut roots)?;
        let operations = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        let operations = operations.as_object_mut().context("operations")?;
        operations.insert(route.method.to_lowercase(), operation);
    }
    let schemas = part(&mut document, "/components/schemas")?;
    for name in book.types.closure(roots) {
        if !schemas::is_in_frame(&name) {
            schemas.insert(name.clone(), schemas::schema(&book.types, &name)?);
        }
    }
    let codes: Vec<_> = book.statuses.values().map(|status| &status.code).collect();
    let code = part(&mut document, "/components/schemas/Problem/properties/code")?;
    code.insert("enum".to_owned(), json!(codes));
    part(&mut document, "/info")?.insert("version".to_owned(), version(tree)?.into());
    part(&mut document, "")?.insert("paths".to_owned(), paths.into());
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}

/// The object at a place of the document.
fn part<'a>(document: &'a mut Value, place: &str) -> Result<&'a mut Map<String, Value>> {
    let found = document.pointer_mut(place).and_then(Value::as_object_mut);
    found.with_context(|| format!("{FRAME} has no object at `{place}`"))
}

fn version(tree: &Tree) -> Result<String> {
    let manifest = tree
        .get(MANIFEST)
        .with_context(|| format!("{MANIFEST} is not there"))?;
    let manifest: toml::Table = manifest.text.parse()?;
    let version = manifest
        .get("workspace")
        .and_then(|part| part.get("package")?.get("version")?.as_str());
    Ok(version
        .with_context(|| format!("{MANIFEST} has no version"))?
        .to_owned())
}

/// What operations are described by.
struct Book {
    types: Types,
    statuses: BTreeMap<String, Status>,
}

impl Book {
    fn operation(
        &self,
        route: &Route,
        handler: &Handler,
        roots: &mut Vec<String>,
    ) -> Result<Value> {
        let words = handler.about.split("\n# ").next().unwrap_or_default();
        let words = plain(words);
        let (summary, description) = words.split_once("\n\n").unwrap_or((&words, ""));
        let security = match (route.is_public, is_of_programs(route)) {
            (true, _) => json!([]),
            (false, true) => json!([{ "token": [] }]),
            (false, false) => json!([{ "session": [] }]),
        };
        let mut operation = Map::from_iter([
            (
                "operationId".to_owned(),
                format!("{}_{}", route.group, route.handler).into(),
            ),
            ("tags".to_owned(), json!([route.group])),
            ("summary".to_owned(), summary.replace('\n', " ").into()),
            (
                "parameters".to_owned(),
                self.parameters(route, handler, roots)?.into(),
            ),
            (
                "responses".to_owned(),
                self.responses(route, handler, roots),
            ),
            ("security".to_owned(), security),
        ]);
        if !description.is_empty() {
            operation.insert(
                "description".to_owned(),
                description.replace('\n', " ").into(),
            );
        }
        let schema = handler.body.as_ref().map(|body| {
            roots.push(body.clone());
            reference(body)
        });
        let schema = schema.or_else(|| is_of_programs(route).then(|| json!({ "type": "object" })));
        if let Some(schema) = schema {
            let mut content = Map::from_iter([("schema".to_owned(), schema)]);
            content.extend(example(&handler.about).map(|example| ("example".to_owned(), example)));
            let body = json!({ "required": true, "content": { "application/json": content } });
            operation.insert("requestBody".to_owned(), body);
        }
        Ok(operation.into())
    }

    fn parameters(
        &self,
        route: &Route,
        handler: &Handler,
        roots: &mut Vec<String>,
    ) -> Result<Vec<Value>> {
        let shared = |name| json!({ "$ref": format!("#/components/parameters/{name}") });
        let mut parameters = Vec::new();
        if route.path.starts_with("/api/") {
            parameters.push(shared("SameOrigin"));
        }
        if is_of_programs(route) {
            parameters.push(shared("ApiVersion"));
        }
        if handler.has_send_key {
            parameters.push(shared("SendKey"));
        }
        for name in in_braces(&route.path) {
            let schema = if name == "request_id" {
                reference("RequestId")
            } else {
                json!({ "type": "string" })
            };
            parameters
                .push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        if let Some(query) = &handler.query {
            roots.extend(self.types.closure(vec![query.clone()]).into_iter().skip(1));
            parameters.extend(schemas::parameters(&self.types, query)?);
        }
        Ok(parameters)
    }

    fn responses(&self, route: &Route, handler: &Handler, roots: &mut Vec<String>) -> Value {
        let done = json!({
            "description": "Done.",
            "headers": headers(route, &["RequestId"]),
            "content": self.answer(route, handler, roots),
        });
        let other = error(
            route,
            "What else can go wrong; docs/errors.md has every code.",
        );
        let mut responses =
            Map::from_iter([("200".to_owned(), done), ("default".to_owned(), other)]);
        let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let named = handler.about.split("ErrorKind::").skip(1);
        let named =
            named.filter_map(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next());
        for status in named
            .chain(EVERYWHERE)
            .filter_map(|kind| self.statuses.get(kind))
        {
            let codes = told.entry(&status.number).or_default();
            if !codes.contains(&status.code.as_str()) {
                codes.push(&status.code);
            }
        }
        for (number, codes) in told {
            let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
            let description = format!("{}.", codes.join(", "));
            responses.insert(number.to_owned(), error(route, &description));
        }
        responses.into()
    }

    /// What a route answers with, as its handler's words have it: a type, a content type, or plain text.
    fn answer(&self, route: &Route, handler: &Handler, roots: &mut Vec<String>) -> Value {
        let after = |opening: &str, closing: char| {
            let (_, rest) = handler.about.split_once(opening)?;
            rest.split(closing).next().map(str::to_owned)
        };
        if is_of_programs(route) {
            return json!({
                "application/json": { "schema": { "type": "object" } },
                "text/event-stream": {},
            });
        }
        let named = after("The answer is a [`", '`').or_else(|| after("The answer is an [`", '`'));
        if let Some(name) = named.filter(|name| self.types.has(name)) {
            let schema = reference(&name);
            roots.push(name);
            return json!({ "application/json": { "schema": schema } });
        }
        let kind = after("The answer is `", '`').unwrap_or_else(|| "text/plain".to_owned());
        let form = match kind.as_str() {
            // Each event has a form of its own, which docs/api.md tells.
            "text/event-stream" => json!({}),
            kind if kind.ends_with("json") => json!({ "schema": { "type": "object" } }),
            _ => json!({ "schema": { "type": "string" } }),
        };
        json!({ kind: form })
    }
}

/// An error in the form of the route's face.
fn error(route: &Route, description: &str) -> Value {
    let (kind, schema) = if is_of_programs(route) {
        ("application/json", "ClaudeError")
    } else {
        ("application/problem+json", "Problem")
    };
    json!({
        "description": description,
        "headers": headers(route, &["RequestId", "RetryAfter"]),
        "content": { kind: { "schema": reference(schema) } },
    })
}

/// The headers of an answer: those of `names`, and what the route has of its own.
fn headers(route: &Route, names: &[&str]) -> Value {
    let mut headers = Map::new();
    let mut add = |name: &str, of: &str| {
        let reference = json!({ "$ref": format!("#/components/headers/{of}") });
        headers.insert(name.to_owned(), reference);
    };
    for name in names {
        let wire = if *name == "RequestId" {
            "x-request-id"
        } else {
            "retry-after"
        };
        add(wire, name);
    }
    if COUNTED.contains(&route.path.as_str()) {
        add("ratelimit", "RateLimit");
        add("ratelimit-policy", "RateLimitPolicy");
    }
    if route.group == "session" && route.is_public {
        add("set-cookie", "SessionCookie");
    }
    headers.into()
}

fn is_of_programs(route: &Route) -> bool {
    route.path.starts_with(PROGRAMS)
}

/// The names in braces of `/api/xray/{request_id}`.
fn in_braces(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

/// The body that the example of a handler's words sends.
fn example(about: &str) -> Option<Value> {
    let (_, rest) = about.split_once("--data '")?;
    serde_json::from_str(rest.split('\'').next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        let mut tree = routes::tests::tree();
        errors::tests::put(&mut tree);
        tree.put(
            MANIFEST,
            "[workspace.package]\nversion = \"1.2.3\"\n".to_owned(),
        );
        tree.put(FRAME, include_str!("frame.json").to_owned());
        serde_json::from_str(&write(&tree).unwrap()).unwrap()
    }

    #[test]
    fn every_route_is_an_operation_with_its_body_and_errors() {
        let document = document();
        assert_eq!(document["info"]["version"], "1.2.3");
        let chat = &document["paths"]["/api/chat"]["post"];
        assert_eq!(chat["security"][0], json!({ "session": [] }));
        let body = &chat["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(*body, reference("ChatRequest"));
        assert!(document["components"]["schemas"]["ChatRequest"].is_object());
        let session = &document["paths"]["/api/session"]["get"];
        assert_eq!(session["security"], json!([]));
    }

    #[test]
    fn words_lose_their_links_and_nothing_else() {
        assert_eq!(
            plain("A [`B`](c::B), an `x` and [`D`]."),
            "A `B`, an `x` and `D`."
        );
        assert_eq!(in_braces("/a/{b}/{c}").collect::<Vec<_>>(), ["b", "c"]);
    }
}
