//! The upstream's address: https unless it is on this machine, and nothing in it but a scheme, a host, a port and a path.

use hyper::Uri;
use hyper::http::uri::Authority;
use shared::anthropic::MESSAGES_PATH;
use shared::openai::CHAT_COMPLETIONS_PATH;

use super::super::Problems;
use super::super::origin::is_loopback_host;
use super::dialect::Dialect;

/// Notes what is wrong with `url` and gives it without slashes at its end. Each dialect's own clients append a path to it, and so do
/// we: Anthropic's one that begins with `/v1`, OpenAI's one that does not.
pub(super) fn check(dialect: &Dialect, url: &str, problems: &mut Problems) -> String {
    let url = url.trim().trim_end_matches('/');
    let parsed = url.parse::<Uri>().ok();
    let authority = parsed
        .as_ref()
        .and_then(Uri::authority)
        .map(Authority::as_str);
    let scheme = parsed.as_ref().and_then(Uri::scheme_str);
    let wrong = match (scheme, authority) {
        (Some("https" | "http"), Some(authority))
            if authority.contains('@') || url.contains(['?', '#']) =>
        {
            Some((
                "has a user, a query or a fragment",
                "keep scheme, host, port and path alone".to_owned(),
            ))
        }
        (Some("https"), Some(_)) => None,
        (Some("http"), Some(authority)) if is_loopback_host(authority) => None,
        (Some("http"), Some(_)) => Some(("would send the key unencrypted", "use https".to_owned())),
        _ => Some(("is no URL", format!("write it as {}", dialect.example))),
    };
    if let Some((what, fix)) = wrong.or_else(|| wrong_end(dialect, url)) {
        problems.add(dialect.base_url, what, fix);
    }
    url.to_owned()
}

/// An end that would be there twice.
fn wrong_end(dialect: &Dialect, url: &str) -> Option<(&'static str, String)> {
    let is_anthropic = dialect.base_url == super::ANTHROPIC.base_url;
    let end = [MESSAGES_PATH, CHAT_COMPLETIONS_PATH, "/v1"]
        .into_iter()
        .filter(|end| is_anthropic || *end != "/v1")
        .find(|end| url.ends_with(end))?;
    let fix = format!("leave {end} out: Airlock adds it, as the dialect's own clients do");
    Some(("ends with the path of a request", fix))
}

/// Whether anything follows the host.
pub(super) fn has_path(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(_, rest)| rest.contains('/'))
}
