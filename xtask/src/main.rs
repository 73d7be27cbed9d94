//! `cargo xtask`: what people and CI run in this workspace. `cargo xtask --help` lists it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "xtask talks to the person who runs it"
)]

mod bench;
mod cli;
mod demo;
mod deny;
mod dev;
mod dist;
mod docs;
mod environment;
mod module;
mod page;
mod process;
mod progress;
mod rings;
mod server;
mod source;
mod stopwatch;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            let causes: Vec<_> = error.chain().map(ToString::to_string).collect();
            eprintln!("\nerror: {}", causes.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}
