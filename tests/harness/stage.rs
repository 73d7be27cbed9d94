//! The stage of a browser test: a whole Airlock, a browser with its page open, and a judge at the end.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::sync::Semaphore;

use crate::browser::{Browser, Page, Tolerated};
use crate::slicer::Slicer;
use crate::{Airlock, Setup};

/// Browsers at once. A browser keeps a core busy while its page starts; more of them only make each other late.
const BROWSERS_MAX: u32 = 2;

static BROWSERS: Semaphore = Semaphore::const_new(BROWSERS_MAX as usize);

/// What a test wants on its stage.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Its Airlock. Time is real, whatever it says: a browser has no other.
    pub airlock: Setup,
    /// What is no fault in this test.
    pub tolerated: Tolerated,
    /// Whether no other browser may run meanwhile, since the test measures time.
    pub is_alone: bool,
    /// Whether the network hands answers on byte by byte.
    pub is_sliced: bool,
    /// Where the page at the origin's root is not our own: the JavaScript condition on which that page may be used.
    pub other_page_is_ready: Option<&'static str>,
}

/// A running Airlock with its page open in a browser.
#[derive(Debug)]
pub struct Stage {
    /// The server, and the stand-in's control handle.
    pub airlock: Airlock,
    /// Its page.
    pub page: Page,
    _slicer: Option<Slicer>,
}

/// Plays a test on its stage. However it ends, the browser is closed; a test that ends well is then judged by what the browser saw:
/// no error in its console, no violation of the content security policy, no request to another origin.
pub fn on_stage(scene: Scene, play: impl AsyncFnOnce(&Stage)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(perform(scene, play));
}

async fn perform(scene: Scene, play: impl AsyncFnOnce(&Stage)) {
    let seats = if scene.is_alone { BROWSERS_MAX } else { 1 };
    let _seats = BROWSERS.acquire_many(seats).await.expect("never closed");
    let setup = Setup {
        is_real_time: true,
        ..scene.airlock
    };
    let (airlock, browser) =
        futures_util::future::join(Airlock::start_with(setup), Browser::start()).await;
    let slicer = if scene.is_sliced {
        Some(Slicer::before(airlock.address).await)
    } else {
        None
    };
    let home = slicer.as_ref().map_or_else(|| airlock.url(), Slicer::url);
    let stage = Stage {
        page: Page::new(browser, home),
        airlock,
        _slicer: slicer,
    };
    let played = AssertUnwindSafe(async {
        match scene.other_page_is_ready {
            None => stage.page.open().await,
            Some(is_ready) => stage.page.open_other(is_ready).await,
        }
        play(&stage).await;
    });
    let played = played.catch_unwind().await;
    let complaints = stage.page.complaints(&scene.tolerated).await;
    if played.is_err() {
        stage.page.browser().take_picture(&picture_name()).await;
    }
    stage.page.into_browser().quit().await;
    let complaints = complaints.join("\n");
    match played {
        Ok(()) => assert!(complaints.is_empty(), "the browser saw:\n{complaints}"),
        Err(panic) => {
            eprintln!("the browser saw:\n{complaints}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// The picture of a failed test is named after the test, as its thread is.
fn picture_name() -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a-test").replace("::", "-");
    format!("failed-{name}")
}
