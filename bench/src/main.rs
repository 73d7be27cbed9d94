//! Measures what Airlock costs: CPU, latency and memory, beside the same load sent straight to the stand-in and through forwarders
//! that check nothing. `cargo xtask bench` builds everything for release and runs this.
//!
//! Every server is a process of its own, so that its CPU time and memory are its own. The ways take turns in short rounds, so that
//! whatever else the machine does meets all of them alike; what counts are ratios within one run.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to the person who runs it"
)]

mod client;
mod forwarder;
mod machine;
mod process;
mod report;
mod scenarios;
mod statistics;
mod ways;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::scenarios::Effort;

/// Measures what Airlock costs.
#[derive(Debug, Parser)]
#[command(bin_name = "bench", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs all scenarios and prints one table
    Run {
        /// The release binary to measure
        #[arg(long)]
        airlock: PathBuf,
        /// A look of some seconds instead of a measurement
        #[arg(long)]
        quick: bool,
        /// Print JSON instead of a table
        #[arg(long)]
        json: bool,
        /// Put the table between the marks of this file too; may be given more than once
        #[arg(long = "write", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// The bare forwarder, as a process of its own
    #[command(hide = true)]
    Forwarder {
        /// Where to forward to
        upstream: SocketAddr,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime did not start")?;
    match cli.command {
        Command::Forwarder { upstream } => runtime.block_on(forwarder::run(upstream)),
        Command::Run {
            airlock,
            quick,
            json,
            files,
        } => {
            let effort = if quick { Effort::QUICK } else { Effort::FULL };
            let report = runtime.block_on(scenarios::run(&airlock, &effort))?;
            for file in &files {
                report.write_into(file)?;
            }
            if json {
                println!("{}", report.to_json()?);
            } else {
                println!("{report}");
            }
            Ok(())
        }
    }
}
