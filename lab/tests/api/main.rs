//! The lab over HTTP.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod starter;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tests::{Airlock, Setup, Visitor};

async fn airlock() -> Airlock {
    Airlock::start_with(Setup {
        has_own_stand_in: true,
        ..Setup::default()
    })
    .await
}

async fn body(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

async fn begin(visitor: &Visitor) -> Value {
    let response = visitor.post("/api/lab/visits", "{}").send().await;
    body(response.expect("an answer")).await
}

/// In front of a real upstream there is no lab: neither attacks nor an unsafe half.
#[tokio::test]
async fn with_a_real_key_the_lab_is_closed_and_says_how_to_open_it() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let page = visitor.get("/lab").send().await.expect("an answer");
    let page = page.text().await.expect("a page");
    assert!(page.contains("--stand-in") && !page.contains("data-attack"));
    let begun = visitor.post("/api/lab/visits", "{}").send().await;
    assert_eq!(begun.expect("an answer").status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn another_origins_page_cannot_begin_a_visit() {
    let airlock = airlock().await;
    let url = format!("http://{}/api/lab/visits", airlock.address);
    let client = airlock.visitor().await;
    let foreign = client
        .client()
        .post(url)
        .header("sec-fetch-site", "same-site");
    let response = foreign.body("{}").send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_the_tab_reports_is_seen_in_its_own_visit_alone() {
    let airlock = airlock().await;
    let visitor = airlock.visitor().await;
    let (one, other) = (begin(&visitor).await, begin(&visitor).await);
    let origin = one["unsafe_half"].as_str().expect("an origin");
    let origin = origin.replace("localhost", "127.0.0.1");
    let report = |visit: &str, attack: &str| {
        let url = format!("{origin}/reports/{visit}/{attack}");
        let report = json!({ "is_stolen": true, "lines": ["a line"] });
        visitor.client().post(url).body(report.to_string()).send()
    };
    let visit = one["visit"].as_str().expect("an id");
    for (visit, attack, expected) in [
        (visit, "script", StatusCode::NO_CONTENT),
        (visit, "no-such-attack", StatusCode::NOT_FOUND),
        ("no-such-visit", "script", StatusCode::NOT_FOUND),
    ] {
        let response = report(visit, attack).await.expect("an answer");
        assert_eq!(response.status(), expected, "{visit} {attack}");
    }
    let look = async |visit: &Value| {
        let path = format!(
            "/api/lab/visits/{}",
            visit["visit"].as_str().expect("an id")
        );
        body(visitor.get(&path).send().await.expect("an answer")).await
    };
    assert_eq!(look(&one).await["reports"]["script"]["is_stolen"], true);
    assert_eq!(look(&other).await["reports"], json!({}));
}

#[tokio::test]
async fn a_guess_is_no_answer() {
    let airlock = airlock().await;
    let visitor = airlock.visitor().await;
    begin(&visitor).await;
    let guess = json!({ "attack": "script", "answer": "sk-ant-lab-" });
    let response = visitor
        .post("/api/lab/answers", guess.to_string())
        .send()
        .await;
    assert_eq!(
        body(response.expect("an answer")).await,
        json!({ "is_right": false })
    );
    let unknown = json!({ "attack": "none", "answer": "" });
    let response = visitor
        .post("/api/lab/answers", unknown.to_string())
        .send()
        .await;
    assert_eq!(response.expect("an answer").status(), StatusCode::NOT_FOUND);
}

/// Which change is right stands nowhere on the page: it has to be asked for, one at a time.
#[tokio::test]
async fn a_change_is_judged_by_the_server_with_a_reason() {
    let airlock = airlock().await;
    let visitor = airlock.visitor().await;
    let choose = async |body: Value| {
        let request = visitor.post("/api/lab/fixes", body.to_string());
        request.send().await.expect("an answer")
    };
    let mut right = 0;
    for choice in 0..4 {
        let opinion = choose(json!({ "attack": "image", "choice": choice })).await;
        let opinion = body(opinion).await;
        right += usize::from(opinion["is_right"] == true);
        assert!(
            opinion["because"]
                .as_str()
                .is_some_and(|why| why.len() > 20)
        );
    }
    assert_eq!(right, 1);
    for unknown in [
        json!({ "attack": "image", "choice": 4 }),
        json!({ "attack": "none", "choice": 0 }),
    ] {
        assert_eq!(choose(unknown).await.status(), StatusCode::NOT_FOUND);
    }
}

/// The open proxy pays for anything and shows its key in an error; the lab's Claude counts it.
#[tokio::test]
async fn the_careless_proxy_pays_for_anybody_and_says_its_key_when_it_fails() {
    let airlock = airlock().await;
    let visitor = airlock.visitor().await;
    let visit = begin(&visitor).await;
    let origin = visit["unsafe_half"].as_str().expect("an origin");
    let proxy = format!("{}/proxy", origin.replace("localhost", "127.0.0.1"));
    let say = |model: &str| {
        let message = json!({ "role": "user", "content": "Hello" });
        let body = json!({ "model": model, "max_tokens": 16, "messages": [message] });
        visitor.client().post(&proxy).body(body.to_string()).send()
    };
    let dear = say("claude-opus-5-5").await.expect("an answer");
    assert_eq!(dear.status(), StatusCode::OK);
    let id = dear.headers()["request-id"]
        .to_str()
        .expect("text")
        .to_owned();
    let failed = say("no-such-model").await.expect("an answer");
    let key = body(failed).await["config"]["headers"]["x-api-key"].clone();
    for (attack, answer) in [("proxy", json!(id)), ("echo", key)] {
        let answer = json!({ "attack": attack, "answer": answer });
        let response = visitor
            .post("/api/lab/answers", answer.to_string())
            .send()
            .await;
        assert_eq!(
            body(response.expect("an answer")).await["is_right"],
            true,
            "{attack}"
        );
    }
    let path = format!(
        "/api/lab/visits/{}",
        visit["visit"].as_str().expect("an id")
    );
    let bill = body(visitor.get(&path).send().await.expect("an answer")).await;
    assert_ne!(bill["bill"]["dollars"], "$0.00");
    assert_eq!(bill["bill"]["requests"], 2);
}
