//! Chromium and its driver, for the tests that need a real browser.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::packages::{self, Wanted};
use crate::process;
use crate::progress::Progress;

/// The names that Chromium goes by, the free one first.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];
/// Where macOS keeps programs with a window.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/// Where packages keep the driver if not on the path.
const DRIVER_FOLDERS: [&str; 2] = ["/usr/lib/chromium", "/usr/lib/chromium-browser"];
const DRIVER: &str = "chromedriver";

const WANTED: Wanted = Wanted {
    what: "Chromium with its driver",
    // A machine that never had a window may have no font either, and then screenshots show boxes.
    debian: &["chromium", "chromium-driver", "fonts-liberation"],
    macos: "brew install --cask chromium chromedriver",
};

/// A browser and the driver that fits it.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// The browser's program.
    pub(crate) chromium: PathBuf,
    /// The program that drives it.
    pub(crate) driver: PathBuf,
}

/// Finds both, or installs them where that is ours to do.
pub(crate) fn ensure(progress: &mut Progress) -> Result<Browser> {
    if let Some(browser) = find() {
        return check_versions(browser);
    }
    packages::install(&WANTED, progress)?;
    match find() {
        Some(browser) => check_versions(browser),
        None => bail!("{} was installed and is not to be found", WANTED.what),
    }
}

fn find() -> Option<Browser> {
    let existing = |path: PathBuf| path.is_file().then_some(path);
    let chromium = NAMES.into_iter().find_map(process::find).or_else(|| {
        APPLICATIONS
            .into_iter()
            .map(PathBuf::from)
            .find_map(existing)
    })?;
    let driver = process::find(DRIVER).or_else(|| {
        DRIVER_FOLDERS
            .into_iter()
            .map(|folder| Path::new(folder).join(DRIVER))
            .find_map(existing)
    })?;
    Some(Browser { chromium, driver })
}

/// A driver drives browsers of its own major version alone, and its own words about another are hard to read.
fn check_versions(browser: Browser) -> Result<Browser> {
    let chromium = process::read(process::tool(&browser.chromium).arg("--version"))?;
    let driver = process::read(process::tool(&browser.driver).arg("--version"))?;
    if major(&chromium).is_none() || major(&chromium) != major(&driver) {
        bail!(
            "{} is {chromium}, and {} is {driver}: install a driver of the browser's version",
            browser.chromium.display(),
            browser.driver.display()
        );
    }
    Ok(browser)
}

/// The major version in words such as `Chromium 156.0.8078.79 built on Debian` or `ChromeDriver 156.0.8078.79 (…)`.
fn major(version: &str) -> Option<u32> {
    version
        .split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_are_read_from_either_programs_words() {
        assert_eq!(
            major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"),
            Some(156)
        );
        assert_eq!(
            major("ChromeDriver 156.0.8078.79 (abc-refs/branch-heads/8078@{#1})"),
            Some(156)
        );
        assert_eq!(major("Google Chrome 155.0.1.2 beta"), Some(155));
        assert_eq!(major("no version"), None);
    }
}
