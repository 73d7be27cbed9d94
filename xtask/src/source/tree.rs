//! The checkout's own text files, read once for all checks.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::lexer;

/// What is not ours or not meant to be read: builds, other people's packages, git's own files, local secrets.
const SKIPPED: [&str; 5] = [".env", ".git", "dist", "node_modules", "target"];

/// One text file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path from the root, with `/` between the parts.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
    /// For Rust: the text with comments, literals and test modules blanked out, line for line. Empty for other files.
    pub(crate) code: String,
}

/// Every text file of the checkout, sorted by path.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<SourceFile>,
}

impl SourceFile {
    fn new(path: String, text: String) -> Self {
        let code = if is_rust(&path) {
            lexer::without_test_modules(&lexer::code_only(&text))
        } else {
            String::new()
        };
        Self { path, text, code }
    }

    /// Whether this is a Rust file.
    pub(crate) fn is_rust(&self) -> bool {
        is_rust(&self.path)
    }

    /// Whether this is a Rust file that only tests compile: a ring, or the sibling of a module that holds its tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }

    /// The lines of its code that are not blank, numbered from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim().is_empty())
    }
}

impl Tree {
    /// Reads every text file below `root`; a file that is not UTF-8 is no text.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        read_folder(root, "", &mut files)?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { files })
    }

    /// All files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &SourceFile> {
        self.files().filter(|file| file.is_rust())
    }

    /// The file of this path.
    pub(crate) fn get(&self, path: &str) -> Option<&SourceFile> {
        self.files().find(|file| file.path == path)
    }

    /// Puts a file into the tree, in place of one of that path.
    pub(crate) fn put(&mut self, path: &str, text: String) {
        self.files.retain(|file| file.path != path);
        self.files.push(SourceFile::new(path.to_owned(), text));
    }

    /// A tree for tests, from paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self {
            files: files
                .iter()
                .map(|(path, text)| SourceFile::new((*path).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }
}

fn is_rust(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "rs")))
}

fn read_folder(root: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> Result<()> {
    let folder = root.join(prefix);
    let about = || format!("{} could not be read", folder.display());
    for entry in fs::read_dir(&folder).with_context(about)? {
        let entry = entry.with_context(about)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().with_context(about)?;
        if kind.is_dir() {
            read_folder(root, &format!("{path}/"), files)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(entry.path()).with_context(about)?)
        {
            files.push(SourceFile::new(path, text));
        }
    }
    Ok(())
}
