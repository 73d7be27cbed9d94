//! Who is let in: the token in either header, and nothing else.

use reqwest::RequestBuilder;
use shared::api::paths;
use shared::error::ErrorKind;
use tests::{Airlock, Answer, Setup, TokenHolder, question};

use super::error_of;

fn message() -> String {
    TokenHolder::question("Hello").to_string()
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("answers").status().as_u16()
}

#[tokio::test]
async fn the_token_opens_in_either_header() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    let request = || program.stranger(paths::MESSAGES, message());
    let token = TokenHolder::TOKEN;
    assert_eq!(status(request().header("x-api-key", token)).await, 200);
    assert_eq!(status(request().bearer_auth(token)).await, 200);
    let both = request().bearer_auth(token).header("x-api-key", token);
    assert_eq!(status(both).await, 200);
    assert_eq!(airlock.stand_in.requests().len(), 3);
}

/// FM-50: a token that is wrong, nearly right or missing looks the same, and opens nothing.
#[tokio::test]
async fn without_the_token_nothing_is_answered_and_nothing_is_told() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let program = airlock.token_holder();
    let request = || program.stranger(paths::MESSAGES, message());
    let token = TokenHolder::TOKEN;
    let mut told = Vec::new();
    for request in [
        request(),
        request().header("x-api-key", "wrong"),
        request().header("x-api-key", ""),
        request().header("x-api-key", token.trim_start_matches('a')),
        request().bearer_auth(format!("{token}0")),
        request().header("authorization", token),
        request().header("authorization", format!("Basic {token}")),
        request().header("x-api-key", "wrong").bearer_auth(token),
        request().header("cookie", visitor.cookie()),
        visitor.post(paths::MESSAGES, message()),
        program.stranger("/v1/messages?beta=true", message()),
    ] {
        told.push(error_of(request.send().await.expect("answers")).await);
    }
    let (status, kind, message) = &told[0];
    assert_eq!((*status, kind.as_str()), (401, "authentication_error"));
    assert!(message.contains("x-api-key") && message.contains("access.token_sha256"));
    assert!(told.iter().all(|error| error == &told[0]));
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

#[tokio::test]
async fn the_token_is_nothing_on_the_pages_api() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await.with_cookie("");
    let body = serde_json::to_vec(&question("Hello")).expect("json");
    let request = visitor
        .post(paths::CHAT, body)
        .bearer_auth(TokenHolder::TOKEN)
        .header("x-api-key", TokenHolder::TOKEN);
    let answer = Answer::of(request.send().await.expect("answers")).await;
    assert_eq!(answer.problem().kind, ErrorKind::NotSignedIn);
}

#[tokio::test]
async fn where_no_token_is_set_nobody_is_let_in() {
    let mut setup = Setup::default();
    setup.access.token_sha256 = None;
    let airlock = Airlock::start_with(setup).await;
    let response = airlock
        .token_holder()
        .send(&TokenHolder::question("Hello"))
        .await;
    assert_eq!(error_of(response).await.0, 401);
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-46: odd spellings of the path reach no route, and a name that is not ours gets nothing.
#[tokio::test]
async fn odd_paths_and_hosts_are_refused_in_the_clients_form() {
    let airlock = Airlock::start().await;
    let program = airlock.token_holder();
    for path in [
        "/v1/messages/",
        "/v1//messages",
        "/v1/%6dessages",
        "/v1/complete",
    ] {
        let response = program.post(path, message()).send().await.expect("answers");
        let (status, kind, _) = error_of(response).await;
        assert_eq!((status, kind.as_str()), (404, "not_found_error"), "{path}");
    }
    let elsewhere = program
        .post(paths::MESSAGES, message())
        .header("host", "evil.example");
    let response = elsewhere.send().await.expect("answers");
    assert_eq!(error_of(response).await.0, 421);
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
