//! Tokens counted by Claude itself: what comes back, what it costs, who may ask, and what goes wrong.

use std::time::Duration;

use configuration::LimitsConfig;
use hyper::header::{CONTENT_TYPE, ORIGIN};
use reqwest::StatusCode;
use serde_json::json;
use shared::api::chat::{ChatMessage, ChatRequest, Effort, Role};
use shared::api::paths;
use shared::error::ErrorKind;
use shared::models::Catalogue;
use shared::money::NanoUsd;
use shared::preflight;
use stand_in::Script;
use tests::{Airlock, Answer, START, Setup, Visitor, question, raw_upstream};

fn conversation() -> ChatRequest {
    let message = |role, content: &str| ChatMessage {
        role,
        content: content.to_owned(),
    };
    ChatRequest {
        messages: vec![
            message(Role::User, "How far is it?"),
            message(Role::Assistant, "Ten miles, 北京🙂."),
            message(Role::User, "And back?"),
        ],
        max_tokens: Some(900),
        effort: Some(Effort::Low),
        ..question("")
    }
}

/// FM-8: a count is what the answer's bill will say of the prompt, and is on no bill itself.
#[tokio::test]
async fn a_count_is_the_prompt_as_it_will_be_billed_and_costs_nothing() {
    let airlock = Airlock::start_with(Setup {
        system_prompt: "Be brief.".to_owned(),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let request = conversation();
    let counted = visitor.count(&request).await.expect("a count");
    assert_eq!(counted.model, "claude-haiku-5-5");
    assert_eq!(airlock.stand_in.counted(), 1);
    assert_eq!(airlock.stand_in.billed(), NanoUsd::ZERO);
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!((budget.spent.0, budget.reserved.0), (0, 0));
    let (_, usage) = visitor.chat(&request).await.stream().whole().await;
    assert_eq!(counted.input_tokens, usage.tokens.prompt());
}

/// FM-41: what is counted is what the model would read, and nothing goes along that says who asks.
#[tokio::test]
async fn what_goes_out_to_be_counted_is_what_the_model_would_read() {
    let airlock = Airlock::start_with(Setup {
        system_prompt: "Be brief.".to_owned(),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    visitor.count(&conversation()).await.expect("a count");
    let received = airlock.stand_in.last_request().expect("a request");
    assert_eq!(received.path, "/v1/messages/count_tokens");
    assert_eq!(
        received.json(),
        json!({
            "model": "claude-haiku-5-5",
            "system": "Be brief.",
            "output_config": {"effort": "low"},
            "messages": [
                {"role": "user", "content": "How far is it?"},
                {"role": "assistant", "content": "Ten miles, 北京🙂."},
                {"role": "user", "content": "And back?"},
            ],
        })
    );
    assert_eq!(received.key.as_ref().expect("a key").header, "x-api-key");
    for name in ["cookie", "origin", "referer", "authorization"] {
        let mut headers = received.headers.iter();
        assert!(headers.all(|(known, _)| known != name), "{name}");
    }
}

/// FM-45: what the rules would not send they do not have counted either, and they say so with the same findings.
#[tokio::test]
async fn what_may_not_be_sent_may_not_be_counted() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let policy = visitor.session().await.policy;
    for request in [
        ChatRequest {
            model: "claude-fable-5-2".to_owned(),
            ..question("Hello")
        },
        question(" \n "),
        ChatRequest {
            messages: Vec::new(),
            ..question("Hello")
        },
    ] {
        let problem = visitor.count(&request).await.expect_err("a refusal");
        assert_eq!(problem.kind, ErrorKind::PreflightRefused);
        let verdict = preflight::check(&request, &policy, &Catalogue::builtin(), START);
        assert!(verdict.is_blocked());
        assert_eq!(problem.findings, verdict.findings);
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

/// FM-47, FM-48: the door stands behind the same gates as the chat's.
#[tokio::test]
async fn nobody_but_a_session_on_our_own_page_may_count() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let body = || serde_json::to_vec(&question("Hello")).expect("json");
    let stranger = visitor.with_cookie("");
    let problem = stranger.count(&question("Hello")).await;
    assert_eq!(problem.expect_err("refused").kind, ErrorKind::NotSignedIn);
    for (name, value, expected) in [
        (ORIGIN, "https://evil.example", ErrorKind::OriginRefused),
        (CONTENT_TYPE, "text/plain", ErrorKind::UnsupportedMediaType),
    ] {
        let mut request = visitor
            .post(paths::COUNT, body())
            .build()
            .expect("a request");
        let value = value.parse().expect("a value");
        request.headers_mut().insert(name, value);
        let response = visitor.client().execute(request).await.expect("answers");
        assert_eq!(Answer::of(response).await.problem().kind, expected);
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

async fn counts(visitor: &Visitor, wanted: usize) -> usize {
    let mut counted = 0;
    for _ in 0..wanted {
        match visitor.count(&question("Hello")).await {
            Ok(_) => counted += 1,
            Err(problem) => assert_eq!(problem.kind, ErrorKind::RateLimited),
        }
    }
    counted
}

/// FM-21: counts have a limit of their own, which tells how long to wait and takes nothing from the answers.
#[tokio::test]
async fn a_session_counts_so_often_and_chats_all_the_same() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    assert_eq!(counts(&visitor, 20).await, 20);
    let problem = visitor.count(&question("Hello")).await;
    let problem = problem.expect_err("too many");
    assert_eq!(problem.kind, ErrorKind::RateLimited);
    assert_eq!(problem.retry_after_ms, Some(3_000));
    visitor.ask("Hello").await.whole().await;
    airlock.advance(Duration::from_secs(3));
    let visitor = visitor.reconnected();
    assert_eq!(counts(&visitor, 2).await, 1);
}

/// FM-49: new sessions of one address share its counts.
#[tokio::test]
async fn an_address_counts_so_often_whatever_sessions_it_opens() {
    let airlock = Airlock::start().await;
    let mut counted = 0;
    for _ in 0..5 {
        counted += counts(&airlock.visitor().await, 10).await;
    }
    assert_eq!(counted, 40);
    assert_eq!(airlock.stand_in.counted(), 40);
}

/// FM-9: a limit of zero lets nobody in, by this door neither.
#[tokio::test]
async fn who_may_not_ask_may_not_count() {
    let none = Setup::default().limits;
    for limits in [
        LimitsConfig {
            requests_per_session: 0,
            ..none
        },
        LimitsConfig {
            requests_per_address: 0,
            ..none
        },
        LimitsConfig {
            requests_overall: 0,
            ..none
        },
    ] {
        let airlock = Airlock::start_with(Setup {
            limits,
            ..Setup::default()
        })
        .await;
        assert_eq!(counts(&airlock.visitor().await, 1).await, 0);
        assert_eq!(airlock.stand_in.requests().len(), 0);
    }
}

/// FM-37, FM-39: an upstream's refusal means what it means for an answer, is asked for once, and keeps its words to itself.
#[tokio::test]
async fn every_upstream_error_has_the_refusal_that_an_answer_would_get() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let table = [
        (400, "invalid_request_error", ErrorKind::UpstreamRefused),
        (401, "authentication_error", ErrorKind::Misconfigured),
        (402, "billing_error", ErrorKind::UpstreamQuota),
        (403, "permission_error", ErrorKind::Misconfigured),
        (413, "request_too_large", ErrorKind::UpstreamRefused),
        (429, "rate_limit_error", ErrorKind::UpstreamRateLimited),
        (500, "api_error", ErrorKind::UpstreamError),
        (504, "timeout_error", ErrorKind::UpstreamTimeout),
        (529, "overloaded_error", ErrorKind::Overloaded),
    ];
    for (status, error_type, expected) in table {
        let status = StatusCode::from_u16(status).expect("a status");
        let words = Script::refuse(status, error_type, "organization of somebody");
        airlock.stand_in.reply_with(words);
        let problem = visitor.count(&question("Hello")).await;
        let problem = problem.expect_err("a refusal");
        assert_eq!(problem.kind, expected, "{status}");
        let shown = serde_json::to_string(&problem).expect("json");
        assert!(!shown.contains("of somebody"), "{shown}");
    }
    assert_eq!(airlock.stand_in.requests().len(), table.len());
}

/// FM-39: an answer that is no count is an error, whatever its status says.
#[tokio::test]
async fn an_answer_that_is_no_count_is_an_error() {
    for (kind, body, expected) in [
        ("application/json", "{}", ErrorKind::UpstreamError),
        (
            "application/json",
            r#"{"input_tokens": -1}"#,
            ErrorKind::UpstreamError,
        ),
        (
            "application/json",
            r#"{"input_to"#,
            ErrorKind::StreamInterrupted,
        ),
        ("text/html", "<html>", ErrorKind::UpstreamError),
        (
            "application/json",
            r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
            ErrorKind::Overloaded,
        ),
    ] {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let upstream = raw_upstream(&answer).await;
        let airlock = Airlock::in_front_of(&upstream).await;
        let problem = airlock.visitor().await.count(&question("Hello")).await;
        assert_eq!(problem.expect_err("an error").kind, expected, "{body}");
    }
}

/// FM-33: an upstream that counts too long is given up in seconds.
#[tokio::test]
async fn a_count_that_does_not_come_is_a_timeout() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let before = airlock.now();
    let request = question("Hello");
    let problem = airlock.while_time_passes(visitor.count(&request)).await;
    let waited = airlock.now().saturating_sub(before);
    assert_eq!(
        problem.expect_err("a timeout").kind,
        ErrorKind::UpstreamTimeout
    );
    assert!((10_000..20_000).contains(&waited), "{waited} ms");
}

/// FM-24: whoever leaves takes the upstream's count with them.
#[tokio::test]
async fn leaving_closes_the_upstream_call() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let call = tokio::spawn(async move { visitor.count(&question("Hello")).await });
    airlock.stand_in.wait_for_requests(1).await;
    call.abort();
    airlock.stand_in.wait_for_aborts(1).await;
}

/// FM-53: a server that cannot wait for a count says so.
#[tokio::test]
async fn a_server_that_stops_says_so_and_does_not_wait() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let request = question("Hello");
    let stopping = async {
        airlock.stand_in.wait_for_requests(1).await;
        airlock.stop();
        airlock.while_time_passes(airlock.stopped()).await;
    };
    let (problem, ()) = tokio::join!(visitor.count(&request), stopping);
    assert_eq!(problem.expect_err("it ends").kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_gateway_says_that_it_cannot_count_and_what_to_go_by() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let problem = airlock.visitor().await.count(&question("Hello")).await;
    let problem = problem.expect_err("it cannot");
    assert_eq!(problem.kind, ErrorKind::NotFound);
    let detail = problem.detail.expect("a detail");
    assert!(
        detail.contains("gateway") && detail.contains("estimate"),
        "{detail}"
    );
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
