//! `cargo xtask docs`: pages that are written from the source, so that they cannot say anything else.

pub(crate) mod api;
mod configuration;
mod errors;
pub(crate) mod failure_modes;
mod preflight;
mod rust;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::source::Tree;
use crate::workspace::Workspace;

/// The page with a line for each route.
pub(crate) const API: &str = "docs/api.md";
/// The command that writes them, for those who are told that one is stale.
const COMMAND: &str = "cargo xtask docs";

/// One file that is written from the source.
struct Page {
    path: &'static str,
    write: fn(&Tree) -> Result<String>,
}

const PAGES: [Page; 8] = [
    Page {
        path: configuration::EXAMPLE,
        write: configuration::write_example,
    },
    Page {
        path: ".env.example",
        write: configuration::write_environment,
    },
    Page {
        path: API,
        write: api::write,
    },
    Page {
        path: api::openapi::DOCUMENT,
        write: api::openapi::write,
    },
    Page {
        path: "docs/configuration.md",
        write: configuration::write_page,
    },
    Page {
        path: "docs/errors.md",
        write: errors::write,
    },
    Page {
        path: "docs/failure-modes.md",
        write: failure_modes::write,
    },
    Page {
        path: "docs/preflight.md",
        write: preflight::write,
    },
];

/// Writes every page anew and says which have changed.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let mut tree = Tree::read(&workspace.root)?;
    let example = configuration::write_true_example(workspace, &tree)?;
    write(workspace, &tree, configuration::EXAMPLE, &example)?;
    tree.put(configuration::EXAMPLE, example);
    for page in &PAGES {
        let text = page.text(&tree)?;
        write(workspace, &tree, page.path, &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(workspace: &Workspace, tree: &Tree, path: &str, text: &str) -> Result<()> {
    if is_fresh(tree, path, text) {
        return Ok(());
    }
    let place = workspace.root.join(path);
    fs::write(&place, text).with_context(|| format!("{} could not be written", place.display()))?;
    println!("{path}: written");
    Ok(())
}

/// The pages that do not say what the source says, each with the reason.
pub(crate) fn stale(tree: &Tree) -> Vec<(&'static str, String)> {
    PAGES
        .iter()
        .filter_map(|page| match page.text(tree) {
            Ok(text) if is_fresh(tree, page.path, &text) => None,
            Ok(_) => Some((page.path, format!("is stale: `{COMMAND}` writes it anew"))),
            Err(error) => Some((page.path, format!("cannot be written: {error:#}"))),
        })
        .collect()
}

impl Page {
    fn text(&self, tree: &Tree) -> Result<String> {
        (self.write)(tree).with_context(|| format!("{} cannot be written", self.path))
    }
}

fn is_fresh(tree: &Tree, path: &str, text: &str) -> bool {
    tree.get(path).is_some_and(|file| file.text == text)
}
