//! What can be asked of `cargo xtask`.

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::page;
use crate::workspace::Workspace;

/// Airlock's own commands: see it run, test it, build it.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds the page alone and prints the folder that it is in
    Page,
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> Result<()> {
        let workspace = Workspace::locate()?;
        match self.command {
            Command::Page => page::run(&workspace),
        }
    }
}
