//! `RateLimit` and `RateLimit-Policy`: what a caller is told of limits of its own, and of nobody else's.

use std::time::Duration;

use configuration::{BudgetConfig, LimitsConfig};
use reqwest::Response;
use shared::api::paths;
use shared::money::NanoUsd;
use tests::{Airlock, Setup, TokenHolder, Visitor, question};

/// The value of the parameter `name` in the first item of the header `header`.
fn told(response: &Response, header: &str, name: &str) -> String {
    let value = response.headers()[header].to_str().expect("text");
    let first = value.split(", ").next().expect("an item");
    let parameter = first
        .split(';')
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    parameter.expect("the parameter").to_owned()
}

fn name(response: &Response) -> &str {
    let value = response.headers()["ratelimit-policy"]
        .to_str()
        .expect("text");
    value.split('"').nth(1).expect("a name")
}

async fn post(visitor: &Visitor, path: &str) -> Response {
    let body = serde_json::to_vec(&question("Hello")).expect("JSON");
    visitor.post(path, body).send().await.expect("an answer")
}

async fn with_three_a_minute() -> Airlock {
    Airlock::start_with(Setup {
        limits: LimitsConfig {
            requests_per_session: 3,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await
}

#[tokio::test]
async fn answers_and_refusals_tell_what_is_left_and_when_all_of_it_is_back() {
    let airlock = with_three_a_minute().await;
    let visitor = airlock.visitor().await;
    for (left, reset_s) in [("2", "20"), ("1", "40"), ("0", "60"), ("0", "60")] {
        let response = post(&visitor, paths::CHAT).await;
        assert_eq!(name(&response), "requests");
        assert_eq!(told(&response, "ratelimit-policy", "q"), "3");
        assert_eq!(told(&response, "ratelimit-policy", "w"), "60");
        assert_eq!(told(&response, "ratelimit", "r"), left);
        assert_eq!(told(&response, "ratelimit", "t"), reset_s);
        let is_refused = response.status() == 429;
        assert_eq!(is_refused, response.headers().contains_key("retry-after"));
        response.bytes().await.expect("the rest");
    }
    airlock.advance(Duration::from_secs(20));
    let response = post(&visitor.reconnected(), paths::CHAT).await;
    assert_eq!(response.status(), 200);
    assert_eq!(told(&response, "ratelimit", "r"), "0");
}

#[tokio::test]
async fn a_refused_request_tells_it_too_and_strangers_are_told_nothing() {
    let airlock = with_three_a_minute().await;
    let visitor = airlock.visitor().await;
    let refused = visitor
        .post(paths::CHAT, "{")
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 400);
    assert_eq!(told(&refused, "ratelimit", "r"), "3");
    let stranger = visitor.with_cookie("__Host-airlock=none");
    let refused = post(&stranger, paths::CHAT).await;
    assert_eq!(refused.status(), 401);
    assert!(!refused.headers().contains_key("ratelimit"));
    let session = visitor.get(paths::SESSION).send().await.expect("an answer");
    assert!(!session.headers().contains_key("ratelimit"));
}

#[tokio::test]
async fn counts_and_programs_have_windows_of_their_own() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let counted = post(&visitor, paths::COUNT).await;
    assert_eq!(
        (
            name(&counted),
            told(&counted, "ratelimit-policy", "q").as_str()
        ),
        ("counts", "20")
    );
    assert_eq!(told(&counted, "ratelimit", "r"), "19");
    let passed = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    assert_eq!(passed.status(), 200);
    assert_eq!(told(&passed, "ratelimit-policy", "q"), "1000000");
}

/// What may be spent is told in its own unit, by day, and only where it is the caller's alone.
#[tokio::test]
async fn a_sessions_own_budget_is_told_beside_its_requests() {
    let airlock = Airlock::start_with(Setup {
        budgets: BudgetConfig {
            session_per_day: Some(NanoUsd::from_usd(2)),
            address_per_day: Some(NanoUsd::from_usd(3)),
            ..BudgetConfig::default()
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let report = visitor.ask("Hello").await.whole().await.1;
    let refused = visitor
        .post(paths::CHAT, "{")
        .send()
        .await
        .expect("an answer");
    let headers = refused.headers();
    let item = |header: &str| {
        let value = headers[header].to_str().expect("text");
        let items: Vec<_> = value.split(", ").collect();
        assert_eq!(items.len(), 2, "{value}");
        items[1].split(";pk").next().expect("a part").to_owned()
    };
    assert_eq!(
        item("ratelimit-policy"),
        "\"session-day\";q=2000000000;qu=\"nano-usd\";w=86400"
    );
    // It is noon.
    let left = 2_000_000_000 - report.cost_nano_usd.0;
    assert_eq!(
        item("ratelimit"),
        format!("\"session-day\";r={left};t=43200")
    );
}

#[tokio::test]
async fn what_others_use_does_not_show() {
    let airlock = with_three_a_minute().await;
    let (one, other) = (airlock.visitor().await, airlock.visitor().await);
    for _ in 0..4 {
        post(&one, paths::CHAT)
            .await
            .bytes()
            .await
            .expect("the rest");
    }
    let response = post(&other, paths::CHAT).await;
    assert_eq!(told(&response, "ratelimit", "r"), "2");
    let own = told(&response, "ratelimit", "pk");
    assert_ne!(own, told(&post(&one, paths::CHAT).await, "ratelimit", "pk"));
    assert!(!other.cookie().contains(own.trim_matches(':')));
}
