//! `cargo xtask dev`: the page and the server while somebody works on them, each built anew when its sources change.
//!
//! trunk watches the page and leaves it in `dist`; the server reads it from there, so that a reload of the browser's tab shows it. The
//! server itself is built and started anew from here.

mod child;
mod sources;

use std::ffi::OsString;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::demo;
use crate::page::Plan;
use crate::process;
use crate::progress::Progress;
use crate::stopwatch::Stopwatch;
use crate::tools::{crates, toolchain};
use crate::workspace::Workspace;
use child::Running;
use sources::Sources;

/// How often the sources are looked at: a person does not notice the wait, and a look takes two milliseconds.
const PERIOD: Duration = Duration::from_millis(250);
/// Where trunk leaves the page, as `Trunk.toml` says too.
const PAGE: &str = "dist";

/// Builds and runs both until it is stopped; `rest` are further arguments for the server.
pub(crate) fn run(workspace: &Workspace, listen: &str, rest: &[OsString]) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    demo::check_is_free(listen)?;
    let settings = demo::settings(workspace)?;
    let mut progress = Progress::unnumbered(workspace);
    crates::fetch(&mut progress)?;
    let page = workspace.root.join(PAGE);
    let mut watch = Plan::make(workspace)?.watch(&mut progress, &page)?;
    // Caught before anything runs that would have to be stopped.
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be caught")?;
    let mut command = Command::new(workspace.target.join("debug").join("airlock"));
    command
        .args(["serve", "--listen", listen, "--assets", PAGE])
        .args(rest)
        .current_dir(&workspace.root)
        .envs(settings);
    let mut server = Server {
        workspace,
        sources: Sources::of(workspace),
        command,
        running: None,
    };
    server.build_and_start()?;
    let mut trunk = Running::start(&mut watch)?;
    println!("\n  Reload the page in the browser to see a change. Ctrl-C stops both.\n");
    while signals.pending().next().is_none() {
        if let Some(status) = trunk.ended()? {
            bail!("trunk ended ({status}); its own words stand above");
        }
        server.look()?;
        thread::sleep(PERIOD);
    }
    Ok(ExitCode::SUCCESS)
}

/// The server, as its sources last made it.
struct Server<'a> {
    workspace: &'a Workspace,
    sources: Sources,
    command: Command,
    /// None while it does not compile, or after it ended by itself.
    running: Option<Running>,
}

impl Server<'_> {
    /// Builds it anew if a source has changed, and notices when it has ended.
    fn look(&mut self) -> Result<()> {
        if self.sources.have_changed() {
            return self.build_and_start();
        }
        if let Some(running) = &mut self.running
            && let Some(status) = running.ended()?
        {
            println!("xtask: the server ended ({status}); the next change starts it again");
            self.running = None;
        }
        Ok(())
    }

    /// What compiles takes the place of what runs; what does not leaves it running.
    fn build_and_start(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        println!("xtask: building the server");
        let mut build = process::cargo();
        build
            .args(["build", "--locked", "--quiet", "--package", "backend"])
            .current_dir(&self.workspace.root);
        let status = build.status().context("cargo could not be started")?;
        if !status.success() {
            println!("xtask: the server does not compile; the next change builds it again");
            return Ok(());
        }
        // The old one has to leave the address first.
        self.running = None;
        self.running = Some(Running::start(&mut self.command)?);
        println!("xtask: the server was built in {}", watch.elapsed());
        Ok(())
    }
}
