//! A refused request is shown too: the step that it ended in, and what was looked at there.

use configuration::LimitsConfig;
use shared::api::paths;
use shared::api::xray::{Ending, RateScope, StepName};
use shared::error::{ApiError, ErrorKind};
use shared::money::NanoUsd;
use stand_in::Script;
use tests::{Answer, Setup, Visitor, question};

use super::{open, open_with, seen_refused, step_names};

async fn refused_body(visitor: &Visitor, body: String) -> ApiError {
    let sent = visitor.post(paths::CHAT, body).send().await;
    Answer::of(sent.expect("an answer")).await.problem()
}

#[tokio::test]
async fn what_cannot_be_read_ends_in_reading() {
    let airlock = open().await;
    for (body, kind) in [
        ("x".repeat(600_000), ErrorKind::TooLarge),
        ("{".to_owned(), ErrorKind::InvalidRequest),
    ] {
        // The server hangs up on whoever still sends.
        let visitor = airlock.visitor().await;
        let problem = refused_body(&visitor, body).await;
        let seen = seen_refused(&visitor.reconnected(), &problem).await;
        assert_eq!((seen.ending, seen.error), (Ending::Refused, Some(kind)));
        assert_eq!(
            step_names(&seen),
            [StepName::Gates, StepName::Caller, StepName::Reading]
        );
        assert_eq!((seen.model_asked, seen.preflight), (None, None));
    }
    assert!(airlock.stand_in.requests().is_empty());
}

#[tokio::test]
async fn who_comes_too_soon_sees_which_limits_there_are_and_which_is_used_up() {
    let airlock = open_with(Setup {
        limits: LimitsConfig {
            requests_per_session: 2,
            requests_per_address: 5,
            requests_overall: 7,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    for taken in 1..=2 {
        let problem = visitor.chat(&question("")).await.problem();
        let seen = seen_refused(&visitor, &problem).await;
        let left: Vec<_> = seen.rates.iter().map(|rate| rate.left).collect();
        assert_eq!(left, [Some(2 - taken), Some(5 - taken), None]);
    }
    let problem = visitor.chat(&question("Hello")).await.problem();
    let seen = seen_refused(&visitor, &problem).await;
    assert_eq!(seen.error, Some(ErrorKind::RateLimited));
    assert_eq!(step_names(&seen).last(), Some(&StepName::Rate));
    let rates = seen.rates.iter();
    let rates: Vec<_> = rates
        .map(|rate| (rate.scope, rate.per_minute, rate.left))
        .collect();
    assert_eq!(
        rates,
        [
            (RateScope::Session, 2, Some(0)),
            (RateScope::Address, 5, Some(3)),
            (RateScope::Everybody, 7, None)
        ]
    );
}

#[tokio::test]
async fn what_the_rules_refuse_ends_in_the_preflight_with_its_findings() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let mut request = question(" ");
    request.model = "made-up-model".to_owned();
    let problem = visitor.chat(&request).await.problem();
    let seen = seen_refused(&visitor, &problem).await;
    assert_eq!(seen.error, Some(ErrorKind::PreflightRefused));
    assert_eq!(step_names(&seen).last(), Some(&StepName::Preflight));
    let preflight = seen.preflight.expect("it was judged");
    assert_eq!(preflight.findings as usize, problem.findings.len());
    assert!(preflight.blocking >= 2 && preflight.estimate.is_none());
    assert_eq!(
        (seen.model_asked, seen.model),
        (None, None),
        "a name that nobody knows could be anything"
    );
    assert!(seen.money.is_none() && seen.settlement.is_none());
}

#[tokio::test]
async fn what_no_budget_holds_ends_at_the_money_with_nothing_reserved() {
    let airlock = open_with(Setup {
        budget: NanoUsd(1_000),
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&question("Hello")).await.problem();
    let seen = seen_refused(&visitor, &problem).await;
    assert_eq!(seen.error, Some(ErrorKind::BudgetExhausted));
    assert_eq!(step_names(&seen), StepName::ALL);
    let money = seen.money.expect("it came so far");
    assert_eq!(money.reserved_nano_usd, None);
    let lefts: Vec<_> = money
        .budgets
        .iter()
        .map(shared::api::budget::BudgetInfo::left)
        .collect();
    assert_eq!(lefts, [NanoUsd(1_000)]);
    let estimate = seen.preflight.and_then(|preflight| preflight.estimate);
    assert!(estimate.expect("an estimate").worst_case > NanoUsd(1_000));
    assert!(seen.attempts.is_empty() && airlock.stand_in.requests().is_empty());
}

#[tokio::test]
async fn what_claude_refuses_has_its_attempt_and_costs_nothing() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let refusal = Script::refuse(
        reqwest::StatusCode::BAD_REQUEST,
        "invalid_request_error",
        "no",
    );
    airlock.stand_in.reply_with(refusal);
    let problem = visitor.chat(&question("Hello")).await.problem();
    let seen = seen_refused(&visitor, &problem).await;
    assert_eq!(seen.ending, Ending::Refused);
    assert_eq!(seen.error, Some(ErrorKind::UpstreamRefused));
    let received = airlock.stand_in.last_request().expect("a request");
    assert_eq!(seen.attempts.len(), 1);
    let attempt = &seen.attempts[0];
    assert_eq!((attempt.status, attempt.error), (Some(400), seen.error));
    assert_eq!(attempt.upstream_request_id, Some(received.request_id));
    assert_eq!((attempt.first_event_us, attempt.wait_us), (None, None));
    let settlement = seen.settlement.expect("settled");
    assert_eq!(settlement.cost_nano_usd, NanoUsd::ZERO);
    assert!(settlement.is_exact && seen.events.count == 0);
}
