//! The file `.env` in the checkout: settings for a local run, ignored by git. Only `xtask` reads it; the server itself never does.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// Reads the settings of `.env` below `root`; without such a file there are none. An empty value counts as unset.
///
/// # Errors
///
/// On a line that is not understood, by its number: its words may be a key and are not repeated.
pub(super) fn read(root: &Path) -> Result<Vec<(String, String)>> {
    match fs::read_to_string(root.join(".env")) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).context(".env could not be read"),
    }
}

fn parse(text: &str) -> Result<Vec<(String, String)>> {
    let mut settings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = setting(line) else {
            bail!(
                ".env, line {}: not understood. Write NAME=value, NAME='value' or NAME=\"value\"",
                index + 1
            );
        };
        if !value.is_empty() {
            settings.push((name.to_owned(), value));
        }
    }
    Ok(settings)
}

fn setting(line: &str) -> Option<(&str, String)> {
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .split_once('=')?;
    let name = name.trim();
    let value = value.trim();
    let (value, rest) = if let Some(quoted) = value.strip_prefix('\'') {
        let (value, rest) = quoted.split_once('\'')?;
        (value.to_owned(), rest)
    } else if let Some(quoted) = value.strip_prefix('"') {
        double_quoted(quoted)?
    } else {
        let value = value.split_once(" #").map_or(value, |(value, _)| value);
        (
            if value.starts_with('#') {
                ""
            } else {
                value.trim_end()
            }
            .to_owned(),
            "",
        )
    };
    let rest = rest.trim_start();
    (is_name(name) && (rest.is_empty() || rest.starts_with('#'))).then_some((name, value))
}

/// The text up to the closing quote, with its escapes resolved, and what follows.
fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(match characters.next()? {
                'n' => '\n',
                't' => '\t',
                other => other,
            }),
            other => value.push(other),
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(line: &str) -> Option<String> {
        setting(line).map(|(name, value)| {
            assert_eq!(name, "NAME");
            value
        })
    }

    #[test]
    fn plain_and_quoted_values_are_read() {
        assert_eq!(value_of("NAME=some value").as_deref(), Some("some value"));
        assert_eq!(value_of("export NAME = value").as_deref(), Some("value"));
        assert_eq!(value_of("NAME='a \\n # b'").as_deref(), Some("a \\n # b"));
        assert_eq!(
            value_of(r#"NAME="a \"b\" \\ # c" # why"#).as_deref(),
            Some(r#"a "b" \ # c"#)
        );
    }

    #[test]
    fn a_comment_ends_a_plain_value_only_after_a_space() {
        assert_eq!(value_of("NAME=value # why").as_deref(), Some("value"));
        assert_eq!(value_of("NAME=a#b").as_deref(), Some("a#b"));
        assert_eq!(value_of("NAME= # why").as_deref(), Some(""));
    }

    #[test]
    fn what_is_not_a_setting_is_refused() {
        for line in [
            "NAME",
            "=value",
            "1NAME=value",
            "NA-ME=value",
            "NAME='open",
            "NAME=\"open\\\"",
            "NAME='a' b",
        ] {
            assert_eq!(setting(line), None, "{line}");
        }
    }

    #[test]
    fn comments_blank_lines_and_empty_values_set_nothing() {
        let settings = parse("# a comment\n\nEMPTY=\nNAME=value\r\n").unwrap();
        assert_eq!(settings, [("NAME".to_owned(), "value".to_owned())]);
    }

    #[test]
    fn a_refusal_names_the_line_and_not_its_words() {
        let error = parse("NAME=value\nsk-secret-words\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2") && !error.contains("secret"),
            "{error}"
        );
    }

    #[test]
    fn a_checkout_without_the_file_has_no_settings() {
        assert!(
            read(Path::new("/airlock/has/no/such/folder"))
                .unwrap()
                .is_empty()
        );
    }
}
