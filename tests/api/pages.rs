//! What every answer has: the headers that bind the browser, and a request id.

use reqwest::Response;
use shared::api::paths;
use tests::{Airlock, Setup, Visitor, question};

async fn one_of_each_kind(visitor: &Visitor) -> Vec<(&'static str, Response)> {
    let chat = serde_json::to_vec(&question("Hello")).expect("json");
    let mut answers = Vec::new();
    for (name, request) in [
        ("page", visitor.get("/")),
        ("nothing", visitor.get("/nothing")),
        ("session", visitor.get(paths::SESSION)),
        ("stream", visitor.post(paths::CHAT, chat)),
        ("refusal", visitor.post(paths::CHAT, "{")),
        (
            "host",
            visitor.get(paths::SESSION).header("host", "evil.example"),
        ),
        ("health", visitor.get(paths::HEALTHZ)),
    ] {
        answers.push((name, request.send().await.expect("answers")));
    }
    answers
}

/// Holds one answer to what every answer has.
fn binds_the_browser(name: &str, response: &Response) {
    let header = |header: &str| {
        let values = response.headers().get_all(header).iter();
        let values: Vec<_> = values.map(|value| value.to_str().expect("text")).collect();
        values.join(", ")
    };
    let policy = header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(rule), "{name}: {policy}");
    }
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains('*'),
        "{name}: {policy}"
    );
    assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(header("x-frame-options"), "DENY", "{name}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{name}");
    assert_eq!(
        header("cross-origin-opener-policy"),
        "same-origin",
        "{name}"
    );
    assert_eq!(
        header("cross-origin-resource-policy"),
        "same-origin",
        "{name}"
    );
    assert!(header("cache-control").contains("no-store"), "{name}");
    assert!(header("x-request-id").starts_with("req_"), "{name}");
    assert_eq!(header("access-control-allow-origin"), "", "{name}");
    assert_eq!(header("server"), "", "{name}");
}

#[tokio::test]
async fn every_answer_binds_the_browser_and_has_an_id() {
    let airlock = Airlock::start().await;
    for (name, response) in one_of_each_kind(&airlock.visitor().await).await {
        binds_the_browser(name, &response);
    }
}

#[tokio::test]
async fn a_page_from_a_folder_binds_the_browser_as_the_one_inside_does() {
    let airlock = Airlock::start_with(Setup {
        assets: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend").into()),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let file = visitor.get("/boot.js").send().await.expect("answers");
    assert_eq!(file.status().as_u16(), 200);
    binds_the_browser("a file", &file);
    let outside = visitor.get("/../index.html").send().await.expect("answers");
    assert_eq!(outside.status().as_u16(), 404);
}

/// FM-42: there is no cache of answers: the same question asked twice is answered upstream twice.
#[tokio::test]
async fn answers_are_never_shared() {
    let airlock = Airlock::start().await;
    for _ in 0..2 {
        airlock.visitor().await.ask("Hello").await.whole().await;
    }
    assert_eq!(airlock.stand_in.requests().len(), 2);
}
