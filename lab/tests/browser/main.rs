//! The lab in a real browser: every attack on both halves.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod by_hand;
mod fixes;
mod image;
mod looks;
mod ours;
mod pictures;
mod planted;
mod unsafe_half;

use std::fmt::Display;

use configuration::LimitsConfig;
use serde_json::json;
use tests::browser::{Page, Tolerated};
use tests::{Scene, Setup, Stage};

/// All attacks, in the order of the page.
const ATTACKS: [&str; 10] = [
    "network", "script", "wasm", "map", "storage", "hook", "disguise", "proxy", "echo", "image",
];

/// What a browser's console says of attacks, such as a refusal by the policy, is no fault of a page here.
fn scene() -> Scene {
    Scene {
        airlock: Setup {
            has_own_stand_in: true,
            // What a fresh clone has: an attack on the proxy meets these limits.
            limits: LimitsConfig::default(),
            ..Setup::default()
        },
        tolerated: Tolerated {
            other_origins: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    }
}

/// Opens the lab, and waits until its unsafe half runs.
async fn open_lab(stage: &Stage) -> &Page {
    let page = &stage.page;
    page.goto(&format!("{}/lab", page.home())).await;
    page.until(
        "the unsafe half runs",
        "document.querySelector('[data-testid=unsafe-page]')?.hidden === false",
    )
    .await;
    page
}

/// Runs an attack in the tab of the unsafe half, to which the lab's link leads, and stays there.
async fn run_on_the_unsafe_half(page: &Page, attack: &str) {
    let link = format!("document.querySelector('[data-testid=run-unsafe-{attack}]').href");
    let address: String = page.eval(&link).await;
    page.goto(&address).await;
    page.until(
        format!("{attack} is over"),
        &format!("document.querySelector('[data-attack={attack}]')?.dataset.state === 'done'"),
    )
    .await;
}

/// Asks the question on the unsafe page that is open, and waits for the picture in its answer.
async fn ask_for_a_picture(page: &Page, question: &str) {
    page.eval::<Option<bool>>(&format!(
        "void (document.querySelector('#question').value = {})",
        json!(question)
    ))
    .await;
    page.eval::<Option<bool>>("document.querySelector('#chat').requestSubmit()")
        .await;
    page.until(
        "the picture is shown",
        "document.querySelector('#answer img')?.naturalWidth > 0",
    )
    .await;
}

/// Whether the browser obeys the policies of the pages that it opens from now on.
async fn obey_policy(stage: &Stage, does: bool) {
    let bypassed = json!({ "enabled": !does });
    let browser = stage.page.browser();
    browser.tell("Page.setBypassCSP", bypassed).await;
}

/// An expression for a part of an attack's half in the lab.
fn half(attack: &str, half: &str, part: impl Display) -> String {
    format!("document.querySelector('[data-attack={attack}] [data-half={half}] {part}')")
}
