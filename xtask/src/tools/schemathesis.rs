//! Schemathesis, which tries what an OpenAPI document says, in a Python environment of its own.

use std::path::PathBuf;

use anyhow::Result;

use super::{python, stamp};
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// The one version that the ring was written against.
const PACKAGE: &str = "schemathesis==4.32.5";

/// Installs it if need be, and returns its program.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let folder = workspace.tools().join("schemathesis");
    let programs = folder.join("bin");
    let program = programs.join("schemathesis");
    if stamp::is(&folder, PACKAGE) {
        return Ok(program);
    }
    python::make_environment(&folder, progress)?;
    let step = Step {
        log: "pip",
        title: "Installing Schemathesis for the ring of judges",
        crates: None,
    };
    let python = programs.join("python");
    progress.run(&step, python::pip_install(&python).arg(PACKAGE))?;
    stamp::set(&folder, PACKAGE)?;
    Ok(program)
}
