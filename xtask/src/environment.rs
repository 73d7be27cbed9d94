//! The one reader of the environment in `xtask`.
//!
//! What cargo told `xtask` about itself stays here: handed on to another cargo it would look like a change, and crates whose build
//! scripts watch those variables would be compiled again.

use std::env;
use std::ffi::OsString;

/// The variables that hold a key for the server, or name a file that holds one. A build has no business with any of them.
pub(crate) const KEY_VARIABLES: [&str; 5] = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_API_KEY_FILE",
    "ANTHROPIC_AUTH_TOKEN",
    "OPENAI_API_KEY",
    "OPENAI_API_KEY_FILE",
];

/// What `cargo run` tells the program that it starts.
const CARGO_RUN_PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];

/// The value of a variable; an empty one counts as unset.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is started through the environment; this is its one reader"
)]
pub(crate) fn get(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a machine without a person at it runs this: then what could not be tried has failed.
pub(crate) fn is_ci() -> bool {
    get("CI").is_some_and(|value| value != "false" && value != "0")
}

/// The names of the variables that tools started by `xtask` must not inherit: keys, and what cargo said to `xtask` alone.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is started through the environment; this is its one reader"
)]
pub(crate) fn names_to_withhold() -> Vec<OsString> {
    let from_cargo = env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| is_from_cargo_run(&name.to_string_lossy()));
    KEY_VARIABLES
        .iter()
        .map(OsString::from)
        .chain(from_cargo)
        .collect()
}

fn is_from_cargo_run(name: &str) -> bool {
    CARGO_RUN_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_withheld_from_tools() {
        let withheld = names_to_withhold();
        assert!(
            KEY_VARIABLES
                .iter()
                .all(|key| withheld.contains(&OsString::from(key)))
        );
    }

    #[test]
    fn cargos_settings_are_not_withheld() {
        assert!(is_from_cargo_run("CARGO_PKG_NAME"));
        assert!(!is_from_cargo_run("CARGO_HOME"));
        assert!(!is_from_cargo_run("CARGO_TARGET_DIR"));
    }
}
