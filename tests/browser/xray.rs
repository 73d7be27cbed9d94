//! The X-ray of an answer: what it tells is what the server tells, and whoever uses the keyboard or a screen reader gets all of it.

use configuration::XrayConfig;
use reqwest::StatusCode;
use serde_json::Value;
use shared::api::xray::{Ending, StepName, Xray};
use shared::error::ErrorKind;
use stand_in::Script;
use tests::browser::{Screen, Theme, Tolerated};
use tests::{Scene, Setup, Stage, on_stage};
use thirtyfour::Key;

use crate::queue;
use crate::second_attempts;

/// What has the focus.
const FOCUSED: &str = "document.activeElement?.dataset.testid ?? ''";

/// Plays a test where the X-ray is on: the harness has a key of its own, with which it is off unless it is asked for.
fn on_xrayed_stage(scene: Scene, play: impl AsyncFnOnce(&Stage)) {
    let airlock = Setup {
        xray: XrayConfig {
            enabled: Some(true),
        },
        ..scene.airlock
    };
    on_stage(Scene { airlock, ..scene }, play);
}

/// Opens the X-ray of the last answer; gives what the server says of the same request.
async fn open(stage: &Stage) -> Xray {
    let page = &stage.page;
    page.click("xray-open").await;
    page.text("xray-story").await;
    let id = "[...document.querySelectorAll('#xray dl.rows dd')].at(-1).innerText";
    let told: Value = page
        .eval(&format!(
            "fetch('/api/xray/' + {id}).then(answer => answer.json())"
        ))
        .await;
    serde_json::from_value(told).expect("an X-ray")
}

/// The names of the steps in the table.
async fn steps(stage: &Stage) -> Vec<String> {
    let names = "[...document.querySelectorAll('[data-testid=xray-steps] [scope=row]')].map(head => head.firstChild.data)";
    stage.page.eval(names).await
}

/// Whether the table has this exact time somewhere.
async fn has_time(stage: &Stage, time_us: u64) -> bool {
    let exactly = format!(
        "[...document.querySelectorAll('[data-testid=xray-steps] td')].some(cell => cell.title.replaceAll(',', '') === '{time_us} µs')"
    );
    stage.page.eval(&exactly).await
}

/// The X-ray on every screen and in both themes: nobody is shut out, nothing sticks out, and pictures are kept.
async fn is_sound(stage: &Stage, picture: &str) {
    let (page, browser) = (&stage.page, stage.page.browser());
    for screen in Screen::ALL {
        browser.use_screen(screen).await;
        for theme in Theme::ALL {
            browser.use_theme(theme).await;
            let name = format!("xray-{picture}-{}-{}", theme.name(), screen.width());
            browser.take_picture(&name).await;
            assert_eq!(page.violations().await, Vec::<String>::new(), "{name}");
        }
        let protrusions = page.protrusions(screen).await;
        assert_eq!(protrusions, Vec::<String>::new(), "{picture}, {screen:?}");
    }
}

fn overloaded() -> Script {
    let status = StatusCode::from_u16(529).expect("a status");
    Script::refuse(status, "overloaded_error", "full")
}

fn tolerating(kind: ErrorKind) -> Scene {
    Scene {
        tolerated: Tolerated {
            statuses: vec![kind.status()],
            ..Tolerated::default()
        },
        ..Scene::default()
    }
}

#[test]
fn an_answers_way_is_told_with_the_servers_own_figures() {
    on_xrayed_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.ask("Why does the key stay on the server?").await;
        assert_eq!(page.answered(1).await, "done");
        let xray = open(stage).await;
        assert_eq!(xray.ending, Ending::Whole);
        let names = steps(stage).await;
        assert_eq!(names[..3], ["preflight", "sent", "arrives"]);
        assert_eq!(names.len(), 3 + StepName::ALL.len() + 1 + 2, "{names:?}");
        for step in &xray.steps {
            let took_us = step.ends_us.expect("done") - step.begins_us;
            assert!(has_time(stage, took_us).await, "{step:?}");
        }
        let headers = page.text("xray-headers").await;
        for header in &xray.attempts[0].headers {
            assert!(headers.contains(&header.name), "{headers}");
        }
        assert!(headers.contains(&xray.attempts[0].key_fingerprint));
        let story = page.text("xray-story").await;
        assert!(story.starts_with("Your browser checked it in"), "{story}");
        assert!(story.contains(" reserved."), "{story}");
        is_sound(stage, "whole").await;
    });
}

