//! What the tree is made of, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::process;

/// Every crate that is built for one of the targets, our own and what tests need included.
#[derive(Debug, Deserialize)]
pub(super) struct Graph {
    #[serde(rename = "packages")]
    pub(super) crates: Vec<Crate>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
pub(super) struct Crate {
    id: String,
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression.
    pub(super) license: Option<String>,
    /// Where it was downloaded from; our own were not.
    pub(super) source: Option<String>,
    /// The registries that it may be published to; any, where that is not said.
    publish: Option<Vec<String>>,
    #[serde(rename = "dependencies")]
    pub(super) requirements: Vec<Requirement>,
}

/// A line of a manifest's list of dependencies.
#[derive(Debug, Deserialize)]
pub(super) struct Requirement {
    pub(super) name: String,
    /// The versions that will do.
    pub(super) req: String,
    /// The folder that it is taken from, where that is said.
    pub(super) path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

impl Graph {
    /// Asks cargo, for these targets together. It downloads what this machine does not build and so has not yet.
    pub(super) fn read(targets: &[String]) -> Result<Self> {
        let mut command = process::cargo();
        command.args(["metadata", "--format-version", "1", "--locked"]);
        for target in targets {
            command.args(["--filter-platform", target]);
        }
        serde_json::from_str(&process::read(&mut command)?)
            .context("`cargo metadata` printed something unexpected")
    }

    /// The crates of one name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(move |known| known.name == name)
    }

    /// The crates by name, those of one name side by side.
    pub(super) fn by_name(&self) -> BTreeMap<&str, Vec<&Crate>> {
        let mut by_name = BTreeMap::<_, Vec<_>>::new();
        for known in &self.crates {
            by_name.entry(known.name.as_str()).or_default().push(known);
        }
        by_name
    }

    /// The names of those who depend on it.
    pub(super) fn users(&self, used: &Crate) -> Vec<&str> {
        let users: BTreeSet<_> = self
            .resolve
            .nodes
            .iter()
            .filter(|node| node.dependencies.contains(&used.id))
            .map(|node| node.id.as_str())
            .collect();
        self.crates
            .iter()
            .filter(|known| users.contains(known.id.as_str()))
            .map(|known| known.name.as_str())
            .collect()
    }

    /// The ids of a crate and of all that it brings along.
    pub(super) fn tree_of(&self, root: &Crate) -> BTreeSet<&str> {
        let by_id: BTreeMap<_, _> = self
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let mut tree = BTreeSet::new();
        let mut waiting: Vec<_> = by_id.get(root.id.as_str()).into_iter().collect();
        while let Some(node) = waiting.pop() {
            if tree.insert(node.id.as_str()) {
                waiting.extend(
                    node.dependencies
                        .iter()
                        .filter_map(|id| by_id.get(id.as_str())),
                );
            }
        }
        tree
    }
}

impl Crate {
    /// Whether it is in that tree.
    pub(super) fn is_in(&self, tree: &BTreeSet<&str>) -> bool {
        tree.contains(self.id.as_str())
    }

    /// Whether it is one of ours: nobody else's has no source.
    pub(super) const fn is_ours(&self) -> bool {
        self.source.is_none()
    }

    /// Whether it is never published.
    pub(super) fn is_private(&self) -> bool {
        self.publish.as_ref().is_some_and(Vec::is_empty)
    }

    /// Its name with its version.
    pub(super) fn full_name(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Where cargo says that a crate of the registry comes from.
    pub(in super::super) const REGISTRY: &str =
        "registry+https://github.com/rust-lang/crates.io-index";

    /// A graph of crates of the registry, each as its full name and the full names of what it depends on.
    pub(in super::super) fn graph(crates: &[(&str, &[&str])]) -> Graph {
        let packages: Vec<Value> = crates
            .iter()
            .map(|(full_name, _)| {
                let (name, version) = full_name.split_once('@').unwrap();
                json!({
                    "id": full_name, "name": name, "version": version, "license": "MIT", "source": REGISTRY,
                    "publish": null, "dependencies": [],
                })
            })
            .collect();
        let nodes: Vec<Value> = crates
            .iter()
            .map(|(full_name, dependencies)| json!({"id": full_name, "dependencies": dependencies}))
            .collect();
        serde_json::from_value(json!({"packages": packages, "resolve": {"nodes": nodes}})).unwrap()
    }

    #[test]
    fn a_tree_is_a_crate_and_all_that_it_brings_along() {
        let graph = graph(&[
            ("a@1.0.0", &["b@1.0.0"]),
            ("b@1.0.0", &["c@1.0.0"]),
            ("c@1.0.0", &[]),
            ("d@1.0.0", &["c@1.0.0"]),
        ]);
        let tree = graph.tree_of(graph.named("a").next().unwrap());
        let names: Vec<_> = graph
            .crates
            .iter()
            .filter(|known| known.is_in(&tree))
            .map(|known| &known.name)
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(graph.users(graph.named("c").next().unwrap()), ["b", "d"]);
    }
}
