//! The lab in a real browser: every attack on both halves.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it must be"
)]

mod looks;
mod ours;
mod planted;
mod unsafe_half;

use std::fmt::Display;

use backend::config::LimitsConfig;
use tests::browser::{Page, Tolerated};
use tests::{Scene, Setup, Stage};

/// All attacks, in the order of the page.
const ATTACKS: [&str; 9] = [
    "network", "script", "wasm", "map", "storage", "hook", "disguise", "proxy", "echo",
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

/// An expression for a part of an attack's half in the lab.
fn half(attack: &str, half: &str, part: impl Display) -> String {
    format!("document.querySelector('[data-attack={attack}] [data-half={half}] {part}')")
}
