//! Where the checkout and its target folder lie, and what cargo says about the packages in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The checkout that `cargo xtask` was called in.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The folder that everything built goes to.
    pub(crate) target: PathBuf,
    /// The oldest rustc that builds the workspace, as `1.95`.
    pub(crate) rust_version: String,
}

impl Workspace {
    /// Asks cargo where things are.
    pub(crate) fn locate() -> Result<Self> {
        let text = process::read(process::cargo().args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata = serde_json::from_str(&text)
            .context("`cargo metadata` printed something that is not JSON")?;
        Self::from_metadata(&metadata)
            .context("`cargo metadata` left something out: is this Airlock's own checkout?")
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let packages = metadata.get("packages")?.as_array()?;
        let backend = packages
            .iter()
            .find(|package| package.get("name").is_some_and(|name| name == "backend"))?;
        Some(Self {
            root: metadata.get("workspace_root")?.as_str()?.into(),
            target: metadata.get("target_directory")?.as_str()?.into(),
            rust_version: backend.get("rust_version")?.as_str()?.to_owned(),
        })
    }

    /// A folder for the tools that `xtask` installs; nothing is installed anywhere else.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder with the full output of each step.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Reads a file of the checkout by its path from the root.
    pub(crate) fn read(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path).with_context(|| format!("{} could not be read", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_come_from_cargo() {
        let metadata = json!({
            "packages": [{"name": "shared"}, {"name": "backend", "rust_version": "1.95"}],
            "workspace_root": "/checkout",
            "target_directory": "/elsewhere/target",
        });
        let workspace = Workspace::from_metadata(&metadata).unwrap();
        assert_eq!(workspace.root, Path::new("/checkout"));
        assert_eq!(workspace.tools(), Path::new("/elsewhere/target/tools"));
        assert_eq!(workspace.rust_version, "1.95");
    }

    #[test]
    fn another_workspace_is_not_taken_for_airlock() {
        assert!(
            Workspace::from_metadata(
                &json!({"packages": [], "workspace_root": "/", "target_directory": "/t"})
            )
            .is_none()
        );
    }
}
