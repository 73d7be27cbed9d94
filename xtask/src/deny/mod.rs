//! Licences, bans, duplicates and sources of everything that is built, by the rules of `deny.toml`: the part of `cargo deny check`
//! that needs nothing but cargo.

mod bans;
mod duplicates;
mod graph;
mod licences;
mod policy;
mod sources;

use anyhow::Result;

use crate::workspace::Workspace;
use graph::Graph;
use policy::Policy;

/// Prints what breaks a rule; tells whether nothing does. The crates must have been downloaded.
pub(crate) fn run(workspace: &Workspace) -> Result<bool> {
    let policy = Policy::parse(&workspace.read("deny.toml")?)?;
    let graph = Graph::read(&policy.graph.targets)?;
    let checks = [
        ("licences", licences::check(&policy, &graph)?),
        ("bans", bans::check(&policy, &graph)),
        ("duplicates", duplicates::check(&policy, &graph)),
        ("sources", sources::check(&policy, &graph)),
    ];
    let mut found = 0;
    for (name, findings) in checks {
        for finding in findings {
            println!("deny ({name}): {finding}");
            found += 1;
        }
    }
    println!(
        "deny: {} crates, {found} findings; advisories are looked up by `cargo deny check advisories` alone",
        graph.crates.len()
    );
    Ok(found == 0)
}
