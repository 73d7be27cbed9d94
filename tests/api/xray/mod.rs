//! `GET /api/xray/{request_id}`: whoever made a request sees how it went, and nobody else does.

mod endings;
mod refusals;

use configuration::XrayConfig;
use reqwest::StatusCode;
use shared::api::paths;
use shared::api::xray::{StepName, Xray};
use shared::error::{ApiError, ErrorKind};
use shared::ids::RequestId;
use tests::{Airlock, Reply, Setup, TokenHolder, Visitor, question};

/// An Airlock with X-ray, which its real key would keep off.
async fn open() -> Airlock {
    open_with(Setup::default()).await
}

async fn open_with(setup: Setup) -> Airlock {
    Airlock::start_with(Setup {
        xray: XrayConfig {
            enabled: Some(true),
        },
        ..setup
    })
    .await
}

/// What the visitor sees of the request that `reply` answers.
async fn seen(visitor: &Visitor, reply: &Reply) -> Xray {
    let seen = visitor.xray(reply.header("x-request-id")).await;
    seen.expect("it is the visitor's")
}

/// What the visitor sees of a request that was refused.
async fn seen_refused(visitor: &Visitor, problem: &ApiError) -> Xray {
    let seen = visitor.xray(problem.request_id.expect("an id")).await;
    seen.expect("it is the visitor's")
}

fn step_names(seen: &Xray) -> Vec<StepName> {
    seen.steps.iter().map(|step| step.name).collect()
}

/// A whole answer's id.
async fn answered(visitor: &Visitor) -> String {
    let reply = visitor.ask("Hello").await;
    let id = reply.header("x-request-id").to_owned();
    reply.whole().await;
    id
}

/// FM-49: a request is shown to the session that made it; another's, one that never was and what is no id look the same.
#[tokio::test]
async fn a_request_is_shown_to_the_session_that_made_it_alone() {
    let airlock = open().await;
    let (mine, other) = (airlock.visitor().await, airlock.visitor().await);
    let id = answered(&mine).await;
    assert!(mine.xray(&id).await.is_ok());
    let unknown = RequestId::from_random(7).to_string();
    let mut refusals = Vec::new();
    for id in [&id, &unknown, "req_", "7", "%ff", &id.to_uppercase()] {
        let problem = other.xray(id).await.expect_err("not theirs");
        assert_eq!(problem.kind, ErrorKind::NotFound, "{id}");
        refusals.push(ApiError {
            request_id: None,
            ..problem
        });
    }
    assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]));
    let nobody = mine.with_cookie("").get(&format!("/api/xray/{id}"));
    let answer = nobody.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_programs_request_is_shown_to_no_session() {
    let airlock = open().await;
    let visitor = airlock.visitor().await;
    let program = airlock.token_holder();
    let answer = program.send(&TokenHolder::question("Hello")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let id = answer.headers()["x-request-id"].to_str().expect("text");
    let problem = visitor.xray(id).await.expect_err("not theirs");
    assert_eq!(problem.kind, ErrorKind::NotFound);
    // Nor does a token open it: it counts on the other face alone.
    let path = paths::XRAY.replace("{request_id}", id);
    let request = visitor.with_cookie("").get(&path);
    let request = request.bearer_auth(TokenHolder::TOKEN);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn with_a_real_key_it_is_off_and_says_how_to_switch_it_on() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    assert!(!visitor.session().await.has_xray);
    let id = answered(&visitor).await;
    let problem = visitor.xray(id).await.expect_err("it is off");
    assert_eq!(problem.kind, ErrorKind::NotFound);
    assert!(
        problem
            .detail
            .is_some_and(|why| why.contains("xray.enabled"))
    );
}

#[tokio::test]
async fn with_the_stand_in_it_is_on_unless_somebody_switches_it_off() {
    for (enabled, is_on) in [(None, true), (Some(false), false)] {
        let airlock = Airlock::start_with(Setup {
            has_own_stand_in: true,
            xray: XrayConfig { enabled },
            ..Setup::default()
        })
        .await;
        assert_eq!(airlock.visitor().await.session().await.has_xray, is_on);
    }
    assert!(open().await.visitor().await.session().await.has_xray);
}

/// FM-20: however many requests a session makes, the newest 64 are kept, and another's stay.
#[tokio::test]
async fn a_busy_session_drives_out_its_own_requests_alone() {
    let airlock = open().await;
    let (quiet, busy) = (airlock.visitor().await, airlock.visitor().await);
    let kept = answered(&quiet).await;
    let mut ids = Vec::new();
    for _ in 0..300 {
        let problem = busy.chat(&question("")).await.problem();
        ids.push(problem.request_id.expect("an id"));
    }
    assert!(quiet.xray(kept).await.is_ok());
    let (gone, newest) = ids.split_at(ids.len() - 64);
    for id in gone.iter().rev().take(3) {
        assert!(busy.xray(id).await.is_err());
    }
    for id in newest {
        assert!(busy.xray(id).await.is_ok());
    }
}
