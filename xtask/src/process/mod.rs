//! Starting other programs: with a path that finds them, without the keys, and with errors that say what was tried.

mod search_path;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, bail};

pub(crate) use search_path::{find, search_path};

use crate::environment;

/// A tool to start: it finds other tools on the completed path, and inherits no key.
pub(crate) fn tool(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", search_path());
    for name in environment::names_to_withhold() {
        command.env_remove(name);
    }
    command
}

/// The cargo that runs `xtask`, so that everything is built by one toolchain.
pub(crate) fn cargo() -> Command {
    tool(environment::get("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a tool and returns what it printed, without the last line break.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .output()
        .with_context(|| format!("`{}` could not be started", describe(command)))?;
    if !status.success() {
        bail!(
            "`{}` failed ({status}):\n{}",
            describe(command),
            String::from_utf8_lossy(&stderr).trim_end()
        );
    }
    let text = String::from_utf8(stdout)
        .with_context(|| format!("`{}` printed something that is not text", describe(command)))?;
    Ok(text.trim_end().to_owned())
}

/// The command as one would type it: without the program's folder, and without settings in the environment.
pub(crate) fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = std::iter::once(program.file_name().unwrap_or(program.as_os_str()))
        .chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_tool_is_named_with_its_own_words() {
        let error = read(tool("sh").args(["-c", "echo no such thing >&2; exit 3"]))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("exit status: 3") && error.ends_with("no such thing"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_tool_is_named() {
        let error = read(&mut tool("airlock-has-no-such-tool"))
            .unwrap_err()
            .to_string();
        assert_eq!(error, "`airlock-has-no-such-tool` could not be started");
    }

    #[test]
    fn a_tool_inherits_no_key() {
        let command = tool("sh");
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name)
            .collect();
        assert!(
            environment::KEY_VARIABLES
                .iter()
                .all(|key| removed.contains(&OsStr::new(key)))
        );
    }
}
