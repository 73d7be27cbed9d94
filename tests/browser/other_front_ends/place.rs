//! A folder for the length of a test.

use std::fs;
use std::path::{Path, PathBuf};

/// It goes when the test does.
pub(super) struct Place(PathBuf);

impl Place {
    /// An empty one.
    pub(super) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("airlock-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file.
    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("a file");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What stays is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
