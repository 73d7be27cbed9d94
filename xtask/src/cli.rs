//! What can be asked of `cargo xtask`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;
use crate::{demo, dist, page};

/// Airlock's own commands: see it run, test it, build it.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds everything and runs it on port 8080, answered by a stand-in for Claude until a key is set
    Demo {
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDR", default_value = demo::DEFAULT_LISTEN)]
        listen: String,
        /// Further arguments for the server, after `--`
        #[arg(last = true)]
        rest: Vec<OsString>,
    },
    /// Builds the release binary with the page inside, and says where it is and what it weighs
    Dist,
    /// Builds the page alone and prints the folder that it is in
    Page,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Result<ExitCode> {
        let workspace = Workspace::locate()?;
        match self.command {
            Command::Demo { listen, rest } => demo::run(&workspace, &listen, &rest),
            Command::Dist => dist::run(&workspace),
            Command::Page => page::run(&workspace),
        }
    }
}
