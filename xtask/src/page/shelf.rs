//! The folder with the last few pages that were built.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// How many pages are kept: enough to go back and forth between a few branches without building anew.
const KEPT: usize = 4;
/// How the name of a page that is being built begins.
const STAGING_PREFIX: &str = "building-";
/// When a page that is being built counts as given up: no build takes nearly as long.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(6);

/// Where pages are kept, each in a folder named by the hash of its sources.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("page")
}

/// A folder to build a page in, which goes again unless the page is put up.
#[derive(Debug)]
pub(crate) struct Staging(PathBuf);

impl Staging {
    /// Makes an empty folder beside `page`. Each process has its own, so that two builds do not meet.
    pub(crate) fn make(page: &Path) -> Result<Self> {
        let name = page
            .file_name()
            .map(OsStr::to_string_lossy)
            .unwrap_or_default();
        let staging =
            Self(page.with_file_name(format!("{STAGING_PREFIX}{name}-{}", std::process::id())));
        staging.remove();
        fs::create_dir_all(&staging.0)
            .with_context(|| format!("{} could not be created", staging.0.display()))?;
        Ok(staging)
    }

    /// Where to build.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// Gives the finished page its name, and removes the oldest ones.
    pub(super) fn put_up(self, page: &Path) -> Result<()> {
        if let Err(error) = fs::rename(&self.0, page) {
            // Another process may have built the same sources meanwhile: then its page is as good.
            if !super::is_whole(page) {
                return Err(error)
                    .with_context(|| format!("{} could not be put up", page.display()));
            }
        }
        if let Some(shelf) = page.parent() {
            prune(shelf, page);
        }
        Ok(())
    }

    fn remove(&self) {
        // Most often there is nothing; what cannot be removed only takes room.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Removes builds that were given up and all but the newest pages, `page` in any case kept.
fn prune(shelf: &Path, page: &Path) {
    let Ok(entries) = fs::read_dir(shelf) else {
        return;
    };
    let all = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
    });
    let (staged, mut pages): (Vec<_>, Vec<_>) = all
        .filter(|(_, path)| path != page)
        .partition(|(_, path)| is_staging(path));
    pages.sort();
    let surplus = (pages.len() + 1).saturating_sub(KEPT);
    let given_up = staged
        .into_iter()
        .filter(|(modified, _)| is_given_up(*modified));
    for (_, path) in pages.into_iter().take(surplus).chain(given_up) {
        // What cannot be removed only takes room.
        let _ = fs::remove_dir_all(path);
    }
}

fn is_staging(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(STAGING_PREFIX))
}

fn is_given_up(modified: SystemTime) -> bool {
    modified.elapsed().is_ok_and(|age| age > GIVEN_UP_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shelf that goes when the test does.
    struct Shelf(PathBuf);

    impl Shelf {
        fn new(test: &str) -> Self {
            Self(std::env::temp_dir().join(format!("airlock-xtask-{}-{test}", std::process::id())))
        }

        fn build(&self, name: &str) {
            let page = self.0.join(name);
            let staging = Staging::make(&page).unwrap();
            fs::write(staging.folder().join(super::super::ENTRY), "page").unwrap();
            staging.put_up(&page).unwrap();
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<_> = entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Shelf {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_newest_pages_are_kept() {
        let shelf = Shelf::new("newest");
        for name in ["f", "e", "d", "c", "b", "a"] {
            shelf.build(name);
        }
        assert_eq!(shelf.names(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_page_that_another_process_put_up_meanwhile_is_taken() {
        let shelf = Shelf::new("twice");
        shelf.build("a");
        shelf.build("a");
        assert_eq!(shelf.names(), ["a"]);
    }

    #[test]
    fn a_page_that_was_not_finished_leaves_nothing() {
        let shelf = Shelf::new("unfinished");
        drop(Staging::make(&shelf.0.join("a")).unwrap());
        assert!(shelf.names().is_empty());
    }

    #[test]
    fn a_build_counts_as_given_up_after_hours() {
        assert!(!is_given_up(
            SystemTime::UNIX_EPOCH + SystemTime::UNIX_EPOCH.elapsed().unwrap()
        ));
        assert!(is_given_up(SystemTime::UNIX_EPOCH));
    }
}