#[test]
fn every_try_and_pause_is_shown() {
    on_xrayed_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(overloaded());
        stand_in.reply_with(Script::text(["Here I am."]));
        page.ask("Hello?").await;
        page.last_answer_is("Here I am.").await;
        assert_eq!(page.answered(1).await, "done");
        let xray = open(stage).await;
        assert_eq!(xray.attempts.len(), 2);
        let names = steps(stage).await;
        for step in ["1st try", "pause", "first event", "writes"] {
            assert!(names.iter().any(|name| name == step), "{step}: {names:?}");
        }
        let pause_us = xray.attempts[0].wait_us.expect("a pause");
        assert!(has_time(stage, pause_us).await, "{pause_us}");
        is_sound(stage, "retried").await;
    });
}

#[test]
fn a_refused_request_shows_the_gate_that_refused_it() {
    on_xrayed_stage(second_attempts::one_a_minute(), async |stage| {
        let page = &stage.page;
        second_attempts::ask_too_often(stage).await;
        page.click("cancel-retry").await;
        let xray = open(stage).await;
        assert_eq!(xray.error, Some(ErrorKind::RateLimited));
        let story = page.text("xray-story").await;
        assert!(story.contains(ErrorKind::RateLimited.title()), "{story}");
        assert!(story.contains("Nothing was sent to Claude"), "{story}");
        assert_eq!(steps(stage).await.last().map(String::as_str), Some("rate"));
        is_sound(stage, "refused").await;
    });
}

#[test]
fn a_stopped_answer_shows_what_it_still_cost() {
    on_xrayed_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["Some words", " and some more"]));
        stand_in.step();
        page.ask("Hello").await;
        stand_in.allow_events(3);
        page.last_answer_is("Some words").await;
        page.click("stop").await;
        stand_in.wait_for_aborts(1).await;
        let xray = open(stage).await;
        assert_eq!(xray.ending, Ending::Left);
        let story = page.text("xray-story").await;
        assert!(story.contains("You stopped it after"), "{story}");
        is_sound(stage, "stopped").await;
    });
}

#[test]
fn a_wait_in_the_line_shows() {
    on_xrayed_stage(queue::one_at_a_time(), async |stage| {
        let page = &stage.page;
        let (answered, waiting) = queue::two_others(stage).await;
        page.ask("Is it my turn?").await;
        queue::stands(stage, "2nd in line").await;
        drop(waiting);
        queue::stands(stage, "Next in line").await;
        stage.airlock.stand_in.open_gates();
        drop(answered);
        assert_eq!(page.answered(1).await, "done");
        let xray = open(stage).await;
        assert!(!xray.line.is_empty());
        let story = page.text("xray-story").await;
        assert!(story.contains("it waited"), "{story}");
        is_sound(stage, "queued").await;
    });
}

#[test]
fn it_takes_the_focus_and_gives_it_back() {
    on_xrayed_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        for question in ["The first", "The second"] {
            page.ask(question).await;
            page.answered(if question == "The first" { 1 } else { 2 })
                .await;
        }
        for screen in [Screen::Desktop, Screen::Phone] {
            page.browser().use_screen(screen).await;
            page.click_nth("xray-open", 0).await;
            page.until("it has the focus", "document.activeElement.id === 'xray'")
                .await;
            page.text("xray-story").await;
            page.press(Key::Escape).await;
            page.until("by Escape", &format!("{FOCUSED} === 'xray-open'"))
                .await;
            let is_first =
                "document.querySelector('[data-testid=xray-open]') === document.activeElement";
            assert!(page.eval::<bool>(is_first).await, "the one that opened it");
            assert_eq!(page.count("xray").await, 0);
        }
    });
}

#[test]
fn another_sessions_request_is_told_apart_from_a_failure() {
    on_xrayed_stage(tolerating(ErrorKind::NotFound), async |stage| {
        let page = &stage.page;
        page.ask("Hello").await;
        page.answered(1).await;
        let asked = "fetch('/api/session', { method: 'GET' }).then(answer => answer.status)";
        page.eval::<u16>(asked).await;
        // A new session is another one, which sees nothing of the first's.
        page.browser().tell("Network.clearBrowserCookies", ()).await;
        page.eval::<u16>(asked).await;
        page.click("xray-open").await;
        let words = page.text("xray-missing").await;
        assert!(words.contains("not among them"), "{words}");
        is_sound(stage, "missing").await;
    });
}

#[test]
fn where_it_is_off_nothing_offers_it() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "done");
        page.text("copy").await;
        assert_eq!(page.count("xray-open").await, 0);
    });
}
