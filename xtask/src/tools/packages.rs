//! The system's packages: installed where that is ours to do, named with the command to type elsewhere.

use anyhow::{Result, bail};
use nix::unistd::geteuid;

use crate::process;
use crate::progress::{Progress, Step};

/// Something that the system's packages provide.
#[derive(Debug)]
pub(super) struct Wanted {
    /// What it is, for people.
    pub(super) what: &'static str,
    /// Its packages on Debian and Ubuntu.
    pub(super) debian: &'static [&'static str],
    /// The command that gets it on macOS.
    pub(super) macos: &'static str,
}

/// Installs what is wanted: on Debian, when this is the administrator already.
///
/// # Errors
///
/// With the command to type, where it is not ours to install.
pub(super) fn install(wanted: &Wanted, progress: &mut Progress) -> Result<()> {
    let packages = wanted.debian.join(" ");
    let Some(apt_get) = process::find("apt-get") else {
        bail!(
            "{} is missing. On macOS: `{}`; on Linux, install what Debian calls {packages}",
            wanted.what,
            wanted.macos
        );
    };
    if !geteuid().is_root() {
        bail!(
            "{} is missing, and only the administrator can install it: `sudo apt-get install -y {packages}`",
            wanted.what
        );
    }
    let apt_get = |words: &[&str]| {
        let mut command = process::tool(&apt_get);
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let update = Step {
        log: "apt-update",
        title: "Reading Debian's lists of packages",
        crates: None,
    };
    progress.run(&update, &mut apt_get(&["update"]))?;
    let title = format!("Installing {} ({packages})", wanted.what);
    let install = Step {
        log: "apt-install",
        title: &title,
        crates: None,
    };
    progress
        .run(
            &install,
            apt_get(&["install", "--yes", "--no-install-recommends"]).args(wanted.debian),
        )
        .map(drop)
}
