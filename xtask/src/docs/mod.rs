//! `cargo xtask docs`: pages that are written from the source, so that they cannot say anything else.

mod errors;
pub(crate) mod failure_modes;
mod rust;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::source::Tree;
use crate::workspace::Workspace;

/// The command that writes them, for those who are told that one is stale.
const COMMAND: &str = "cargo xtask docs";

/// One file that is written from the source.
struct Page {
    path: &'static str,
    write: fn(&Tree) -> Result<String>,
}

const PAGES: [Page; 2] = [
    Page {
        path: "docs/errors.md",
        write: errors::write,
    },
    Page {
        path: "docs/failure-modes.md",
        write: failure_modes::write,
    },
];

/// Writes every page anew and says which have changed.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let tree = Tree::read(&workspace.root)?;
    for page in PAGES {
        let text = page.text(&tree)?;
        if page.is_fresh(&tree, &text) {
            println!("{}: as it was", page.path);
            continue;
        }
        let path = workspace.root.join(page.path);
        fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))?;
        println!("{}: written", page.path);
    }
    Ok(ExitCode::SUCCESS)
}

/// The pages that do not say what the source says, each with the reason.
pub(crate) fn stale(tree: &Tree) -> Vec<(&'static str, String)> {
    PAGES
        .iter()
        .filter_map(|page| match page.text(tree) {
            Ok(text) if page.is_fresh(tree, &text) => None,
            Ok(_) => Some((page.path, format!("is stale: `{COMMAND}` writes it anew"))),
            Err(error) => Some((page.path, format!("cannot be written: {error:#}"))),
        })
        .collect()
}

impl Page {
    fn text(&self, tree: &Tree) -> Result<String> {
        (self.write)(tree).with_context(|| format!("{} cannot be written", self.path))
    }

    fn is_fresh(&self, tree: &Tree, text: &str) -> bool {
        tree.get(self.path).is_some_and(|file| file.text == text)
    }
}
