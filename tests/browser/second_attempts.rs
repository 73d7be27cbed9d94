//! What is refused because too much is asked for at the moment is sent once more by itself: after a wait that shows, under the same
//! name, and unless the person decides otherwise.

use configuration::LimitsConfig;
use reqwest::StatusCode;
use shared::api::chat::IDEMPOTENCY_KEY;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::browser::Tolerated;
use tests::{Scene, Setup, Stage, on_stage};

/// The server tries at most so often.
const ATTEMPTS_MAX: usize = 3;

fn tolerating(kind: ErrorKind) -> Tolerated {
    Tolerated {
        statuses: vec![kind.status()],
        ..Tolerated::default()
    }
}

/// A scene in which the second question within a minute is one too many.
pub(crate) fn one_a_minute() -> Scene {
    let setup = Setup::default();
    Scene {
        airlock: Setup {
            limits: LimitsConfig {
                requests_per_session: 1,
                ..setup.limits
            },
            ..setup
        },
        tolerated: tolerating(ErrorKind::RateLimited),
        ..Scene::default()
    }
}

/// Asks as often as the server lets through, and once more.
pub(crate) async fn ask_too_often(stage: &Stage) {
    stage.page.ask("The first").await;
    assert_eq!(stage.page.answered(1).await, "done");
    stage.page.ask("The second").await;
    assert_eq!(stage.page.answered(2).await, "error");
}

/// The names under which the page sent its questions, in their order.
pub(crate) fn send_keys(stage: &Stage) -> Vec<String> {
    let sent = stage
        .page
        .browser()
        .evidence()
        .all("Network.requestWillBeSent");
    let asked = sent.iter().filter(|event| {
        event.text("/request/url").ends_with("/api/chat") && event.text("/request/method") == "POST"
    });
    let named = asked.map(|event| {
        let headers = &event.particulars["request"]["headers"];
        headers[IDEMPOTENCY_KEY]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    });
    named.collect()
}

#[test]
fn a_refusal_that_passes_is_sent_once_more_by_itself_under_the_same_name() {
    let scene = Scene {
        tolerated: tolerating(ErrorKind::Overloaded),
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        let overloaded = StatusCode::from_u16(529).expect("a status");
        for _ in 0..ATTEMPTS_MAX {
            stand_in.reply_with(Script::refuse(overloaded, "overloaded_error", "full"));
        }
        stand_in.reply_with(Script::text(["Here I am."]));
        page.ask("Hello?").await;
        page.last_answer_is("Here I am.").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.count("error-card").await, 0);
        page.browser().settle().await;
        let keys = send_keys(stage);
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
        assert_eq!(keys[0].len(), 32, "{keys:?}");

        page.ask("And again?").await;
        page.answered(2).await;
        page.browser().settle().await;
        assert_ne!(send_keys(stage)[2], keys[0], "another press, another name");
    });
}

#[test]
fn the_wait_shows_and_is_said_once_and_a_second_refusal_stays() {
    on_stage(one_a_minute(), async |stage| {
        let page = &stage.page;
        ask_too_often(stage).await;
        let countdown = page.text("countdown").await;
        assert!(countdown.contains(" s"), "{countdown}");
        assert!(page.text("status").await.contains("once more in"));
        let is_quiet = "document.querySelector('[data-testid=countdown]').ariaLive === 'off'";
        page.until("nobody hears every second", is_quiet).await;
        let before = page.text("countdown").await;
        page.until(
            "it counts down",
            &format!("document.querySelector('[data-testid=countdown]').innerText !== {before:?}"),
        )
        .await;

        page.click("send-now").await;
        page.until(
            "the second refusal stays",
            "document.querySelector('[data-testid=error-card]') && !document.querySelector('[data-testid=countdown]')",
        )
        .await;
        let focused: String = page.eval("document.activeElement.dataset.testid").await;
        assert_eq!(focused, "composer");
        assert_eq!(
            page.count("regenerate").await,
            2,
            "by hand it can be tried on"
        );
        page.browser().settle().await;
        let keys = send_keys(stage);
        assert_eq!(keys.len(), 3);
        assert_eq!(keys[1], keys[2]);
    });
}

#[test]
fn the_second_attempt_is_given_up_by_its_button_by_escape_and_by_leaving() {
    on_stage(one_a_minute(), async |stage| {
        let page = &stage.page;
        ask_too_often(stage).await;
        page.click("cancel-retry").await;
        let is_given_up = "!document.querySelector('[data-testid=countdown]') && document.querySelector('[data-testid=error-card]')";
        page.until("it is given up", is_given_up).await;
        assert_eq!(page.text("status").await, "Not sent again.");

        page.click("regenerate").await;
        page.text("countdown").await;
        page.press(thirtyfour::Key::Escape).await;
        page.until("it is given up", is_given_up).await;

        page.click("regenerate").await;
        page.text("countdown").await;
        page.click("new-chat").await;
        page.until(
            "the new chat is empty",
            "document.querySelectorAll('[data-testid=message-user]').length === 0",
        )
        .await;
        let open = "document.querySelector('[data-testid=history-item] .open').click()";
        page.eval::<serde_json::Value>(open).await;
        page.text("error-card").await;
        assert_eq!(page.count("countdown").await, 0);
        page.browser().settle().await;
        assert_eq!(send_keys(stage).len(), 4, "nothing was sent by itself");
    });
}
