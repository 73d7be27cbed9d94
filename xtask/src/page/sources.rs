//! The hash of everything that the page is made from.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The files and folders that decide what the page is: what trunk and cargo read, and how they are called.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "bindgen",
    "frontend",
    "index.html",
    "lab/unsafe", // lab
    "shared",
    "xtask/src/page/mod.rs",
];
/// Hex digits of a hash: 64 bits tell apart more versions of a page than anyone will build.
const DIGITS: usize = 16;

/// Hashes the sources below `root`: their paths, sorted, and their contents.
pub(super) fn hash(root: &Path) -> Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        list(root, Path::new(source), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let contents = fs::read(root.join(&file))
            .with_context(|| format!("{} could not be read", file.display()))?;
        let name = file.to_string_lossy();
        // With both lengths in it, no two trees run together to the same bytes.
        hasher.update(format!("{} {name} {}\n", name.len(), contents.len()));
        hasher.update(contents);
    }
    Ok(hex(&hasher.finalize()).chars().take(DIGITS).collect())
}

/// Adds the files of `path`, a file or a folder, to `files`. Names that begin with a dot are editors' and systems' own.
pub(crate) fn list(root: &Path, path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let place = root.join(path);
    let about = || {
        format!(
            "{} belongs to the page's sources and could not be read",
            place.display()
        )
    };
    if place.metadata().with_context(about)?.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(&place).with_context(about)? {
        let name = entry.with_context(about)?.file_name();
        if !name.to_string_lossy().starts_with('.') {
            list(root, &path.join(name), files)?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A checkout with every source, in a folder of its own that goes when the test does.
    struct Checkout(PathBuf);

    impl Checkout {
        fn new(name: &str) -> Self {
            let root =
                std::env::temp_dir().join(format!("airlock-xtask-{}-{name}", std::process::id()));
            let checkout = Self(root);
            for source in SOURCES {
                if Path::new(source).extension().is_some() {
                    checkout.write(source, source);
                } else {
                    checkout.write(&format!("{source}/src/lib.rs"), source);
                }
            }
            checkout
        }

        fn write(&self, file: &str, contents: &str) {
            let path = self.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }

        fn hash(&self) -> String {
            hash(&self.0).unwrap()
        }
    }

    impl Drop for Checkout {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn equal_sources_have_equal_hashes_of_sixteen_digits() {
        let (one, other) = (Checkout::new("equal-1"), Checkout::new("equal-2"));
        assert_eq!(one.hash(), other.hash());
        assert_eq!(one.hash().len(), DIGITS);
    }

    #[test]
    fn a_changed_moved_or_added_file_changes_the_hash() {
        let checkout = Checkout::new("changed");
        let mut hashes = vec![checkout.hash()];
        checkout.write("shared/src/lib.rs", "other contents");
        hashes.push(checkout.hash());
        fs::rename(
            checkout.0.join("shared/src/lib.rs"),
            checkout.0.join("shared/src/moved.rs"),
        )
        .unwrap();
        hashes.push(checkout.hash());
        checkout.write("frontend/boot.js", "");
        hashes.push(checkout.hash());
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 4);
    }

    #[test]
    fn what_the_page_is_not_made_from_changes_nothing() {
        let checkout = Checkout::new("unrelated");
        let before = checkout.hash();
        checkout.write("README.md", "words");
        checkout.write("frontend/.main.rs.swp", "an editor's");
        assert_eq!(checkout.hash(), before);
    }

    #[test]
    fn a_missing_source_is_named() {
        let checkout = Checkout::new("missing");
        fs::remove_file(checkout.0.join("Trunk.toml")).unwrap();
        assert!(
            hash(&checkout.0)
                .unwrap_err()
                .to_string()
                .contains("Trunk.toml")
        );
    }
}
