//! `cargo xtask demo`: from a fresh clone to a page that answers.

mod address;
mod dotenv;
mod serve;

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

pub(crate) use address::check_is_free;

use crate::environment;
use crate::page::Plan;
use crate::progress::Progress;
use crate::server;
use crate::tools::{crates, toolchain};
use crate::workspace::Workspace;

/// Where the demo listens unless told otherwise.
pub(crate) const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// The steps beside the page's own: getting the crates, building the server, starting it.
const OWN_STEPS: usize = 3;

/// Builds what is missing, then runs the server until it is stopped; `rest` are further arguments for it.
pub(crate) fn run(workspace: &Workspace, listen: &str, rest: &[OsString]) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    check_is_free(listen)?;
    let settings = settings(workspace)?;

    let plan = Plan::make(workspace)?;
    let mut progress = Progress::new(workspace, OWN_STEPS + plan.steps()?);
    crates::fetch(&mut progress)?;
    let page = plan.carry_out(&mut progress)?;
    let built = server::build(&page, &mut progress)?;

    progress.announce("Starting the server");
    let has_key = has_key(|name| {
        environment::get(name).is_some() || settings.iter().any(|(known, _)| known == name)
    });
    let mut server = Command::new(built.binary);
    server
        .args(["serve", "--listen", listen])
        .args(rest)
        .current_dir(&workspace.root)
        .envs(settings);
    serve::run(&mut server, |url| greet(url, has_key))
}

/// Whether the server will find a key. One for a gateway counts only where the gateway is named.
fn has_key(is_set: impl Fn(&str) -> bool) -> bool {
    let is_one_set = |names: [&str; 2]| names.into_iter().any(&is_set);
    is_one_set(["ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY_FILE"])
        || (is_set("OPENAI_BASE_URL") && is_one_set(["OPENAI_API_KEY", "OPENAI_API_KEY_FILE"]))
}

/// The settings of `.env`. The environment wins over the file, so that one can be tried without editing.
pub(crate) fn settings(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    Ok(dotenv::read(&workspace.root)?
        .into_iter()
        .filter(|(name, _)| environment::get(name).is_none())
        .collect())
}

fn greet(url: &str, has_key: bool) {
    println!("\n  Airlock is ready: open {url}");
    if !has_key {
        println!(
            "  No key is set, so its stand-in for Claude answers. With your own key in .env (see .env.example), Claude does."
        );
    }
    println!("  Ctrl-C stops it.\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateways_key_counts_only_together_with_its_address() {
        for (set, expected) in [
            (&[][..], false),
            (&["ANTHROPIC_API_KEY"], true),
            (&["ANTHROPIC_API_KEY_FILE"], true),
            (&["OPENAI_API_KEY"], false),
            (&["OPENAI_BASE_URL", "OPENAI_API_KEY"], true),
            (&["OPENAI_BASE_URL", "OPENAI_API_KEY_FILE"], true),
        ] {
            assert_eq!(has_key(|name| set.contains(&name)), expected, "{set:?}");
        }
    }
}
