//! A note in a folder of installed packages that says which ones: written last, so that half an installation is not taken for one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Whether the folder was last filled with exactly this.
pub(super) fn is(folder: &Path, contents: &str) -> bool {
    fs::read_to_string(file(folder)).is_ok_and(|stamp| stamp == contents)
}

/// Says that the folder is filled with this.
pub(super) fn set(folder: &Path, contents: &str) -> Result<()> {
    fs::write(file(folder), contents)
        .with_context(|| format!("{} could not be written", file(folder).display()))
}

fn file(folder: &Path) -> PathBuf {
    folder.join(".installed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_done_only_for_exactly_what_was_installed() {
        let folder =
            std::env::temp_dir().join(format!("airlock-xtask-{}-stamp", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert!(!is(&folder, "a==1"));
        set(&folder, "a==1").unwrap();
        let answers = (is(&folder, "a==1"), is(&folder, "a==2"));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(answers, (true, false));
    }
}
