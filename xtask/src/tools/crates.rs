//! The crates of the lock file: downloaded once, so that whatever follows runs without a network and trunk can be told so.

use std::collections::BTreeSet;

use anyhow::Result;

use super::toolchain;
use crate::process;
use crate::progress::{Progress, Step};

/// Downloads what the lock file names, for this machine and for the page.
pub(crate) fn fetch(progress: &mut Progress) -> Result<()> {
    let step = Step {
        log: "fetch",
        title: "Getting the crates",
        crates: None,
    };
    let host = toolchain::host()?;
    progress
        .run(
            &step,
            process::cargo().args([
                "fetch",
                "--locked",
                "--target",
                &host,
                "--target",
                toolchain::WASM,
            ]),
        )
        .map(drop)
}

/// About how many crates a package compiles, itself included, when nothing was compiled before.
///
/// Crates that are needed both by a build script and by the package count once, so the true figure is a little higher. `None`
/// when cargo does not say: a step is shown without the figure then.
pub(crate) fn count(package: &str, target: Option<&str>) -> Option<usize> {
    let mut command = process::cargo();
    command.args([
        "tree",
        "--locked",
        "--offline",
        "--package",
        package,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
    ]);
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    Some(distinct(&process::read(&mut command).ok()?))
}

/// Distinct crates in what `cargo tree --prefix none` prints, where a crate that was printed before ends in `(*)`.
fn distinct(tree: &str) -> usize {
    tree.lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect::<BTreeSet<_>>()
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_is_needed_twice_counts_once() {
        assert_eq!(
            distinct(
                "backend v0.1.0 (/checkout/backend)\nserde v1.0.229\n\nitoa v1.0.19\nserde v1.0.229 (*)\n"
            ),
            3
        );
    }
}
