//! The outside judges of our headers, in a `node_modules` of their own: they bring 100 MB along that no other ring needs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{node, stamp};
use crate::progress::Progress;
use crate::workspace::Workspace;

/// The judges, each in the one version that the ring was written against.
const PACKAGES: [&str; 2] = ["@mdn/mdn-http-observatory@1.4.8", "csp_evaluator@1.1.8"];

/// The list of sites that browsers open by https alone, where the Observatory looks for it. Its own installation would download it.
const PRELOAD_LIST: &str = "@mdn/mdn-http-observatory/conf/hsts-preload.json";
/// A list that names nobody: a server on loopback is on none.
const EMPTY_LIST: &str = "{}\n";

/// Installs the judges if need be, and returns the folder that Node finds them in.
pub(crate) fn ensure(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    let folder = workspace.tools().join("judges");
    let modules = folder.join("node_modules");
    let contents = PACKAGES.join("\n");
    if !stamp::is(&folder, &contents) {
        node::install(&folder, &PACKAGES.map(str::to_owned), progress)?;
        write_preload_list(&modules)?;
        stamp::set(&folder, &contents)?;
    }
    Ok(modules)
}

fn write_preload_list(modules: &Path) -> Result<()> {
    let file = modules.join(PRELOAD_LIST);
    fs::write(&file, EMPTY_LIST).with_context(|| format!("{} could not be written", file.display()))
}
