//! A real browser: Chromium of its own for each test, driven by `WebDriver` for what a person does and by its developer tools for
//! what a person cannot see.
//!
//! Each test starts a driver of its own too. One for the whole ring would save 50 ms a test and would be started by the runtime of
//! a test that ends before the others.

mod evidence;
mod inspection;
mod launch;
mod page;
mod screen;
mod verdict;

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use thirtyfour::WebDriver;
use thirtyfour::cdp::CdpSession;

pub use evidence::{Event, Evidence};
pub use page::Page;
pub use screen::{Screen, Theme};
pub use verdict::Tolerated;

/// How long anything may take to appear on the page. Generous, since two cores may be busy with other work; nothing waits for it
/// to pass.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one tab.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    tools: CdpSession,
    evidence: Evidence,
}

impl Browser {
    /// Starts one, on a wide screen. It shows nothing yet, and everything that happens in it from now on is evidence.
    pub async fn start() -> Self {
        let driver = launch::chromium().await;
        let tools = driver
            .cdp()
            .connect()
            .await
            .expect("the browser's developer tools");
        let evidence = Evidence::collect(tools.subscribe_connection(), tools.session_id());
        let browser = Self {
            driver,
            tools,
            evidence,
        };
        for domain in ["Page", "Network", "Runtime", "Log", "Audits"] {
            browser.tell(&format!("{domain}.enable"), ()).await;
        }
        browser.use_screen(Screen::Desktop).await;
        browser
    }

    /// The driver, for what a person does with mouse and keyboard.
    pub const fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// What has happened in the tab.
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Asks the developer tools, which must know the answer.
    pub async fn tell(&self, method: &str, parameters: impl Serialize) -> Value {
        self.try_tell(method, parameters)
            .await
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Asks the developer tools, which may refuse: what is asked for may be gone.
    ///
    /// # Errors
    ///
    /// The tools' own words.
    pub async fn try_tell(
        &self,
        method: &str,
        parameters: impl Serialize,
    ) -> Result<Value, String> {
        let parameters = serde_json::to_value(parameters).expect("parameters are JSON");
        let answer = self.tools.send_raw(method, parameters).await;
        answer.map_err(|error| error.to_string())
    }

    /// Waits until all that has happened so far is in the evidence.
    pub async fn settle(&self) {
        self.evidence.mark_reached(&self.tools).await;
    }

    /// Closes it.
    pub async fn quit(self) {
        self.driver.quit().await.expect("the browser closes");
    }
}
