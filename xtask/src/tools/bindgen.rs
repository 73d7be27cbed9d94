//! wasm-bindgen, from this workspace's own lock file (see `bindgen/`).

use std::path::PathBuf;

use anyhow::Result;

use super::crates;
use crate::process;
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// Builds wasm-bindgen if need be, and returns the folder that it is in.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let step = Step {
        log: "bindgen",
        title: "Building wasm-bindgen (about a minute the first time)",
        crates: crates::count("bindgen", None),
    };
    // The debug build does its work on the page in half a second; an optimised one would take longer to compile than it saves.
    progress.run(
        &step,
        process::cargo().args(["build", "--locked", "--package", "bindgen"]),
    )?;
    Ok(workspace.target.join("debug"))
}
