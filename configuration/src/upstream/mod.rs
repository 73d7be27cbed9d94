//! Which upstream answers, and with which key.

mod base_url;
mod dialect;
mod key;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use shared::models::Catalogue;

use super::env::Environment;
use super::{Problems, UpstreamConfig};
use dialect::{ANTHROPIC, Dialect, OPENAI, Said};
use secret::Secret;

/// Where Anthropic's API is.
const ANTHROPIC_BASE_URL: &str = "https://api.anthropic.com";

/// Who answers.
#[derive(Clone, Debug)]
pub enum UpstreamChoice {
    /// The embedded stand-in: no key, no cost.
    StandIn,
    /// Claude's API, or something that speaks as it does.
    Anthropic {
        /// Where it is, without a slash at the end and without `/v1`.
        base_url: String,
        /// The key.
        key: Arc<Secret>,
        /// Certificate authorities to trust besides the system's, as PEM.
        ca_pem: Option<Vec<u8>>,
    },
    /// A gateway that speaks as OpenAI's API does.
    OpenAiCompatible {
        /// Where it is, without a slash at the end and mostly with `/v1`.
        base_url: String,
        /// The key.
        key: Arc<Secret>,
        /// Certificate authorities to trust besides the system's, as PEM.
        ca_pem: Option<Vec<u8>>,
        /// The gateway's names of models, by ours.
        model_names: Arc<BTreeMap<String, String>>,
    },
}

impl UpstreamChoice {
    /// Whether real money can be spent.
    pub const fn is_real(&self) -> bool {
        !matches!(self, Self::StandIn)
    }

    /// The key, where one is set.
    pub const fn key(&self) -> Option<&Arc<Secret>> {
        match self {
            Self::StandIn => None,
            Self::Anthropic { key, .. } | Self::OpenAiCompatible { key, .. } => Some(key),
        }
    }
}

/// Chooses by what is set. What is not wrong but ought to be said goes to `notices`.
pub(super) fn choose(
    config: &UpstreamConfig,
    environment: &Environment,
    problems: &mut Problems,
    notices: &mut Vec<String>,
) -> UpstreamChoice {
    if config.stand_in {
        return UpstreamChoice::StandIn;
    }
    let anthropic = Said {
        dialect: &ANTHROPIC,
        base_url: environment
            .get(ANTHROPIC.base_url)
            .or(config.base_url.as_deref()),
        key: environment.get(ANTHROPIC.key),
        key_file: environment
            .get(ANTHROPIC.key_file)
            .map(Path::new)
            .or(config.key_file.as_deref()),
    };
    let gateway = Said {
        dialect: &OPENAI,
        base_url: environment
            .get(OPENAI.base_url)
            .or(config.openai_base_url.as_deref()),
        key: environment.get(OPENAI.key),
        key_file: environment
            .get(OPENAI.key_file)
            .map(Path::new)
            .or(config.openai_key_file.as_deref()),
    };
    match (anthropic.says_something(), gateway.base_url) {
        (true, Some(_)) => {
            problems.add(
                OPENAI.base_url,
                "names a second upstream beside ANTHROPIC_…",
                "set one upstream and unset the other",
            );
            UpstreamChoice::StandIn
        }
        (false, Some(base_url)) => choose_gateway(config, &gateway, base_url, problems, notices),
        (_, None) => {
            say_what_is_ignored(&gateway, notices);
            choose_anthropic(config, &anthropic, problems)
        }
    }
}

fn choose_anthropic(
    config: &UpstreamConfig,
    said: &Said<'_>,
    problems: &mut Problems,
) -> UpstreamChoice {
    let ca_pem = read_authorities(config, problems);
    let Some(key) = key::read(said, problems) else {
        if said.base_url.is_some() && !said.has_key() {
            said.add_missing_key(problems);
        }
        return UpstreamChoice::StandIn;
    };
    if !config.model_names.is_empty() {
        problems.add(
            "upstream.model_names",
            "is set, and Claude's own API knows its models by our names",
            "leave it out, or set OPENAI_BASE_URL to the gateway that it is for",
        );
    }
    let base_url = said.base_url.unwrap_or(ANTHROPIC_BASE_URL);
    UpstreamChoice::Anthropic {
        base_url: base_url::check(&ANTHROPIC, base_url, problems),
        key: Arc::new(key),
        ca_pem,
    }
}

fn choose_gateway(
    config: &UpstreamConfig,
    said: &Said<'_>,
    base_url: &str,
    problems: &mut Problems,
    notices: &mut Vec<String>,
) -> UpstreamChoice {
    let ca_pem = read_authorities(config, problems);
    let base_url = base_url::check(&OPENAI, base_url, problems);
    if !base_url::has_path(&base_url) {
        let name = OPENAI.base_url;
        notices.push(format!(
            "{name} has no path, and most gateways serve below /v1: requests go to {base_url}/chat/completions"
        ));
    }
    check_model_names(&config.model_names, problems);
    let Some(key) = key::read(said, problems) else {
        if !said.has_key() {
            said.add_missing_key(problems);
        }
        return UpstreamChoice::StandIn;
    };
    UpstreamChoice::OpenAiCompatible {
        base_url,
        key: Arc::new(key),
        ca_pem,
        model_names: Arc::new(config.model_names.clone()),
    }
}

/// Many machines have a key for OpenAI lying about, which is for something else.
fn say_what_is_ignored(gateway: &Said<'_>, notices: &mut Vec<String>) {
    if gateway.has_key() {
        let Dialect { key, base_url, .. } = gateway.dialect;
        notices.push(format!(
            "{key} counts only together with {base_url} and is ignored"
        ));
    }
}

fn check_model_names(names: &BTreeMap<String, String>, problems: &mut Problems) {
    const SETTING: &str = "upstream.model_names";
    let catalogue = Catalogue::builtin();
    for (ours, theirs) in names {
        if catalogue.find(ours).is_none_or(|model| model.id != ours) {
            problems.add(
                SETTING,
                format!("{ours} is no model of the catalogue"),
                "write our name on the left and the gateway's on the right",
            );
        }
        if theirs.is_empty() || theirs.contains(|c: char| c.is_whitespace() || c.is_control()) {
            problems.add(
                SETTING,
                format!("{ours} has no name that a gateway could know"),
                "write the gateway's own, such as \"anthropic/claude-haiku-5-5\"",
            );
        }
    }
}

fn read_authorities(config: &UpstreamConfig, problems: &mut Problems) -> Option<Vec<u8>> {
    let path = config.ca_file.as_deref()?;
    read_file("upstream.ca_file", path, problems)
}

fn read_file(setting: &str, path: &Path, problems: &mut Problems) -> Option<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| {
            problems.add(
                setting,
                format!("{}: {error}", path.display()),
                "name a file that the server can read",
            );
        })
        .ok()
}
