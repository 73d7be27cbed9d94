//! How Chromium is started: without a window, without anything that calls home, with a profile of its own.

use std::process::Command;

use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::manager::{BrowserKind, StdioMode};
use thirtyfour::{ChromeCapabilities, WebDriver};

use crate::settings::setting;

const FLAGS: [&str; 14] = [
    "--headless=new",
    // Whoever tests in a container is root there, and Chromium's sandbox does not start for root. It only sees our own pages.
    "--no-sandbox",
    "--disable-gpu",
    // A container's shared memory is 64 MB, which is less than a heap snapshot may need.
    "--disable-dev-shm-usage",
    // Everything here is on loopback; a proxy from the environment would only be in the way.
    "--no-proxy-server",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--lang=en-US",
    // Screenshots look the same on every machine.
    "--force-color-profile=srgb",
];

/// Starts a driver, and with it a browser.
pub(super) async fn chromium() -> WebDriver {
    // Every test of a process asks for it; the first one gets it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut wishes = ChromeCapabilities::new();
    let chromium = setting("CHROMIUM");
    wishes
        .set_binary(&chromium.to_string_lossy())
        .expect("a path");
    for flag in FLAGS {
        wishes.add_arg(flag).expect("a flag");
    }
    WebDriver::managed(wishes)
        .driver_binary(BrowserKind::Chrome, setting("CHROMEDRIVER"))
        .offline()
        .stdio(StdioMode::Null)
        .await
        .unwrap_or_else(|error| panic!("no browser: {error}\n{}", versions()))
}

/// Which programs were asked, for the case that they do not fit each other.
fn versions() -> String {
    let of = |name: &str| {
        let said = Command::new(setting(name)).arg("--version").output();
        said.map_or_else(
            |error| format!("{name}: {error}"),
            |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
        )
    };
    format!("{}\n{}", of("CHROMIUM"), of("CHROMEDRIVER"))
}
