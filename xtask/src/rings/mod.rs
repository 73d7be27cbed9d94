//! `cargo xtask test`: every ring of tests, each timed, all run to their end, summed up in a table.

mod checks;
mod leak;
mod ring;
mod session;
mod summary;

use std::process::ExitCode;

use anyhow::Result;

pub(crate) use ring::Ring;

use crate::environment;
use crate::stopwatch::Stopwatch;
use crate::tools::{crates, toolchain};
use crate::workspace::Workspace;
use session::{Session, Trouble, judge};
use summary::{Outcome, Summary};

/// How the rings are to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// In their long forms.
    pub(crate) soak: bool,
    /// What they measure goes into the documents that quote it.
    pub(crate) write: bool,
}

/// Runs the rings asked for, or all, and what they need.
pub(crate) fn run(workspace: &Workspace, asked: &[Ring], wishes: Wishes) -> Result<ExitCode> {
    let total = Stopwatch::start();
    toolchain::check(workspace)?;
    let mut session = Session::new(workspace, wishes)?;
    crates::fetch(&mut session.progress)?;
    let mut summary = Summary::default();
    for ring in Ring::plan(asked) {
        eprintln!("\n=== {ring}");
        let watch = Stopwatch::start();
        let outcome = outcome(ring, &mut session, &summary);
        summary.add(ring, watch.elapsed(), outcome);
    }
    println!("\n{summary}\n  total    {:>6}", total.elapsed());
    Ok(if summary.is_good(environment::is_ci()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs one ring to its end; a trouble on the way there is told at once, and is the ring's outcome.
fn outcome(ring: Ring, session: &mut Session<'_>, summary: &Summary) -> Outcome {
    if ring.needs_page() && !summary.passed(Ring::Page) {
        eprintln!("not run: the page that it needs could not be built");
        return Outcome::Failed;
    }
    match run_ring(ring, session) {
        Ok(outcome) => outcome,
        Err(Trouble::Provisioning(error)) => {
            let reason = format!("{error:#}");
            eprintln!("{reason}");
            // The table has room for what is missing; the rest was said just now.
            Outcome::NotTried(reason.lines().next().unwrap_or_default().to_owned())
        }
        Err(Trouble::Running(error)) => {
            eprintln!("{error:#}");
            Outcome::Failed
        }
    }
}

fn run_ring(ring: Ring, session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    match ring {
        Ring::Fmt => checks::fmt(session),
        Ring::Clippy => checks::clippy(session),
        Ring::Tidy => checks::tidy(session),
        Ring::Deny => checks::deny(session),
        Ring::Page => build_page(session),
        Ring::Unit => checks::unit(session),
        Ring::Doc => checks::doc(session),
        Ring::Wasm => checks::wasm(session),
        Ring::Api => judge(&mut session.cargo_test("--test api")),
        Ring::Browser => {
            session.need_browser()?;
            session.need_node()?;
            session.need_module()?;
            // It measures, too: what a keystroke costs, what the page weighs.
            judge(&mut session.cargo_test("--test browser -- --show-output"))
        }
        Ring::Leak => leak::run(session),
        Ring::Sdk => {
            session.need_python()?;
            session.need_node()?;
            // It measures, too: how far off the token estimates are.
            judge(&mut session.cargo_test("--test sdk -- --show-output"))
        }
        Ring::Judges => {
            session.need_judges()?;
            judge(&mut session.cargo_test("--test judges -- --show-output"))
        }
        Ring::Scanner => {
            session.need_scanners()?;
            judge(&mut session.cargo_test("--test scanner -- --show-output"))
        }
        Ring::Bench => checks::bench(session),
        // One after the other: they measure.
        Ring::Endurance => {
            judge(&mut session.cargo_test("--test endurance -- --test-threads 1 --show-output"))
        }
        Ring::Siege => {
            session.need_slowhttptest()?;
            judge(&mut session.cargo_test("--test siege -- --show-output"))
        }
    }
}

fn build_page(session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    let page = session
        .plan
        .carry_out(&mut session.progress)
        .map_err(Trouble::Running)?;
    session.page = Some(page);
    Ok(Outcome::Passed)
}
