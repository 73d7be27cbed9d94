//! What can be asked of `cargo xtask`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::rings::Ring;
use crate::workspace::Workspace;
use crate::{bench, demo, dev, dist, docs, module, page, rings, tidy};

/// Airlock's own commands: see it run, test it, build it.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures what Airlock costs, beside the same load without it (some ten minutes)
    Bench {
        /// A look of some seconds, to see that everything works
        #[arg(long)]
        quick: bool,
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
        /// Put the table into the documents that quote it too
        #[arg(long)]
        write: bool,
        /// What a keystroke costs instead, natively and in Node (some minutes)
        #[arg(long, conflicts_with_all = ["quick", "json", "write"])]
        preflight: bool,
    },
    /// Builds everything and runs it on port 8080, answered by a stand-in for Claude until a key is set
    Demo {
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDR", default_value = demo::DEFAULT_LISTEN)]
        listen: String,
        /// Further arguments for the server, after `--`
        #[arg(last = true)]
        rest: Vec<OsString>,
    },
    /// Runs page and server for those who work on them: each is built anew when its sources change
    Dev {
        /// Where to listen
        #[arg(long, value_name = "ADDR", default_value = demo::DEFAULT_LISTEN)]
        listen: String,
        /// Further arguments for the server, after `--`
        #[arg(last = true)]
        rest: Vec<OsString>,
    },
    /// Builds the release binary with the page inside, and says where it is and what it weighs
    Dist,
    /// Writes the documentation that comes from the source: docs/errors.md and the others
    Docs,
    /// Builds the preflight as an ES module for other front ends and prints the folder that it is in
    Module,
    /// Builds the page alone and prints the folder that it is in
    Page,
    /// Runs the rings of tests, all of them unless some are named, and gets what they need
    Test {
        /// Run the long forms: hundreds of kills, millions of inputs
        #[arg(long)]
        soak: bool,
        /// Put what the rings measure into the documents that quote it
        #[arg(long)]
        write: bool,
        /// The rings to run; those that they need come along
        #[arg(value_enum)]
        rings: Vec<Ring>,
    },
    /// Checks the house rules that no compiler knows
    Tidy,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Result<ExitCode> {
        let workspace = Workspace::locate()?;
        match self.command {
            Command::Bench {
                preflight: true, ..
            } => bench::preflight(&workspace),
            Command::Bench {
                quick, json, write, ..
            } => bench::run(&workspace, bench::Wishes { quick, json, write }),
            Command::Demo { listen, rest } => demo::run(&workspace, &listen, &rest),
            Command::Dev { listen, rest } => dev::run(&workspace, &listen, &rest),
            Command::Dist => dist::run(&workspace),
            Command::Docs => docs::run(&workspace),
            Command::Module => module::run(&workspace),
            Command::Page => page::run(&workspace),
            Command::Test { soak, write, rings } => {
                rings::run(&workspace, &rings, rings::Wishes { soak, write })
            }
            Command::Tidy => tidy::run(&workspace),
        }
    }
}
