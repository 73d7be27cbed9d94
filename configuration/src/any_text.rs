//! Settings of every form, and texts of none: all are judged, none makes it fail, and what is wrong is named.

use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};
use proptest::sample::select;
use shared::time::Day;

use super::{Config, Environment, Flags, Problems, defaults};

/// A section and a field that there are, or almost.
fn setting() -> impl Strategy<Value = (String, String)> {
    let sections = defaults().expect("the defaults have a form");
    let known: Vec<(String, String)> = sections
        .iter()
        .filter_map(|(section, fields)| Some((section, fields.as_table()?)))
        .flat_map(|(section, fields)| {
            fields
                .keys()
                .map(move |field| (section.clone(), field.clone()))
        })
        .collect();
    let mut names: Vec<String> = known.iter().map(|(_, field)| field.clone()).collect();
    // Without a default, and so not among them.
    names.extend(
        [
            "public_origin",
            "token_sha256",
            "per_day",
            "model_names",
            "openai_base_url",
        ]
        .map(str::to_owned),
    );
    let sections: Vec<String> = sections.keys().cloned().collect();
    prop_oneof![4 => select(known), 2 => (select(sections), select(names)), 1 => ("[a-z_]{1,8}", "[a-z_]{1,8}")]
}

/// A value as a file has it: of a right form, of another, or none.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (0..100_u8).prop_map(|number| number.to_string()),
        Just("true".to_owned()),
        Just("nan".to_owned()),
        Just("1979-05-27T07:32:00Z".to_owned()),
        "\"[^\"\\\\\\pC]{0,20}\"",
        "\\[(\"[a-z0-9./:-]{0,20}\",){0,3}\\]",
        "\\{ (\"[a-z0-9-]{1,8}\" = \"[a-z]{0,8}\")? \\}",
        select(vec![
            "\"0.0.0.0:0\"",
            "\"https://h.example\"",
            "\"10.0.0.0/8\"",
            "[\"claude-haiku-5-5\"]",
            "\"info\""
        ])
        .prop_map(str::to_owned),
        "\\PC{0,20}",
    ]
}

fn judge(flags: &Flags, environment: &Environment) -> Result<Config, Problems> {
    Config::load(flags, environment, Day::from_date(2026, 11, 23).start())
}

/// What the settings come to with `text` in the file.
fn with_file(name: &str, text: &[u8]) -> Result<Config, Problems> {
    let file = format!("airlock-{name}-{}.toml", std::process::id());
    let path: PathBuf = std::env::temp_dir().join(file);
    std::fs::write(&path, text).expect("a file");
    let flags = Flags {
        config: Some(path.clone()),
        stand_in: true,
        ..Flags::default()
    };
    let judged = judge(&flags, &Environment::default());
    std::fs::remove_file(&path).expect("it goes again");
    judged
}

/// A refusal names at least one setting, and says of each what is wrong.
fn is_told(judged: &Result<Config, Problems>) -> bool {
    judged.as_ref().err().is_none_or(|problems| {
        let told = problems.to_string();
        !problems.is_empty()
            && problems
                .settings()
                .iter()
                .all(|setting| told.contains(setting))
    })
}

proptest! {
    #[test]
    fn any_file_of_settings_is_judged(settings in vec((setting(), value()), 0..6)) {
        let lines = settings.iter().map(|((section, field), value)| format!("{section}.{field} = {value}\n"));
        let judged = with_file("settings", lines.collect::<String>().as_bytes());
        prop_assert!(is_told(&judged), "{judged:?}");
    }

    #[test]
    fn any_bytes_for_a_file_are_judged(bytes in prop_oneof![vec(any::<u8>(), 0..100), "(\\PC|\n){0,100}".prop_map(String::into_bytes)]) {
        let judged = with_file("bytes", &bytes);
        prop_assert!(is_told(&judged), "{judged:?}");
    }

    #[test]
    fn any_variables_are_judged(settings in vec((setting(), value()), 3), key in "\\PC{0,20}", url in "\\PC{0,20}|https?://\\PC{0,20}") {
        let names: Vec<String> = settings
            .iter()
            .map(|((section, field), _)| format!("AIRLOCK__{section}__{field}").to_uppercase())
            .collect();
        let environment = Environment::from([
            (names[0].as_str(), settings[0].1.as_str()),
            (names[1].as_str(), settings[1].1.as_str()),
            (names[2].as_str(), settings[2].1.as_str()),
            ("ANTHROPIC_API_KEY", &key),
            ("ANTHROPIC_BASE_URL", &url),
        ]);
        let judged = judge(&Flags::default(), &environment);
        prop_assert!(is_told(&judged), "{judged:?}");
    }

    /// FM-9: a field that nobody reads is refused by its name, whatever else is right or wrong.
    #[test]
    fn a_field_that_nobody_reads_is_named(settings in vec((setting(), value()), 1), field in "x_[a-z]{1,8}", unread in value()) {
        let [((section, known), value)] = settings.as_slice() else { return Ok(()) };
        let known = format!("AIRLOCK__{section}__{known}").to_uppercase();
        let name = format!("AIRLOCK__SERVER__{field}").to_uppercase();
        let problems = judge(&Flags::default(), &Environment::from([(known.as_str(), value.as_str()), (name.as_str(), &unread)]));
        let named = problems.expect_err("a problem");
        prop_assert!(named.settings().contains(&format!("server.{field}").as_str()), "{named}");
    }
}
