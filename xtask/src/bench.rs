//! `cargo xtask bench`: builds what people run and what measures it, both for release, and measures. With `--preflight` it measures
//! what a keystroke costs, natively and with the module for other front ends.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::module;
use crate::page::Plan;
use crate::process;
use crate::progress::{Progress, Step};
use crate::server;
use crate::tools::{crates, node, toolchain};
use crate::workspace::Workspace;

/// The steps beside the page's own: getting the crates, building the server, building the bench.
const OWN_STEPS: usize = 3;

/// The files that quote the table.
const QUOTING: [&str; 1] = ["docs/figures.md"];

/// What the measurement is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// A look of some seconds.
    pub(crate) quick: bool,
    /// JSON instead of a table.
    pub(crate) json: bool,
    /// The table goes into the documents that quote it.
    pub(crate) write: bool,
}

/// Measures the release build.
pub(crate) fn run(workspace: &Workspace, wishes: Wishes) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    let plan = Plan::make(workspace)?;
    let mut progress = Progress::new(workspace, OWN_STEPS + plan.steps()?);
    crates::fetch(&mut progress)?;
    let page = plan.carry_out(&mut progress)?;
    let airlock = server::build(&page, &mut progress)?.binary;
    let step = Step {
        log: "bench",
        title: "Building the bench (about a minute the first time)",
        crates: crates::count("bench", None),
    };
    let mut build = process::cargo();
    build.args(["build", "--locked", "--release", "--package", "bench"]);
    progress.run(&step, &mut build)?;
    let mut bench = Command::new(airlock.with_file_name("bench"));
    bench
        .current_dir(&workspace.root)
        .args(["run", "--airlock"])
        .arg(&airlock);
    for (is_wished, flag) in [(wishes.quick, "--quick"), (wishes.json, "--json")] {
        if is_wished {
            bench.arg(flag);
        }
    }
    if wishes.write {
        if wishes.quick {
            bail!("a quick look is no measurement to write down: leave out --quick or --write");
        }
        for file in QUOTING {
            bench.args(["--write", file]);
        }
    }
    outcome(&mut bench)
}

/// Measures what a keystroke costs, natively and with the module for other front ends in Node.
pub(crate) fn preflight(workspace: &Workspace) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    let mut bench = process::cargo();
    bench
        .args([
            "bench",
            "--locked",
            "--package",
            "shared",
            "--bench",
            "preflight",
        ])
        .current_dir(&workspace.root);
    if outcome(&mut bench)? != ExitCode::SUCCESS {
        return Ok(ExitCode::FAILURE);
    }
    let mut progress = Progress::unnumbered(workspace);
    let node = node::ensure(workspace, &mut progress)?;
    let module = module::build(workspace, &mut progress)?;
    let mut bench = process::tool(node.program);
    bench
        .arg(workspace.root.join("preflight-js/bench.mjs"))
        .arg(module);
    outcome(&mut bench)
}

fn outcome(bench: &mut Command) -> Result<ExitCode> {
    let status = bench.status().context("the bench did not start")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
