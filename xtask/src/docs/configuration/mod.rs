//! What can be set: `docs/configuration.md`, and the files to copy, `airlock.example.toml` and `.env.example`.
//!
//! Names, types and words come from the source. Defaults come from the server itself, through `airlock.example.toml`, which keeps
//! them: `cargo xtask docs` asks for them, and a test of the server compares that file with what holds.

mod defaults;
mod example;
mod page;
mod settings;

use anyhow::Result;

use crate::source::Tree;
use crate::workspace::Workspace;
use defaults::Defaults;
use settings::Settings;

/// The file that keeps the defaults.
pub(super) const EXAMPLE: &str = example::PATH;

/// Writes `docs/configuration.md`.
pub(super) fn write_page(tree: &Tree) -> Result<String> {
    page::write(&Settings::read(tree)?, &Defaults::kept(tree)?)
}

/// Writes `.env.example`.
pub(super) fn write_environment(tree: &Tree) -> Result<String> {
    example::environment(&Settings::read(tree)?, &Defaults::kept(tree)?)
}

/// Writes `airlock.example.toml` with the defaults that it has.
pub(super) fn write_example(tree: &Tree) -> Result<String> {
    example::toml(&Settings::read(tree)?, &Defaults::kept(tree)?)
}

/// Writes `airlock.example.toml` with the defaults that hold, which takes a build of the server.
pub(super) fn write_true_example(workspace: &Workspace, tree: &Tree) -> Result<String> {
    example::toml(&Settings::read(tree)?, &Defaults::ask(workspace)?)
}
