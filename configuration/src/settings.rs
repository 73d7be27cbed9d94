//! Settings as they are written, from file, environment and flags, before anybody has judged them.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::env::Environment;
use super::{Problems, nearest};

/// The sections that `airlock.toml` may have.
pub(super) const SECTIONS: [&str; 9] = [
    "server", "upstream", "chat", "access", "budget", "limits", "store", "xray", "log",
];

/// Settings by section and field; a later layer replaces an earlier one field by field.
#[derive(Debug, Default)]
pub(super) struct Settings {
    sections: Table,
}

impl Settings {
    /// Adds what the file says.
    pub(super) fn add_file(&mut self, path: &Path, problems: &mut Problems) {
        let name = path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                return problems.add(&name, error.to_string(), "name a file that can be read");
            }
        };
        match text.parse::<Table>() {
            Ok(table) => {
                for (section, fields) in table {
                    match fields {
                        Value::Table(fields) => self.add_section(&section, fields),
                        _ => problems.add(
                            &section,
                            "is not a section",
                            format!("write it as [{section}] with its fields below"),
                        ),
                    }
                }
            }
            Err(error) => {
                problems.add(&name, error.message(), format!("correct the file: {error}"));
            }
        }
    }

    /// Adds what `AIRLOCK__SECTION__FIELD` variables say.
    pub(super) fn add_environment(&mut self, environment: &Environment) {
        for (section, field, value) in environment.settings() {
            self.set(&section, &field, read_value(value));
        }
    }

    /// Sets one field.
    pub(super) fn set(&mut self, section: &str, field: &str, value: Value) {
        self.add_section(section, Table::from_iter([(field.to_owned(), value)]));
    }

    fn add_section(&mut self, section: &str, fields: Table) {
        let entry = self
            .sections
            .entry(section)
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(known) = entry {
            known.extend(fields);
        }
    }

    /// Notes every section that nobody reads.
    pub(super) fn check_sections(&self, problems: &mut Problems) {
        for section in self.sections.keys() {
            if !SECTIONS.contains(&section.as_str()) {
                problems.add(
                    section,
                    "no such section",
                    nearest::one_of(section, SECTIONS),
                );
            }
        }
    }

    /// Reads one section. Each field is tried alone first, so that every wrong one is named, not only the first.
    pub(super) fn section<T: DeserializeOwned + Default>(
        &self,
        section: &str,
        problems: &mut Problems,
    ) -> T {
        let Some(Value::Table(fields)) = self.sections.get(section) else {
            return T::default();
        };
        let mut sound = Table::new();
        for (field, value) in fields {
            let alone = Table::from_iter([(field.clone(), value.clone())]);
            match T::deserialize(alone.clone()) {
                Ok(_) => sound.extend(alone),
                Err(error) => {
                    let what = error.message().replace('\n', " ");
                    let fix = misspelt(&what)
                        .unwrap_or_else(|| "see docs/configuration.md for its form".to_owned());
                    problems.add(&format!("{section}.{field}"), what, fix);
                }
            }
        }
        T::deserialize(sound).unwrap_or_default()
    }
}

/// What was meant by a field that there is not, where the message of [`toml`] is about one: it names that first and then those that there are,
/// each between backticks.
fn misspelt(message: &str) -> Option<String> {
    let mut names = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    let unknown = names.next()?;
    Some(nearest::one_of(unknown, names))
}

/// A variable's text as the TOML value that it looks like. Text that is none is a string, and so is a decimal number: no setting is
/// a binary fraction, and amounts of money are read from their digits.
fn read_value(text: &str) -> Value {
    #[derive(Deserialize)]
    struct Line {
        value: Value,
    }
    match toml::from_str::<Line>(&format!("value = {text}")) {
        Ok(Line { value }) if !value.is_float() => value,
        _ => Value::String(text.to_owned()),
    }
}
