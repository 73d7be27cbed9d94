//! The rings that look at the code alone: layout, lints, house rules, dependencies, unit tests, documentation.

use std::io::{IsTerminal as _, stdout};
use std::process::ExitCode;

use super::session::{Session, Trouble, judge, judge_all};
use super::summary::Outcome;
use crate::tools::toolchain::{self, WASM};
use crate::{deny, page, process, tidy};

/// What a test for WebAssembly is marked with.
const WASM_TEST: &str = "wasm_bindgen_test";
/// The crates that run in the browser.
const BROWSER_CRATES: [&str; 2] = ["frontend", "shared"];

pub(super) fn fmt(session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    toolchain::ensure_components(&mut session.progress).map_err(Trouble::Provisioning)?;
    // Left to itself, rustfmt colours what goes to a file, too.
    let color = if stdout().is_terminal() {
        "always"
    } else {
        "never"
    };
    judge(&mut session.cargo(&format!("fmt --all --check -- --color {color}")))
}

pub(super) fn clippy(session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    toolchain::ensure_components(&mut session.progress).map_err(Trouble::Provisioning)?;
    toolchain::ensure_wasm_target(&mut session.progress).map_err(Trouble::Provisioning)?;
    let host = session.cargo("clippy --locked --workspace --all-targets -- -D warnings");
    let page = session.cargo(&format!(
        "clippy --locked --target {WASM} --package frontend --package preflight-js --package shared -- -D warnings"
    ));
    let others = page::other_manifests().map(|manifest| {
        session.cargo(&format!(
            "clippy --locked --target {WASM} --manifest-path {manifest} -- -D warnings"
        ))
    });
    judge_all([host, page].into_iter().chain(others))
}

pub(super) fn tidy(session: &Session<'_>) -> Result<Outcome, Trouble> {
    let code = tidy::run(session.workspace).map_err(Trouble::Running)?;
    Ok(if code == ExitCode::SUCCESS {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

pub(super) fn deny(session: &Session<'_>) -> Result<Outcome, Trouble> {
    let is_clean = deny::run(session.workspace).map_err(Trouble::Running)?;
    Ok(if is_clean {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

pub(super) fn unit(session: &Session<'_>) -> Result<Outcome, Trouble> {
    judge_all([
        session.cargo_test("--lib --bins"),
        session.cargo_test("--doc"),
    ])
}

pub(super) fn doc(session: &Session<'_>) -> Result<Outcome, Trouble> {
    let mut command = session.cargo("doc --locked --workspace --exclude bindgen --no-deps");
    judge(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs the bench in its short form, built as the tests are.
pub(super) fn bench(session: &Session<'_>) -> Result<Outcome, Trouble> {
    // The selection is that of the tests, so that nothing is compiled a second time.
    let built = judge(&mut session.cargo("build --locked --workspace --exclude bindgen --bins"))?;
    if built != Outcome::Passed {
        return Ok(built);
    }
    let folder = session.workspace.target.join("debug");
    let mut command = process::tool(folder.join("bench"));
    command
        .args(["run", "--quick", "--airlock"])
        .arg(folder.join("airlock"));
    judge(&mut command)
}

pub(super) fn wasm(session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    let crates: Vec<_> = BROWSER_CRATES
        .into_iter()
        .filter(|name| has_wasm_tests(session, name))
        .collect();
    if crates.is_empty() {
        return Ok(Outcome::Empty);
    }
    toolchain::ensure_wasm_target(&mut session.progress).map_err(Trouble::Provisioning)?;
    session.need_browser()?;
    session.need_node()?;
    judge_all(crates.into_iter().map(|name| {
        let mut command = session.cargo(&format!(
            "test --locked --no-fail-fast --target {WASM} --package {name}"
        ));
        command.envs(session.settings());
        command
    }))
}

fn has_wasm_tests(session: &Session<'_>, name: &str) -> bool {
    // The marker stands in the manifest too, as the name of the crate that provides it: a crate that tests no WebAssembly does
    // not depend on it.
    session
        .workspace
        .read(format!("{name}/Cargo.toml"))
        .is_ok_and(|manifest| manifest.replace('-', "_").contains(WASM_TEST))
}
