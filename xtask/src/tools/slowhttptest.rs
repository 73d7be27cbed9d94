//! slowhttptest, which plays clients that are slow on purpose.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::packages::{self, Wanted};
use crate::process;
use crate::progress::Progress;

const PROGRAM: &str = "slowhttptest";

const WANTED: Wanted = Wanted {
    what: PROGRAM,
    debian: &[PROGRAM],
    macos: "brew install slowhttptest",
};

/// Finds it, or installs it where that is ours to do.
pub(crate) fn ensure(progress: &mut Progress) -> Result<PathBuf> {
    if !cfg!(target_os = "linux") {
        bail!("the siege needs two loopback addresses, which Linux alone has without being told");
    }
    if let Some(program) = process::find(PROGRAM) {
        return Ok(program);
    }
    packages::install(&WANTED, progress)?;
    match process::find(PROGRAM) {
        Some(program) => Ok(program),
        None => bail!("{PROGRAM} was installed and is not to be found"),
    }
}
