//! What holds where nothing is set.

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use super::example;
use crate::process;
use crate::source::Tree;
use crate::workspace::Workspace;

/// The defaults by section and field. A field without one is not set by default.
#[derive(Debug)]
pub(super) struct Defaults(Table);

impl Defaults {
    /// Asks the server, by a program beside it that prints them.
    pub(super) fn ask(workspace: &Workspace) -> Result<Self> {
        let mut command = process::cargo();
        command
            .args("run --quiet --locked --package configuration --example defaults".split(' '))
            .current_dir(&workspace.root);
        Self::parse(&process::read(&mut command)?)
    }

    /// Reads them from where they are kept.
    pub(super) fn kept(tree: &Tree) -> Result<Self> {
        let file = tree.get(example::PATH);
        Self::parse(&file.map_or_else(String::new, |file| example::defaults_in(&file.text)))
    }

    fn parse(text: &str) -> Result<Self> {
        let table = text.parse().context("the defaults are no TOML")?;
        Ok(Self(table))
    }

    /// The default of one field as a settings file would say it.
    pub(super) fn get(&self, section: &str, field: &str) -> Option<String> {
        let value = self.0.get(section)?.get(field)?;
        Some(match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(ToString::to_string).collect();
                format!("[{}]", items.join(", "))
            }
            other => other.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_written_as_it_would_be_set() {
        let text = "[a]\nlist = [\"x\", \"y\"]\ntext = 'z'\nnumber = 1_000\n";
        let defaults = Defaults::parse(text).unwrap();
        let get = |field| defaults.get("a", field);
        assert_eq!(get("list").as_deref(), Some("[\"x\", \"y\"]"));
        assert_eq!(get("text").as_deref(), Some("\"z\""));
        assert_eq!(get("number").as_deref(), Some("1000"));
        assert_eq!(get("other"), None);
    }

    #[test]
    fn what_is_kept_is_what_the_example_file_says() {
        let text = "[a]\n# Words.\n#set = 1\n#other = 2 # not set by default\n";
        let defaults = Defaults::kept(&Tree::of(&[(example::PATH, text)])).unwrap();
        assert_eq!(defaults.get("a", "set").as_deref(), Some("1"));
        assert_eq!(defaults.get("a", "other"), None);
    }
}
