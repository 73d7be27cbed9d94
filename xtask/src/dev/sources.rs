//! The sources of the server, looked at now and then: a change is a file that is new, gone, longer, shorter or saved again.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::page;
use crate::workspace::Workspace;

/// What the server is made of.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "backend",
    "scan",
    "serving",
    "shared",
    "stand-in",
    "store",
    "xray",
];

/// What stood there when it was last looked at.
#[derive(Debug)]
pub(super) struct Sources {
    root: PathBuf,
    seen: Vec<Seen>,
}

/// One file, and by what a change of it shows.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    bytes: u64,
    saved: Option<SystemTime>,
}

impl Sources {
    /// Looks at them for the first time.
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self {
            root: workspace.root.clone(),
            seen: look(&workspace.root),
        }
    }

    /// Whether they have changed since this was last asked.
    pub(super) fn have_changed(&mut self) -> bool {
        let seen = look(&self.root);
        let have_changed = seen != self.seen;
        self.seen = seen;
        have_changed
    }
}

/// What goes away while it is looked at is seen as gone the next time.
fn look(root: &Path) -> Vec<Seen> {
    let mut files = Vec::new();
    for source in SOURCES {
        let _ = page::list(root, Path::new(source), &mut files);
    }
    files.sort();
    let seen = files.into_iter().filter_map(|path| {
        let metadata = root.join(&path).metadata().ok()?;
        Some(Seen {
            path,
            bytes: metadata.len(),
            saved: metadata.modified().ok(),
        })
    });
    seen.collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_change_is_seen_once() {
        let name = format!("airlock-xtask-{}-dev", std::process::id());
        let root = std::env::temp_dir().join(name);
        fs::create_dir_all(root.join("backend/src")).unwrap();
        let mut sources = Sources {
            root: root.clone(),
            seen: look(&root),
        };
        assert!(!sources.have_changed());
        fs::write(root.join("backend/src/main.rs"), "fn main() {}").unwrap();
        assert!(sources.have_changed());
        assert!(!sources.have_changed());
        fs::remove_file(root.join("backend/src/main.rs")).unwrap();
        assert!(sources.have_changed());
        fs::remove_dir_all(root).unwrap();
    }
}
