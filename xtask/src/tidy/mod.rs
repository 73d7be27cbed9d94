//! `cargo xtask tidy`: the house rules that no compiler knows, each in its own file.

mod browser_types;
mod dependencies;
mod environment_reads;
mod exposure;
mod finding;
mod floors;
mod generated;
mod headers;
mod key_literals;
mod lengths;
mod mentions;
mod routes;
mod size;

use std::process::ExitCode;

use anyhow::Result;

use crate::source::Tree;
use crate::workspace::Workspace;
use finding::Finding;
use size::Size;

/// Looks through the checkout for places that break one rule.
type Check = fn(&Tree) -> Vec<Finding>;

/// Every rule, under the name that its findings are listed by.
const CHECKS: [(&str, Check); 13] = [
    ("headers", headers::check),
    ("lengths", lengths::check),
    ("exposure", exposure::check),
    ("browser types", browser_types::check),
    ("dependencies", dependencies::check),
    ("key literals", key_literals::check),
    ("floors", floors::check),
    ("environment", environment_reads::check),
    ("routes", routes::check),
    ("generated", generated::check),
    ("failure modes", generated::check_failure_modes),
    ("mentions", mentions::check),
    ("size", size::check),
];

/// Runs every check and prints what each found.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let tree = Tree::read(&workspace.root)?;
    let mut found = 0;
    for (name, check) in CHECKS {
        for finding in check(&tree) {
            println!("tidy ({name}): {finding}");
            found += 1;
        }
    }
    println!("{}", Size::of(&tree).describe());
    println!(
        "tidy: {} checks, {} files, {found} findings",
        CHECKS.len(),
        tree.files().count()
    );
    Ok(if found == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
