//! The leak ring's own page: built in this run with a key in every variable that could hold one.
//!
//! The page that people get is built without any key in sight. This one shows that it would not matter: the ring searches it for a
//! random word that stood in each of those variables while it was compiled.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::session::{Session, Trouble, judge};
use super::summary::Outcome;
use crate::environment::KEY_VARIABLES;
use crate::page::Staging;
use crate::process;
use crate::tools::toolchain::WASM;

/// 128 random bits: found anywhere, it is no coincidence.
const CANARY_BYTES: usize = 16;

pub(super) fn run(session: &mut Session<'_>) -> Result<Outcome, Trouble> {
    session.need_browser()?;
    session.need_node()?;
    let canary = random_word().map_err(Trouble::Running)?;
    let page = build_page(session, &canary).map_err(Trouble::Running)?;
    let mut command = session.cargo_test("--test leak");
    judge(
        command
            .env("AIRLOCK_LEAK_CANARY", &canary)
            .env("AIRLOCK_LEAK_PAGE", page.folder()),
    )
}

/// Compiles the page's own crates anew, and them alone, with the canary in the environment of everything that runs meanwhile.
fn build_page(session: &mut Session<'_>, canary: &str) -> Result<Staging> {
    let words = format!(
        "clean --quiet --locked --profile wasm-release --target {WASM} --package frontend --package shared"
    );
    process::read(&mut session.cargo(&words))?;
    let key_file = KeyFile::write(&session.workspace.logs(), canary)?;
    let page = Staging::make(&session.workspace.target.join("page").join("leak"))?;
    session.plan.build(
        &mut session.progress,
        page.folder(),
        &variables(canary, &key_file.0),
    )?;
    Ok(page)
}

/// Every variable that could hold a key, holding the canary, or naming a file that does.
fn variables(canary: &str, key_file: &Path) -> Vec<(&'static str, OsString)> {
    let value = |name: &str| {
        if name.ends_with("_FILE") {
            key_file.into()
        } else {
            canary.into()
        }
    };
    KEY_VARIABLES
        .into_iter()
        .map(|name| (name, value(name)))
        .collect()
}

fn random_word() -> Result<String> {
    let mut bytes = [0; CANARY_BYTES];
    let about = "the system's random numbers could not be read";
    File::open("/dev/urandom")
        .context(about)?
        .read_exact(&mut bytes)
        .context(about)?;
    Ok(bytes.iter().fold(String::new(), |mut word, byte| {
        // Writing to a string cannot fail.
        let _ = write!(word, "{byte:02x}");
        word
    }))
}

/// A file that holds the canary and has it in its name, gone when the page is built.
struct KeyFile(PathBuf);

impl KeyFile {
    fn write(folder: &Path, canary: &str) -> Result<Self> {
        let file = Self(folder.join(canary));
        fs::write(&file.0, canary)
            .with_context(|| format!("{} could not be written", file.0.display()))?;
        Ok(file)
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        // It holds nothing but a random word.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_variable_holds_the_canary_or_names_a_file_with_it() {
        let variables = variables("canary", Path::new("/logs/canary"));
        assert_eq!(variables.len(), KEY_VARIABLES.len());
        assert!(variables.contains(&("ANTHROPIC_API_KEY", "canary".into())));
        assert!(variables.contains(&("ANTHROPIC_API_KEY_FILE", "/logs/canary".into())));
    }

    #[test]
    fn canaries_are_32_hex_digits_and_differ() {
        let (one, other) = (random_word().unwrap(), random_word().unwrap());
        assert!(
            one.len() == 2 * CANARY_BYTES && one.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{one}"
        );
        assert_ne!(one, other);
    }

    #[test]
    fn the_key_file_goes_again() {
        let file = KeyFile::write(&std::env::temp_dir(), &random_word().unwrap()).unwrap();
        let path = file.0.clone();
        assert!(path.is_file());
        drop(file);
        assert!(!path.exists());
    }
}
