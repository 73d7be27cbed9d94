//! `docs/configuration.md`.

use std::fmt::Write as _;

use anyhow::Result;

use super::defaults::Defaults;
use super::example::variable;
use super::settings::Settings;

const OPENING: &str = "\
Airlock reads its settings once, before anything starts. A default gives way to `airlock.toml` (or the file that `--config` names), that
to a variable of the environment, that to a flag. What nobody knows is refused, and every problem is reported at once, each with its
setting's name and a fix. [`airlock.example.toml`](../airlock.example.toml) and [`.env.example`](../.env.example) have everything to
copy.
";

const VARIABLES: &str = "\
A key never stands in the settings file. It comes from the environment, or from a file that the environment or a setting names. Without
any, the embedded stand-in answers.
";

/// Writes the page.
pub(super) fn write(settings: &Settings, defaults: &Defaults) -> Result<String> {
    let mut page = format!("# Configuration\n\n{OPENING}\n## Keys\n\n{VARIABLES}\n");
    page.push_str("| variable | what it is |\n|---|---|\n");
    for (name, about) in &settings.variables {
        writeln!(page, "| `{name}` | {} |", cell(about))?;
    }
    for section in &settings.sections {
        write!(page, "\n## `[{}]`\n\n{}\n\n", section.name, section.about)?;
        page.push_str(
            "| setting | type | default | what it is | variable |\n|---|---|---|---|---|\n",
        );
        for field in &section.fields {
            let default = defaults.get(&section.name, &field.name).map_or_else(
                || "not set".to_owned(),
                |value| format!("`{}`", cell(&value)),
            );
            writeln!(
                page,
                "| `{}` | {} | {default} | {} | `{}` |",
                field.name,
                field.kind,
                cell(&field.about),
                variable(section, field)
            )?;
        }
    }
    Ok(page)
}

/// Text that cannot end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;
    use crate::source::Tree;

    #[test]
    fn every_setting_has_a_line_with_its_variable() {
        let text = "[server]\n#listen = \"127.0.0.1:1\"\n";
        let defaults = Defaults::kept(&Tree::of(&[(super::super::EXAMPLE, text)])).unwrap();
        let page = write(&settings(), &defaults).unwrap();
        for line in [
            "| `THE_KEY` | The key. |",
            "| `listen` | address and port | `\"127.0.0.1:1\"` | Address and port. | `AIRLOCK__SERVER__LISTEN` |",
            "| `origin` | origin | not set |",
        ] {
            assert!(page.contains(line), "{page}");
        }
    }
}
