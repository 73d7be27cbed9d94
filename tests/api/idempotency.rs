//! One press of Send is paid for once, however often its request comes.

use std::time::Duration;

use configuration::LimitsConfig;
use reqwest::StatusCode;
use shared::api::chat::{ChatEvent, ChatRequest, IDEMPOTENCY_KEY};
use shared::api::paths;
use shared::error::{ApiError, ErrorKind};
use shared::money::NanoUsd;
use stand_in::Script;
use tests::{Airlock, Answer, Setup, Visitor, question};

const KEY: &str = "0b4f7a52-5d0c-4a3e-9a86-0e6a3b1c2d3e";

/// `POST /api/chat` under the name `key`.
async fn send(visitor: &Visitor, key: &str, request: &ChatRequest) -> Answer {
    let body = serde_json::to_vec(request).expect("json");
    let request = visitor.post(paths::CHAT, body).header(IDEMPOTENCY_KEY, key);
    Answer::of(request.send().await.expect("answers")).await
}

#[track_caller]
fn assert_duplicate(problem: &ApiError, word: &str) {
    assert_eq!(problem.kind, ErrorKind::DuplicateRequest);
    let detail = problem.detail.as_deref().unwrap_or_default();
    assert!(detail.contains(word), "{detail}");
}

#[tokio::test]
async fn a_double_click_is_answered_once_and_sent_once() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.hold_headers();
    let request = question("Hello");
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (visitor, request) = (visitor.clone(), request.clone());
        clicks.spawn(async move { send(&visitor, KEY, &request).await });
    }
    // Whichever came second is refused while the first is under way.
    let refused = clicks.join_next().await.expect("two").expect("no panic");
    assert_duplicate(&refused.problem(), "being answered");
    airlock.stand_in.open_gates();
    let answered = clicks.join_next().await.expect("one").expect("no panic");
    answered.stream().whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 1);
    let budget = visitor.session().await.budget.expect("a budget");
    assert_eq!(budget.spent, airlock.stand_in.billed());
}

#[tokio::test]
async fn what_was_answered_is_not_asked_again_for_a_day() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    send(&visitor, KEY, &request).await.stream().whole().await;
    assert_duplicate(&send(&visitor, KEY, &request).await.problem(), "was sent");
    let other = send(&visitor, KEY, &question("Goodbye")).await.problem();
    assert_duplicate(&other, "another request");
    assert_eq!(airlock.stand_in.requests().len(), 1);
    send(&airlock.visitor().await, KEY, &request)
        .await
        .stream()
        .whole()
        .await;
    // A session that is not used for half a day ends.
    for _ in 0..4 {
        airlock.advance(Duration::from_hours(6));
        visitor.reconnected().session().await;
    }
    let later = visitor.reconnected();
    send(&later, KEY, &request).await.stream().whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 3);
}

#[tokio::test]
async fn a_reload_in_the_middle_of_an_answer_is_not_answered_again() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    airlock.stand_in.step();
    let request = question("Hello");
    let mut reply = send(&visitor, KEY, &request).await.stream();
    assert!(matches!(reply.next().await, Some(ChatEvent::Started(_))));
    drop(reply);
    airlock.stand_in.wait_for_aborts(1).await;
    let problem = send(&visitor, KEY, &request).await.problem();
    assert_eq!(problem.kind, ErrorKind::DuplicateRequest);
    assert_eq!(airlock.stand_in.requests().len(), 1);
}

#[tokio::test]
async fn what_was_refused_and_cost_nothing_may_be_sent_again_under_the_same_name() {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            requests_per_session: 3,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    let visitor = airlock.visitor().await;
    let request = question("Hello");
    let refusals = [
        Script::refuse(StatusCode::BAD_REQUEST, "invalid_request_error", "no"),
        Script::refuse(StatusCode::UNAUTHORIZED, "authentication_error", "no"),
        Script::refuse(StatusCode::FORBIDDEN, "permission_error", "no"),
    ];
    for refusal in refusals {
        airlock.stand_in.reply_with(refusal);
        let problem = send(&visitor, KEY, &request).await.problem();
        assert_ne!(problem.kind, ErrorKind::DuplicateRequest);
    }
    // The rate is used up: a refusal of ours, which frees the name too.
    let problem = send(&visitor, KEY, &request).await.problem();
    assert_eq!(problem.kind, ErrorKind::RateLimited);
    airlock.advance(Duration::from_mins(1));
    let visitor = visitor.reconnected();
    send(&visitor, KEY, &request).await.stream().whole().await;
    assert_duplicate(&send(&visitor, KEY, &request).await.problem(), "was sent");
}

#[tokio::test]
async fn what_could_not_be_paid_for_or_not_be_delivered_may_be_sent_again() {
    let poor = Airlock::start_with(Setup {
        budget: NanoUsd(1),
        ..Setup::default()
    })
    .await;
    let alone = Airlock::start_with(Setup {
        // Nobody listens on the discard port.
        base_url: Some("http://127.0.0.1:9".to_owned()),
        ..Setup::default()
    })
    .await;
    for (airlock, kind) in [
        (poor, ErrorKind::BudgetExhausted),
        (alone, ErrorKind::UpstreamUnreachable),
    ] {
        let visitor = airlock.visitor().await;
        for _ in 0..2 {
            let request = question("Hello");
            let answer = airlock.while_time_passes(send(&visitor, KEY, &request));
            assert_eq!(answer.await.problem().kind, kind);
        }
    }
}

#[tokio::test]
async fn who_leaves_the_line_may_send_again() {
    let airlock = Airlock::start_with(Setup {
        limits: LimitsConfig {
            streams_overall: 1,
            ..Setup::default().limits
        },
        ..Setup::default()
    })
    .await;
    airlock.stand_in.step();
    let visitor = airlock.visitor().await;
    let mut first = visitor.ask("Hello").await;
    assert!(matches!(first.next().await, Some(ChatEvent::Started(_))));
    let request = question("Hello");
    let mut waiting = send(&visitor, KEY, &request).await.stream();
    assert!(matches!(waiting.next().await, Some(ChatEvent::Queued(_))));
    assert_duplicate(&send(&visitor, KEY, &request).await.problem(), "waiting");
    drop(waiting);
    // The name is free as soon as the server has noticed.
    let mut again = loop {
        match send(&visitor, KEY, &request).await {
            Answer::Stream(reply) => break reply,
            Answer::Refused(_, problem) => assert_duplicate(&problem, "waiting"),
        }
    };
    assert!(matches!(again.next().await, Some(ChatEvent::Queued(_))));
    airlock.stand_in.open_gates();
    first.whole().await;
    again.whole().await;
    assert_eq!(airlock.stand_in.requests().len(), 2);
}

#[tokio::test]
async fn a_name_of_another_form_is_refused_before_anything_else() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    for key in ["short", "with_an_underscore_in_it", &"x".repeat(65)] {
        let problem = send(&visitor, key, &question("Hello")).await.problem();
        assert_eq!(problem.kind, ErrorKind::InvalidRequest);
    }
    assert_eq!(airlock.stand_in.requests().len(), 0);
}
