//! What holds where nothing is set, as a settings file would say it: the documentation is written from this.

use serde::Serialize;
use toml::ser::Error;
use toml::{Table, Value};

use super::{
    AccessConfig, BudgetConfig, ChatConfig, LimitsConfig, LogConfig, ServerConfig, StoreConfig,
    UpstreamConfig, XrayConfig,
};

/// Every section with the defaults of its fields. What is not set by default is left out.
///
/// # Errors
///
/// Those of [`toml`], should a default have no form there.
pub fn defaults() -> Result<Table, Error> {
    Ok(Table::from_iter([
        ("server".to_owned(), section::<ServerConfig>()?),
        ("upstream".to_owned(), section::<UpstreamConfig>()?),
        ("chat".to_owned(), section::<ChatConfig>()?),
        ("access".to_owned(), section::<AccessConfig>()?),
        ("budget".to_owned(), section::<BudgetConfig>()?),
        ("limits".to_owned(), section::<LimitsConfig>()?),
        ("store".to_owned(), section::<StoreConfig>()?),
        ("xray".to_owned(), section::<XrayConfig>()?),
        ("log".to_owned(), section::<LogConfig>()?),
    ]))
}

fn section<T: Default + Serialize>() -> Result<Value, Error> {
    Value::try_from(T::default())
}

#[cfg(test)]
mod tests {
    use super::super::env::Environment;
    use super::super::settings::SECTIONS;
    use super::super::{Config, Flags};
    use super::*;
    use shared::time::Day;

    /// The file that people copy.
    const EXAMPLE: &str = include_str!("../../airlock.example.toml");
    /// What stands behind a value there that is no default.
    const NOT_SET: &str = "# not set by default";

    /// What the settings come to when the example file is copied and the `#` taken away from the lines that are `wanted`.
    fn load(name: &str, wanted: impl Fn(&str) -> bool) -> Config {
        let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') && wanted(line) => setting,
            _ => line,
        });
        let copy = std::env::temp_dir().join(format!("airlock-{name}-{}.toml", std::process::id()));
        std::fs::write(&copy, lines.collect::<Vec<_>>().join("\n")).expect("a copy");
        let flags = Flags {
            config: Some(copy.clone()),
            stand_in: true,
            ..Flags::default()
        };
        let now = Day::from_date(2026, 11, 23).start();
        let loaded = Config::load(&flags, &Environment::default(), now);
        std::fs::remove_file(&copy).expect("it goes again");
        loaded.expect("the example file holds")
    }

    #[test]
    fn every_section_has_its_defaults() {
        let defaults = defaults().expect("they have a form");
        let mut sections = SECTIONS;
        sections.sort_unstable();
        let mut found: Vec<_> = defaults.keys().collect();
        found.sort_unstable();
        assert_eq!(found, sections);
    }

    #[test]
    fn the_example_file_says_the_defaults() {
        let by_default = load("nothing", |_| false);
        let as_written = load("defaults", |line| !line.ends_with(NOT_SET));
        assert_eq!(
            format!("{as_written:?}"),
            format!("{by_default:?}"),
            "`cargo xtask docs` writes airlock.example.toml anew"
        );
    }

    #[test]
    fn every_example_in_the_example_file_can_be_set() {
        let all = load("all", |_| true);
        assert!(all.server.public_origin.is_some() && all.budget.is_chosen());
    }
}
