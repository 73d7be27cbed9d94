//! What the rules refuse although a page would have stopped it: the browser's preflight is never trusted.

use shared::api::chat::{ChatMessage, ChatRequest, Effort, Role};
use shared::error::ErrorKind;
use shared::models::Catalogue;
use shared::money::NanoUsd;
use shared::policy::Policy;
use shared::preflight::{self, Rule};
use stand_in::Script;
use tests::{Airlock, START, Setup, question};

fn blocked_requests() -> Vec<(Rule, ChatRequest)> {
    let hello = question("Hello");
    let with_model = |model: &str| ChatRequest {
        model: model.to_owned(),
        ..hello.clone()
    };
    vec![
        (Rule::ModelUnknown, with_model("gpt-5")),
        (Rule::ModelRetired, with_model("claude-3-opus")),
        (Rule::ModelNotAllowed, with_model("claude-fable-5-2")),
        (
            Rule::OutputCap,
            ChatRequest {
                max_tokens: Some(16_385),
                ..hello.clone()
            },
        ),
        (Rule::EmptyMessage, question(" \n ")),
        (
            Rule::NoMessages,
            ChatRequest {
                messages: Vec::new(),
                ..hello.clone()
            },
        ),
        (
            Rule::LastTurnNotUser,
            ChatRequest {
                messages: vec![ChatMessage {
                    role: Role::Assistant,
                    content: "I".to_owned(),
                }],
                ..hello
            },
        ),
    ]
}

/// FM-45: what the policy does not list is refused before anything is sent, with the finding that the page shows too.
#[tokio::test]
async fn the_server_refuses_past_the_page_with_the_very_same_findings() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let policy = visitor.session().await.policy;
    for (rule, request) in blocked_requests() {
        let problem = visitor.chat(&request).await.problem();
        assert_eq!(problem.kind, ErrorKind::PreflightRefused, "{rule:?}");
        let verdict = preflight::check(&request, &policy, &Catalogue::builtin(), START);
        assert_eq!(problem.findings, verdict.findings);
        assert!(
            problem.findings.iter().any(|finding| finding.rule == rule),
            "{rule:?}"
        );
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

#[tokio::test]
async fn a_request_dearer_than_the_whole_budget_is_told_that_waiting_does_not_help() {
    let airlock = Airlock::start_with(Setup {
        budget: NanoUsd(1_000),
        ..Setup::default()
    })
    .await;
    let problem = airlock
        .visitor()
        .await
        .chat(&question("Hello"))
        .await
        .problem();
    assert_eq!(problem.kind, ErrorKind::BudgetExhausted);
    let detail = problem.detail.expect("a detail");
    assert!(
        detail.contains("is $0.000001 a day: waiting does not help"),
        "{detail}"
    );
    assert_eq!(problem.retry_after_ms, None);
    assert_eq!(airlock.stand_in.requests().len(), 0);
}

#[tokio::test]
async fn the_worst_case_that_the_page_shows_is_what_the_server_reserves() {
    let airlock = Airlock::start_with(Setup {
        system_prompt: "Be brief.".to_owned(),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let policy: Policy = visitor.session().await.policy;
    let request = ChatRequest {
        max_tokens: Some(900),
        effort: Some(Effort::Medium),
        ..question("How much is it?")
    };
    let verdict = preflight::check(&request, &policy, &Catalogue::builtin(), START);
    airlock.stand_in.reply_with(Script::text(["Little."]));
    let (_, usage) = visitor.chat(&request).await.stream().whole().await;
    assert_eq!(
        usage.reserved_nano_usd,
        verdict.estimate.expect("a price").worst_case
    );
}
