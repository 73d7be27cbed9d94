//! trunk, which builds the page: the caller's own if its version fits, else one of our own below the target folder.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process;
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// The version that is installed where none fits. Newer minor versions decide differently what to download.
const VERSION: &str = "0.21.14";
/// About how many crates trunk's own lock file makes.
const CRATES: usize = 370;

/// Compile fast rather than run fast: trunk itself works for a tenth of a second around cargo and wasm-bindgen, and its own release
/// profile takes three times as long to compile.
const FAST_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// A trunk that is there already and fits.
pub(crate) fn installed(workspace: &Workspace) -> Option<PathBuf> {
    let candidates = [Some(own(workspace)), process::find("trunk")];
    candidates
        .into_iter()
        .flatten()
        .find(|program| version_of(program).is_some_and(|line| fits(&line)))
}

/// Installs trunk below the target folder.
pub(crate) fn install(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let step = Step {
        log: "trunk",
        title: "Building trunk (two to three minutes, once)",
        crates: Some(CRATES),
    };
    let tools = workspace.tools();
    // Kept after a failure, so that a second try goes on where the first stopped.
    let build = tools.join("trunk-build");
    let mut command = process::cargo();
    // Without its default features trunk neither asks the registry for newer versions nor needs a TLS library.
    command
        .args([
            "install",
            "--locked",
            "--no-default-features",
            &format!("trunk@{VERSION}"),
            "--root",
        ])
        .arg(&tools);
    command.arg("--target-dir").arg(&build).envs(FAST_PROFILE);
    progress.run(&step, &mut command)?;
    // Half a gigabyte that nothing needs any more; if it stays, it only takes room.
    let _ = std::fs::remove_dir_all(&build);
    Ok(own(workspace))
}

fn own(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("bin").join("trunk")
}

fn version_of(program: &Path) -> Option<String> {
    process::read(
        process::tool(program)
            .env_remove("NO_COLOR")
            .arg("--version"),
    )
    .ok()
}

/// Whether a line such as `trunk 0.21.14` names a patch version of 0.21 that is no older than ours.
fn fits(version_line: &str) -> bool {
    let patch = |version: &str| version.strip_prefix("0.21.")?.parse::<u32>().ok();
    match (
        version_line.strip_prefix("trunk ").and_then(patch),
        patch(VERSION),
    ) {
        (Some(theirs), Some(ours)) => theirs >= ours,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_version_from_ours_on_fits() {
        assert!(fits(&format!("trunk {VERSION}")));
        assert!(fits("trunk 0.21.20"));
    }

    #[test]
    fn older_newer_and_unreadable_versions_do_not_fit() {
        for line in [
            "trunk 0.21.9",
            "trunk 0.22.1",
            "trunk 0.21.15-beta.1",
            "trunk 1.0.0",
            "some other trunk",
            "",
        ] {
            assert!(!fits(line), "{line}");
        }
    }
}
