//! `model: "auto"`: the rules choose, as the server runs them, and everything after them goes by their choice.

use std::collections::HashSet;

use configuration::LimitsConfig;
use shared::api::chat::{ChatEvent, ChatRequest, Effort};
use shared::error::ErrorKind;
use shared::models::Catalogue;
use shared::money::NanoUsd;
use shared::preflight::{self, AUTO, Preflight};
use tests::{Airlock, START, Settlements, Setup, TokenHolder, Visitor, question};

fn auto(text: &str) -> ChatRequest {
    ChatRequest {
        model: AUTO.to_owned(),
        ..question(text)
    }
}

/// Something easy, something hard, and something in which effort is asked for.
fn requests() -> [ChatRequest; 3] {
    let hard = "Prove step by step that there is no largest prime, then analyse the trade-offs of your proof. ";
    [
        auto("Hello"),
        auto(&hard.repeat(20)),
        ChatRequest {
            effort: Some(Effort::Max),
            ..auto("Why?")
        },
    ]
}

async fn verdict(visitor: &Visitor, request: &ChatRequest) -> Preflight {
    let policy = visitor.session().await.policy;
    preflight::check(request, &policy, &Catalogue::builtin(), START)
}

/// The model that the page is told, Claude is asked and the money is reserved for is the one that the rules chose.
#[tokio::test]
async fn the_model_in_effect_is_the_one_that_the_rules_chose() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let mut choices = HashSet::new();
    for request in requests() {
        let verdict = verdict(&visitor, &request).await;
        let chosen = verdict.route.expect("a choice").model;
        let counted = visitor.count(&request).await.expect("a count");
        assert_eq!(counted.model, chosen);
        let mut reply = visitor.chat(&request).await.stream();
        let Some(ChatEvent::Started(started)) = reply.next().await else {
            panic!("started comes first");
        };
        assert_eq!(started.model, chosen);
        let (_, usage) = reply.whole().await;
        let worst_case = verdict.estimate.expect("a price").worst_case;
        assert_eq!(usage.reserved_nano_usd, worst_case);
        assert_eq!(counted.input_tokens, usage.tokens.prompt());
        for received in airlock.stand_in.requests() {
            assert_ne!(received.json()["model"], AUTO);
        }
        let received = airlock.stand_in.last_request().expect("a request");
        assert_eq!(received.json()["model"], chosen);
        choices.insert(chosen);
    }
    assert!(choices.len() > 1, "it is a choice: {choices:?}");
}

/// The log says of a call whether its model was chosen by the rules, so that nobody wonders who asked for it.
#[tokio::test]
async fn the_log_tells_a_choice_from_a_wish() {
    let settlements = Settlements::listen();
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    visitor.chat(&auto("Hello")).await.stream().whole().await;
    visitor.ask("Hello").await.whole().await;
    assert_eq!(settlements.were_routed(), [true, false]);
}

/// FM-45: a choice is judged as a wish is: nothing but the policy's models is ever chosen, and effort only where the model takes it.
#[tokio::test]
async fn a_choice_never_leaves_the_policy() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let allowed = visitor.session().await.policy.models;
    for request in requests() {
        visitor.chat(&request).await.stream().whole().await;
        let received = airlock.stand_in.last_request().expect("a request").json();
        let model = received["model"].as_str().expect("a model");
        assert!(allowed.iter().any(|allowed| allowed == model), "{model}");
    }
}

/// What is left to spend bounds the choice, on the server as on the page: whoever was shown a cheap model is not sent to a dear one.
#[tokio::test]
async fn the_budget_bounds_the_choice() {
    let [_, hard, _] = requests();
    let mut choices = Vec::new();
    for budget in [NanoUsd::from_usd(100), NanoUsd(10_000_000)] {
        let airlock = Airlock::start_with(Setup {
            budget,
            ..Setup::default()
        })
        .await;
        let visitor = airlock.visitor().await;
        let foreseen = verdict(&visitor, &hard).await.route.expect("a choice");
        visitor.chat(&hard).await.stream().whole().await;
        let received = airlock.stand_in.last_request().expect("a request").json();
        assert_eq!(received["model"], foreseen.model);
        choices.push(foreseen.model);
    }
    assert_ne!(choices[0], choices[1]);
}

/// A gateway is asked for the chosen model by the name that it has there.
#[tokio::test]
async fn a_gateway_gets_the_chosen_model_too() {
    let airlock = Airlock::behind_a_gateway(None).await;
    let visitor = airlock.visitor().await;
    for request in requests() {
        let chosen = verdict(&visitor, &request).await.route.expect("a choice");
        visitor.chat(&request).await.stream().whole().await;
        let received = airlock.stand_in.last_request().expect("a request").json();
        assert_eq!(received["model"], chosen.model);
    }
}

/// What the rules refuse they refuse for the chosen model as well, and what is limited is limited.
#[tokio::test]
async fn a_request_that_leaves_the_choice_is_judged_and_limited_as_any() {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            requests_per_session: 2,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let problem = visitor.chat(&auto(" ")).await.problem();
    assert_eq!(problem.kind, ErrorKind::PreflightRefused);
    assert_eq!(
        problem.findings,
        verdict(&visitor, &auto(" ")).await.findings
    );
    visitor.chat(&auto("Hello")).await.stream().whole().await;
    let problem = visitor.chat(&auto("Hello")).await.problem();
    assert_eq!(problem.kind, ErrorKind::RateLimited);
}

/// Programs name their model: to Claude's own API `auto` is none.
#[tokio::test]
async fn a_program_has_nothing_chosen_for_it() {
    let airlock = Airlock::start().await;
    let mut message = TokenHolder::question("Hello");
    message["model"] = AUTO.into();
    let answer = airlock.token_holder().send(&message).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
