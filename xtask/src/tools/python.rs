//! A Python of its own below the target folder, with the official SDKs for the SDK ring.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::packages::{self, Wanted};
use super::stamp;
use crate::process;
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// The official SDKs, each in the one version that the ring was written against.
const PACKAGES: [&str; 2] = ["anthropic==2.12.0", "openai==3.54.0"];

const WANTED: Wanted = Wanted {
    what: "Python 3 with its venv module",
    debian: &["python3", "python3-venv"],
    macos: "brew install python3",
};

/// Makes the environment if need be, and returns its Python.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let folder = workspace.tools().join("python");
    let python = folder.join("bin").join("python");
    let contents = PACKAGES.join("\n");
    if stamp::is(&folder, &contents) {
        return Ok(python);
    }
    make_environment(&folder, progress)?;
    let title = format!("Installing {} for the SDK ring", PACKAGES.join(" and "));
    let step = Step {
        log: "pip",
        title: &title,
        crates: None,
    };
    progress.run(&step, pip_install(&python).args(PACKAGES))?;
    stamp::set(&folder, &contents)?;
    Ok(python)
}

/// The command that installs packages into the environment of this Python, without their names.
pub(super) fn pip_install(python: &Path) -> Command {
    let mut pip = process::tool(python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]);
    pip
}

/// Makes an empty environment, with the Python on the path or, failing that, with the system's own.
pub(super) fn make_environment(folder: &Path, progress: &mut Progress) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} could not be emptied", folder.display()))?;
    }
    if process::find("python3").is_some_and(|python| venv(&python, folder, progress).is_ok()) {
        return Ok(());
    }
    packages::install(&WANTED, progress)?;
    venv(Path::new("/usr/bin/python3"), folder, progress)
}

fn venv(python: &Path, folder: &Path, progress: &mut Progress) -> Result<()> {
    let step = Step {
        log: "venv",
        title: "Making a Python environment below the target folder",
        crates: None,
    };
    progress
        .run(
            &step,
            process::tool(python)
                .args(["-m", "venv", "--clear"])
                .arg(folder),
        )
        .map(drop)
}
