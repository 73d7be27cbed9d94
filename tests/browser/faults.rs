//! Things go wrong: the page says what happened, why, what to do, and which request it was.

use reqwest::StatusCode;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::browser::Tolerated;
use tests::{Scene, Stage, on_stage};

/// A scene in which our server answers with the status of this kind.
fn scene_with(kind: ErrorKind) -> Scene {
    Scene {
        tolerated: Tolerated {
            statuses: vec![kind.status()],
            ..Tolerated::default()
        },
        ..Scene::default()
    }
}

/// The request id that our server put on its last answer to a chat request.
fn served_request_id(stage: &Stage) -> String {
    let answers = stage
        .page
        .browser()
        .evidence()
        .all("Network.responseReceived");
    let is_chat = |event: &&tests::browser::Event| {
        event.text("/response/url") == format!("{}/api/chat", stage.page.home())
    };
    let answer = answers.iter().rev().find(is_chat).expect("an answer");
    answer.text("/response/headers/x-request-id").to_owned()
}

async fn is_explained(stage: &Stage, kind: ErrorKind) {
    let page = &stage.page;
    assert_eq!(page.answered(1).await, "error");
    let code: String = page
        .eval("document.querySelector('[data-testid=error-card]').dataset.code")
        .await;
    assert_eq!(code, kind.code());
    let card = page.text("error-card").await;
    for part in [kind.title(), kind.cause(), kind.fix(), kind.verify()] {
        assert!(card.contains(part), "{part:?} is not in {card:?}");
    }
    let id = page.text("request-id").await;
    assert_eq!(id, served_request_id(stage));
    assert!(id.len() >= 16, "{id}");
}

/// FM-39: an upstream error is an error on the page too, and the visitor learns nothing of the upstream's words.
#[test]
fn an_overloaded_claude_is_explained_and_can_be_tried_again() {
    on_stage(scene_with(ErrorKind::Overloaded), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        let overloaded = StatusCode::from_u16(529).expect("a status");
        let refusal = Script::refuse(overloaded, "overloaded_error", "cell 17 is full");
        for _ in 0..2 * ATTEMPTS_MAX {
            stand_in.reply_with(refusal.clone());
        }
        page.ask("Hello").await;
        // The page tries a second time by itself.
        stand_in.wait_for_requests(2 * ATTEMPTS_MAX as u64).await;
        page.until(
            "the second refusal stays",
            "document.querySelector('[data-testid=error-card]') && !document.querySelector('[data-testid=countdown]')",
        )
        .await;
        is_explained(stage, ErrorKind::Overloaded).await;
        assert!(!page.text("error-card").await.contains("cell 17"));
        stand_in.forget_scripts();

        page.click("regenerate").await;
        page.until(
            "the answer is whole",
            "document.querySelector('[data-testid=message-assistant]')?.dataset.state === 'done'",
        )
        .await;
        assert_eq!(page.count("error-card").await, 0);
    });
}

/// The server tries at most so often.
const ATTEMPTS_MAX: usize = 3;

/// FM-40: a key that Claude refuses is the operator's affair: the page says so without a word of what Claude said.
#[test]
fn a_refused_key_is_explained_as_the_operators_affair() {
    on_stage(scene_with(ErrorKind::Misconfigured), async |stage| {
        let refusal = Script::refuse(
            StatusCode::UNAUTHORIZED,
            "authentication_error",
            "invalid x-api-key: key-of-the-harness",
        );
        stage.airlock.stand_in.reply_with(refusal);
        stage.page.ask("Hello").await;
        is_explained(stage, ErrorKind::Misconfigured).await;
        let seen: String = stage.page.eval("document.documentElement.outerHTML").await;
        assert!(!seen.contains("key-of-the-harness"));
    });
}

/// FM-27: an answer that is cut never looks whole.
#[test]
fn a_cut_answer_is_marked_as_interrupted_and_explained() {
    on_stage(Scene::default(), async |stage| {
        let cut = Script::text(["All that ", "came"]).close_after(5);
        stage.airlock.stand_in.reply_with(cut);
        let page = &stage.page;
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "interrupted");
        assert_eq!(page.last_answer().await, "All that came");
        assert!(page.text("message-assistant").await.contains("Interrupted"));
        let card = page.text("error-card").await;
        assert!(
            card.contains(ErrorKind::StreamInterrupted.title()),
            "{card}"
        );
        assert_eq!(page.text("request-id").await, served_request_id(stage));
    });
}

#[test]
fn a_server_that_is_gone_is_named_as_what_it_is() {
    let scene = Scene {
        tolerated: Tolerated {
            broken_connections: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let page = &stage.page;
        page.browser()
            .tell(
                "Network.emulateNetworkConditions",
                serde_json::json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
            )
            .await;
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "error");
        let card = page.text("error-card").await;
        assert!(
            card.contains(ErrorKind::ServerUnreachable.title()),
            "{card}"
        );
    });
}
