//! The only reader of the environment, once, before anything starts.

use std::collections::BTreeMap;

/// The variables beside the settings, and what each is for: keys, and what belongs to them. A key has no setting, so that no settings
/// file ever holds one.
pub const VARIABLES: [(&str, &str); 6] = [
    (
        "ANTHROPIC_API_KEY",
        "The key for Claude. Without any key the embedded stand-in answers.",
    ),
    (
        "ANTHROPIC_API_KEY_FILE",
        "A file that holds that key instead, for secrets that are mounted.",
    ),
    (
        "ANTHROPIC_BASE_URL",
        "Another place that speaks Claude's API, without `/v1`.",
    ),
    (
        "OPENAI_API_KEY",
        "The key for a gateway that speaks the OpenAI API. It counts only together with its base URL.",
    ),
    ("OPENAI_API_KEY_FILE", "A file that holds that key instead."),
    ("OPENAI_BASE_URL", "Where that gateway is, with its `/v1`."),
];

/// What the name of a setting begins with.
const SETTING: &str = "AIRLOCK__";

/// The variables that Airlock looks at, as they were at start-up.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the process's environment. Variables that are not Unicode are left out: no setting of ours needs one.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn read() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .filter(|(name, _)| {
                    name.starts_with(SETTING) || VARIABLES.iter().any(|(known, _)| known == name)
                })
                .collect(),
        )
    }

    /// The value of one variable. An empty one counts as absent: that is how a shell or a compose file leaves one out.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    }

    /// Settings: `AIRLOCK__SECTION__FIELD`, as section, field and value.
    pub fn settings(&self) -> impl Iterator<Item = (String, String, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let (section, field) = name.strip_prefix(SETTING)?.split_once("__")?;
            Some((
                section.to_ascii_lowercase(),
                field.to_ascii_lowercase(),
                value.as_str(),
            ))
        })
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        Self(
            variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        )
    }
}

impl std::fmt::Debug for Environment {
    /// Names only: values may be keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
