//! The files to copy: every setting as a comment that says its default.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};

use super::defaults::Defaults;
use super::settings::{Section, Setting, Settings};

/// The settings file to copy.
pub(super) const PATH: &str = "airlock.example.toml";
/// What stands behind a value that is only an example.
const NOT_SET: &str = " # not set by default";
/// Where comments are wrapped.
const COLUMNS: usize = 110;

const TOML_OPENING: &str = "\
# Settings of Airlock, written by `cargo xtask docs`. Copy this file to airlock.toml, take the # away from what you change, and keep
# keys out of it: they come from the environment or a file of their own. docs/configuration.md says more.
";

const ENVIRONMENT_OPENING: &str = "\
# Variables for `cargo xtask demo` on this machine, written by `cargo xtask docs`. Copy this file to `.env`, which git ignores, and fill
# in what you need. Variables that are set already win over it; the server itself never reads it.
";

/// `airlock.example.toml`.
pub(super) fn toml(settings: &Settings, defaults: &Defaults) -> Result<String> {
    let mut text = TOML_OPENING.to_owned();
    for section in &settings.sections {
        text.push('\n');
        comment(&mut text, &section.about)?;
        writeln!(text, "[{}]", section.name)?;
        for field in &section.fields {
            comment(&mut text, &field.about)?;
            writeln!(
                text,
                "#{} = {}",
                field.name,
                value(section, field, defaults)?
            )?;
        }
    }
    Ok(text)
}

/// The default, or where there is none an example that says so.
fn value(section: &Section, field: &Setting, defaults: &Defaults) -> Result<String> {
    if let Some(default) = defaults.get(&section.name, &field.name) {
        return Ok(default);
    }
    let example = field.example.as_ref().with_context(|| {
        format!(
            "{}.{} is not set by default (or new: `cargo xtask docs` asks the server), and its doc comment gives no example: write \"such as `…`\"",
            section.name, field.name
        )
    })?;
    Ok(format!("{example}{NOT_SET}"))
}

/// `.env.example`.
pub(super) fn environment(settings: &Settings, defaults: &Defaults) -> Result<String> {
    let mut text = ENVIRONMENT_OPENING.to_owned();
    for (name, about) in &settings.variables {
        text.push('\n');
        comment(&mut text, about)?;
        writeln!(text, "#{name}=")?;
    }
    text.push_str("\n# Settings, with their defaults.\n");
    for section in &settings.sections {
        for field in &section.fields {
            let default = defaults.get(&section.name, &field.name).unwrap_or_default();
            // Single quotes keep what is inside as it is, and lists have double ones.
            let quoted = if default.contains('"') && default.starts_with('[') {
                format!("'{default}'")
            } else {
                default
            };
            writeln!(text, "#{}={quoted}", variable(section, field))?;
        }
    }
    Ok(text)
}

/// The variable that sets a field.
pub(super) fn variable(section: &Section, field: &Setting) -> String {
    format!("AIRLOCK__{}__{}", section.name, field.name).to_uppercase()
}

/// Adds words as a comment, wrapped.
fn comment(text: &mut String, words: &str) -> Result<()> {
    let mut line = String::from("#");
    for word in words.split(' ') {
        if line.len() + word.len() >= COLUMNS {
            writeln!(text, "{line}")?;
            line = String::from("#");
        }
        write!(line, " {word}")?;
    }
    writeln!(text, "{line}")?;
    Ok(())
}

/// The defaults that an example file keeps, as TOML: its settings without the `#` in front, but for mere examples.
pub(super) fn defaults_in(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.ends_with(NOT_SET));
    let settings = lines.filter_map(|line| {
        let setting = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
        setting.or_else(|| line.starts_with('[').then_some(line))
    });
    settings.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;
    use crate::source::Tree;

    fn defaults() -> Defaults {
        let text = "[server]\n#listen = \"127.0.0.1:1\"\n#proxies = [\"::1/128\"]\n";
        Defaults::kept(&Tree::of(&[(PATH, text)])).unwrap()
    }

    #[test]
    fn every_setting_stands_there_with_its_default_or_an_example() {
        let text = toml(&settings(), &defaults()).unwrap();
        let body = text.strip_prefix(TOML_OPENING).unwrap();
        assert_eq!(
            body,
            "\n# Where it listens.\n[server]\n# Address and port.\n#listen = \"127.0.0.1:1\"\n# Proxies, such as `[\"10.0.0.0/8\"]`.\n#proxies = [\"::1/128\"]\n# Its name, such as `https://chat.example.org`.\n#origin = \"https://chat.example.org\" # not set by default\n"
        );
    }

    #[test]
    fn what_is_written_keeps_the_defaults() {
        let kept = defaults_in(&toml(&settings(), &defaults()).unwrap());
        assert_eq!(
            kept,
            "[server]\nlisten = \"127.0.0.1:1\"\nproxies = [\"::1/128\"]"
        );
    }

    #[test]
    fn a_setting_with_neither_default_nor_example_is_an_error() {
        let none = Defaults::kept(&Tree::of(&[])).unwrap();
        let error = toml(&settings(), &none).unwrap_err().to_string();
        assert!(error.contains("server.listen"), "{error}");
    }

    #[test]
    fn variables_are_named_by_section_and_field() {
        let text = environment(&settings(), &defaults()).unwrap();
        for line in [
            "\n# The key.\n#THE_KEY=\n",
            "\n#AIRLOCK__SERVER__LISTEN=\"127.0.0.1:1\"\n",
            "\n#AIRLOCK__SERVER__PROXIES='[\"::1/128\"]'\n",
            "\n#AIRLOCK__SERVER__ORIGIN=\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn comments_are_wrapped_between_words() {
        let mut text = String::new();
        comment(&mut text, &"word ".repeat(40)).unwrap();
        assert!(
            text.lines().count() > 1 && text.lines().all(|line| line.len() <= COLUMNS),
            "{text}"
        );
    }
}
