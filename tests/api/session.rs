//! Sessions: opened for anybody who opens the page, proved by a cookie that scripts and other hosts cannot touch.

use std::time::Duration;

use hyper::header::SET_COOKIE;
use shared::api::paths;
use shared::error::ErrorKind;
use shared::money::NanoUsd;
use tests::{Airlock, question};

#[tokio::test]
async fn the_cookie_is_for_this_host_and_no_script() {
    let airlock = Airlock::start().await;
    let stranger = airlock.visitor().await.with_cookie("");
    let response = stranger.get(paths::SESSION).send().await.expect("answers");
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text");
    let (pair, attributes) = cookie.split_once("; ").expect("attributes");
    assert_eq!(
        attributes,
        "Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=Strict"
    );
    let (name, value) = pair.split_once('=').expect("a pair");
    assert_eq!(
        (name, value.len()),
        ("__Host-airlock", 64),
        "256 bits as hex digits"
    );
}

#[tokio::test]
async fn a_visitor_with_a_session_keeps_it() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let response = visitor.get(paths::SESSION).send().await.expect("answers");
    assert!(!response.headers().contains_key(SET_COOKIE));
}

#[tokio::test]
async fn an_old_session_is_refused_and_a_new_one_is_to_be_had() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.advance(Duration::from_hours(12));
    let visitor = visitor.reconnected();
    let problem = visitor.chat(&question("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::NotSignedIn);
    let response = visitor.get(paths::SESSION).send().await.expect("answers");
    assert!(response.headers().contains_key(SET_COOKIE));
}

#[tokio::test]
async fn the_page_is_told_its_policy_its_budget_and_where_the_key_is() {
    let airlock = Airlock::start().await;
    let session = airlock.visitor().await.session().await;
    assert_eq!(session.policy.models[0], "claude-haiku-5-5");
    assert_eq!(session.policy.budget_left, Some(NanoUsd::from_usd(100)));
    assert_eq!(session.upstream.key_fingerprint.len(), 8);
    assert!(!session.upstream.is_stand_in);
    let budget = session.budget.expect("a budget");
    assert_eq!(budget.resets_at.to_string(), "2026-11-24T00:00:00Z");
}
