//! The OpenAPI document: what the server serves under it is what it says.

use serde_json::{Value, json};
use shared::api::paths;
use tests::{Airlock, TokenHolder, Visitor, question};

async fn document(visitor: &Visitor) -> Value {
    let response = visitor.get(paths::OPENAPI).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON")
}

/// Every reference of `value`, at any depth.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let airlock = Airlock::start().await;
    let document = document(&airlock.visitor().await).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let place = reference.strip_prefix('#').expect("inside the document");
        assert!(document.pointer(place).is_some(), "{reference}");
    }
}

/// The router knows every operation, and answers other methods of its path with 405: none is made up, and none has another method.
#[tokio::test]
async fn every_operation_is_a_route() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let document = document(&visitor).await;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let wanted = operations.as_object().expect("operations");
        for method in ["get", "post", "delete"] {
            let verb = method.to_uppercase().parse().expect("a method");
            let url = format!("http://{}{path}", airlock.address);
            let request = visitor.client().request(verb, url);
            let request = request
                .header("sec-fetch-site", "same-origin")
                .header("cookie", visitor.cookie())
                .header("authorization", format!("Bearer {}", TokenHolder::TOKEN));
            let status = request.send().await.expect("an answer").status();
            assert_eq!(
                status != 405,
                wanted.contains_key(method),
                "{method} {path}: {status}"
            );
        }
    }
}

/// What is written beside a body as its example is answered.
#[tokio::test]
async fn the_examples_are_answered() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let document = document(&visitor).await;
    let example = |path: &str| {
        let body = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"];
        body["example"].clone()
    };
    assert_eq!(example(paths::CHAT), json!(question("Hello")));
    for path in [paths::CHAT, paths::COUNT] {
        let response = visitor.post(path, example(path).to_string()).send().await;
        assert_eq!(response.expect("an answer").status(), 200, "{path}");
    }
    let message = example(paths::MESSAGES);
    assert_eq!(airlock.token_holder().send(&message).await.status(), 200);
}
