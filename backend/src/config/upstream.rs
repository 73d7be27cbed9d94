//! Which upstream answers, and with which key.

use std::path::Path;
use std::sync::Arc;

use hyper::Uri;
use hyper::http::uri::Authority;

use super::env::Environment;
use super::origin::is_loopback_host;
use super::{Problems, UpstreamConfig};
use crate::secret::Secret;

/// Where Anthropic's API is.
const ANTHROPIC: &str = "https://api.anthropic.com";

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
}

impl UpstreamChoice {
    /// Whether real money can be spent.
    pub const fn is_real(&self) -> bool {
        matches!(self, Self::Anthropic { .. })
    }
}

pub(super) fn choose(
    config: &UpstreamConfig,
    environment: &Environment,
    problems: &mut Problems,
) -> UpstreamChoice {
    if config.stand_in {
        return UpstreamChoice::StandIn;
    }
    refuse_gateway(environment, problems);
    let base_url = environment
        .get("ANTHROPIC_BASE_URL")
        .or(config.base_url.as_deref());
    let key = read_key(config, environment, problems);
    let ca_pem = config
        .ca_file
        .as_deref()
        .and_then(|path| read_file("upstream.ca_file", path, problems));
    match (key, base_url) {
        (None, None) => UpstreamChoice::StandIn,
        (None, Some(_)) => {
            problems.add("ANTHROPIC_BASE_URL", "is set without a key", "set ANTHROPIC_API_KEY or ANTHROPIC_API_KEY_FILE, or leave both out for the stand-in");
            UpstreamChoice::StandIn
        }
        (Some(key), base_url) => UpstreamChoice::Anthropic {
            base_url: check_base_url(base_url.unwrap_or(ANTHROPIC), problems),
            key: Arc::new(key),
            ca_pem,
        },
    }
}

/// OpenAI-compatible gateways are named, so that nobody wonders why the stand-in answers.
fn refuse_gateway(environment: &Environment, problems: &mut Problems) {
    if environment.get("OPENAI_BASE_URL").is_none() {
        return;
    }
    let has_anthropic = [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_API_KEY_FILE",
        "ANTHROPIC_BASE_URL",
    ]
    .iter()
    .any(|name| environment.get(name).is_some());
    if has_anthropic {
        problems.add(
            "OPENAI_BASE_URL",
            "names a second upstream beside ANTHROPIC_…",
            "set one upstream and unset the other",
        );
    } else {
        problems.add(
            "OPENAI_BASE_URL",
            "OpenAI-compatible gateways are not spoken to by this version",
            "unset it for the stand-in, or set ANTHROPIC_API_KEY",
        );
    }
}

fn read_key(
    config: &UpstreamConfig,
    environment: &Environment,
    problems: &mut Problems,
) -> Option<Secret> {
    let file = environment
        .get("ANTHROPIC_API_KEY_FILE")
        .map(Path::new)
        .or(config.key_file.as_deref());
    let (name, key) = match (environment.get("ANTHROPIC_API_KEY"), file) {
        (Some(_), Some(_)) => {
            problems.add(
                "ANTHROPIC_API_KEY",
                "is set, and a key file too",
                "keep one of the two",
            );
            return None;
        }
        (Some(key), None) => ("ANTHROPIC_API_KEY", Secret::new(key.to_owned())),
        (None, Some(path)) => {
            let bytes = read_file("ANTHROPIC_API_KEY_FILE", path, problems)?;
            (
                "ANTHROPIC_API_KEY_FILE",
                Secret::new(String::from_utf8(bytes).unwrap_or_default()),
            )
        }
        (None, None) => return None,
    };
    if key.is_empty() || !key.is_header_safe() {
        problems.add(
            name,
            "holds no key: it is empty, or has spaces or characters that no key has",
            "put in the key alone, without quotes or other lines",
        );
        return None;
    }
    Some(key)
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

fn check_base_url(url: &str, problems: &mut Problems) -> String {
    const SETTING: &str = "ANTHROPIC_BASE_URL";
    let url = url.trim().trim_end_matches('/');
    let parsed = url.parse::<Uri>().ok();
    let authority = parsed
        .as_ref()
        .and_then(Uri::authority)
        .map(Authority::as_str);
    let scheme = parsed.as_ref().and_then(Uri::scheme_str);
    match (scheme, authority) {
        (Some("https" | "http"), Some(authority))
            if authority.contains('@') || url.contains(['?', '#']) =>
        {
            problems.add(
                SETTING,
                "has a user, a query or a fragment",
                "keep scheme, host, port and path alone",
            );
        }
        (Some("https"), Some(_)) => {}
        (Some("http"), Some(authority)) if is_loopback_host(authority) => {}
        (Some("http"), Some(_)) => {
            problems.add(SETTING, "would send the key unencrypted", "use https");
        }
        _ => problems.add(SETTING, "is no URL", format!("write it as {ANTHROPIC}")),
    }
    if url.ends_with("/v1") {
        problems.add(
            SETTING,
            "ends with /v1",
            "leave /v1 out: Airlock adds it, as Anthropic's own clients do",
        );
    }
    url.to_owned()
}
