//! Long steps: what runs, for how long and how far it is, with its full output in a file and its last lines shown on failure.
//!
//! All of it goes to standard error; standard output is for results that scripts read.

mod advice;
mod display;
mod meter;
mod step;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

pub(crate) use step::Step;

use crate::workspace::Workspace;

/// The steps of one command, numbered.
#[derive(Debug)]
pub(crate) struct Progress {
    logs: PathBuf,
    /// How many steps there will be; zero leaves them unnumbered.
    total: usize,
    begun: usize,
}

impl Progress {
    /// Expects `total` steps and writes their output below the workspace's target folder.
    pub(crate) fn new(workspace: &Workspace, total: usize) -> Self {
        Self {
            logs: workspace.logs(),
            total,
            begun: 0,
        }
    }

    /// Leaves steps without numbers, for a command that cannot know how many there will be.
    pub(crate) fn unnumbered(workspace: &Workspace) -> Self {
        Self::new(workspace, 0)
    }

    /// Runs one step to its end and returns what it printed to its standard output.
    pub(crate) fn run(&mut self, step: &Step<'_>, command: &mut Command) -> Result<Vec<String>> {
        self.announce(step.title);
        step.run(&self.logs, command)
    }

    /// Says that a step starts which needs no program of its own to run to its end.
    pub(crate) fn announce(&mut self, title: &str) {
        self.begun += 1;
        if self.total == 0 {
            eprintln!("==> {title}");
        } else {
            eprintln!("[{}/{}] {title}", self.begun, self.total);
        }
    }
}
