//! The Rust toolchain and the C compiler: old enough to work, with the target and the components that are asked for.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// What the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The programs of each rustup component that the tests use.
const COMPONENTS: [(&str, [&str; 2]); 2] = [
    ("clippy", ["cargo-clippy", "clippy-driver"]),
    ("rustfmt", ["cargo-fmt", "rustfmt"]),
];

/// Says in words what is missing before anything long starts.
///
/// # Errors
///
/// On a rustc that is older than the workspace needs, and where there is no C compiler.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let version = process::read(process::tool("rustc").arg("--version"))
        .context("Airlock is built by rustup's toolchain: see https://rustup.rs")?;
    if !is_new_enough(&version, &workspace.rust_version) {
        bail!(
            "this is {version}, and Airlock needs {} or newer: `rustup update stable`",
            workspace.rust_version
        );
    }
    if process::read(process::tool("cc").arg("--version")).is_err() {
        bail!(
            "there is no C compiler (`cc`). Install one: `sudo apt-get install gcc libc6-dev` on Debian and Ubuntu, \
             `sudo dnf install gcc` on Fedora, `xcode-select --install` on macOS"
        );
    }
    Ok(())
}

/// Whether the WebAssembly target is there.
pub(crate) fn has_wasm_target() -> Result<bool> {
    let words = format!("--print target-libdir --target {WASM}");
    let libraries = process::read(process::tool("rustc").args(words.split(' ')))?;
    Ok(Path::new(&libraries).is_dir())
}

/// Adds the WebAssembly target where it is missing.
pub(crate) fn ensure_wasm_target(progress: &mut Progress) -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    rustup(
        progress,
        "Adding the WebAssembly target",
        &["target", "add", WASM],
    )
}

/// Adds clippy and rustfmt where they are missing.
pub(crate) fn ensure_components(progress: &mut Progress) -> Result<()> {
    let programs = PathBuf::from(process::read(
        process::tool("rustc").args(["--print", "sysroot"]),
    )?)
    .join("bin");
    for (component, needed) in COMPONENTS {
        if !needed
            .iter()
            .all(|program| programs.join(program).is_file())
        {
            rustup(
                progress,
                &format!("Adding {component}"),
                &["component", "add", component],
            )?;
        }
    }
    Ok(())
}

/// The triple of the machine that builds, which proc macros and the server are compiled for.
pub(crate) fn host() -> Result<String> {
    let about = process::read(process::tool("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

fn rustup(progress: &mut Progress, title: &str, words: &[&str]) -> Result<()> {
    let Some(rustup) = process::find("rustup") else {
        bail!(
            "{title} needs rustup, which is not there: get it from https://rustup.rs, or run what does `rustup {}`",
            words.join(" ")
        );
    };
    let step = Step {
        log: "rustup",
        title,
        crates: None,
    };
    progress
        .run(&step, process::tool(rustup).args(words))
        .map(drop)
}

/// Whether a line such as `rustc 1.95.0 (5980761 2026-04-14)` is at least `minimum`, such as `1.95`.
fn is_new_enough(version_line: &str, minimum: &str) -> bool {
    let Some(version) = version_line.split_whitespace().nth(1) else {
        return false;
    };
    major_and_minor(version) >= major_and_minor(minimum)
}

fn major_and_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(['.', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(is_new_enough("rustc 1.95.0 (5980761 2026-04-14)", "1.95"));
        assert!(is_new_enough(
            "rustc 1.100.0-nightly (abc 2026-10-01)",
            "1.95"
        ));
        assert!(!is_new_enough("rustc 1.94.1 (abc 2026-03-01)", "1.95"));
    }

    #[test]
    fn a_version_that_cannot_be_read_is_not_new_enough() {
        assert!(!is_new_enough("rustc", "1.95"));
        assert!(!is_new_enough("gcc version unknown", "1.95"));
    }
}
