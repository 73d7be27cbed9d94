//! What the rings of one run share: the page once it is built, the tools once they are there, and how cargo is called.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Wishes;
use super::summary::Outcome;
use crate::module;
use crate::page::Plan;
use crate::process;
use crate::progress::Progress;
use crate::tools::{browser, judges, node, python, scanners, schemathesis, slowhttptest};
use crate::workspace::Workspace;

/// Why a ring could not run to an end that says something about the code.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What the ring needs could not be had.
    Provisioning(anyhow::Error),
    /// A command of the ring could not be run.
    Running(anyhow::Error),
}

/// One run of `cargo xtask test`.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) progress: Progress,
    /// What the page's sources in the checkout make.
    pub(super) plan: Plan<'a>,
    /// The page's folder, as soon as it is there.
    pub(super) page: Option<PathBuf>,
    /// How the rings are to run.
    wishes: Wishes,
    /// Settings for the tests that provisioning found out.
    settings: Vec<(&'static str, OsString)>,
}

impl<'a> Session<'a> {
    pub(super) fn new(workspace: &'a Workspace, wishes: Wishes) -> Result<Self> {
        let plan = Plan::make(workspace)?;
        // A page that is there already counts from the start: the server is then compiled with it once, and not first without.
        let page = plan.built();
        Ok(Self {
            workspace,
            progress: Progress::unnumbered(workspace),
            plan,
            page,
            wishes,
            settings: Vec::new(),
        })
    }

    /// A cargo command, its words apart by single spaces; every ring compiles the server with the same page inside.
    pub(super) fn cargo(&self, words: &str) -> Command {
        let mut command = process::cargo();
        command
            .args(words.split(' '))
            .current_dir(&self.workspace.root);
        if let Some(page) = &self.page {
            command
                .env("AIRLOCK_PAGE", page)
                .env("AIRLOCK_PAGE_DIST", page);
        }
        command
    }

    /// A cargo command that runs tests of the workspace's crates.
    ///
    /// The selection of crates is always the same: cargo settles the features of their dependencies by it, and another
    /// selection would compile half of them a second time. `bindgen` is a tool and has no tests.
    pub(super) fn cargo_test(&self, words: &str) -> Command {
        let mut command = self.cargo("test --locked --no-fail-fast --workspace --exclude bindgen");
        command.args(words.split(' ')).envs(self.settings());
        command.env(
            "AIRLOCK_SCREENSHOTS",
            self.workspace.target.join("screenshots"),
        );
        for (is_wished, name) in [
            (self.wishes.soak, "AIRLOCK_SOAK"),
            (self.wishes.write, "AIRLOCK_WRITE"),
        ] {
            if is_wished {
                command.env(name, "1");
            }
        }
        command
    }

    /// What provisioning found out so far, as settings for tests.
    pub(super) fn settings(&self) -> impl Iterator<Item = (&'static str, &OsString)> {
        self.settings.iter().map(|(name, value)| (*name, value))
    }

    /// Gets a browser with its driver.
    pub(super) fn need_browser(&mut self) -> Result<(), Trouble> {
        let browser = browser::ensure(&mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("CHROMIUM", browser.chromium);
        self.set("CHROMEDRIVER", browser.driver);
        Ok(())
    }

    /// Gets Node with the packages that the rings use.
    pub(super) fn need_node(&mut self) -> Result<(), Trouble> {
        let node =
            node::ensure(self.workspace, &mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_SDK_NODE", node.program);
        self.set("AIRLOCK_SDK_NODE_MODULES", node.modules);
        Ok(())
    }

    /// Builds the preflight as a module for other front ends.
    pub(super) fn need_module(&mut self) -> Result<(), Trouble> {
        let folder = module::build(self.workspace, &mut self.progress).map_err(Trouble::Running)?;
        self.set("AIRLOCK_PREFLIGHT_JS", folder);
        Ok(())
    }

    /// Gets Node, the judges of our headers, and the judge of our OpenAPI document.
    pub(super) fn need_judges(&mut self) -> Result<(), Trouble> {
        self.need_node()?;
        let judges =
            judges::ensure(self.workspace, &mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_JUDGES", judges);
        let schemathesis = schemathesis::ensure(self.workspace, &mut self.progress)
            .map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_SCHEMATHESIS", schemathesis);
        Ok(())
    }

    /// Gets a Python with the official SDKs.
    pub(super) fn need_python(&mut self) -> Result<(), Trouble> {
        let python =
            python::ensure(self.workspace, &mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_SDK_PYTHON", python);
        Ok(())
    }

    /// Gets the scanners that ours is compared with.
    pub(super) fn need_scanners(&mut self) -> Result<(), Trouble> {
        let scanners =
            scanners::ensure(self.workspace, &mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_SCANNERS", scanners);
        Ok(())
    }

    /// Gets the tool that plays slow clients.
    pub(super) fn need_slowhttptest(&mut self) -> Result<(), Trouble> {
        let program = slowhttptest::ensure(&mut self.progress).map_err(Trouble::Provisioning)?;
        self.set("AIRLOCK_SLOWHTTPTEST", program);
        Ok(())
    }

    fn set(&mut self, name: &'static str, value: PathBuf) {
        self.settings.push((name, value.into()));
    }
}

/// Runs a command with its own output, and judges it by its exit status.
pub(super) fn judge(command: &mut Command) -> Result<Outcome, Trouble> {
    println!("$ {}", process::describe(command));
    let status = command
        .status()
        .with_context(|| format!("`{}` could not be started", process::describe(command)))
        .map_err(Trouble::Running)?;
    Ok(if status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed
    })
}

/// Runs all commands, whatever becomes of the earlier ones: together they pass or fail.
pub(super) fn judge_all(commands: impl IntoIterator<Item = Command>) -> Result<Outcome, Trouble> {
    let mut outcome = Outcome::Passed;
    for mut command in commands {
        if judge(&mut command)? == Outcome::Failed {
            outcome = Outcome::Failed;
        }
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = process::tool("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_commands_exit_status_decides() {
        assert_eq!(judge(&mut shell("exit 0")).unwrap(), Outcome::Passed);
        assert_eq!(judge(&mut shell("exit 1")).unwrap(), Outcome::Failed);
    }

    #[test]
    fn one_failure_among_many_counts() {
        assert_eq!(
            judge_all([shell("exit 1"), shell("exit 0")]).unwrap(),
            Outcome::Failed
        );
        assert_eq!(
            judge_all([shell("exit 0"), shell("exit 0")]).unwrap(),
            Outcome::Passed
        );
    }
}
