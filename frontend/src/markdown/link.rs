//! Where a link leads, and whether it may be followed.

/// A place that a link may lead to: http, https or mailto, and nothing that a browser reads differently from a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The address.
    pub(crate) url: String,
    /// Whom it leads to: the host of a web address, the recipient of a mail.
    pub(crate) host: String,
}

impl Target {
    /// Reads an address; `None` for what must not be followed.
    ///
    /// Relative addresses are refused too: model output has no business linking into this page.
    pub(crate) fn new(url: &str) -> Option<Self> {
        // Browsers drop some of these before they read an address, so that `java\nscript:` is a script to them.
        let is_unclear = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if url.chars().any(is_unclear) {
            return None;
        }
        let (scheme, rest) = url.split_once(':')?;
        let host = if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            host_of(rest.strip_prefix("//")?)
        } else if scheme.eq_ignore_ascii_case("mailto") {
            rest.split('?').next().unwrap_or_default()
        } else {
            return None;
        };
        (!host.is_empty()).then(|| Self {
            url: url.to_owned(),
            host: host.to_owned(),
        })
    }
}

/// The host (with its port) that a browser would connect to: what follows the last `@` before the path.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str) -> Option<String> {
        Target::new(url).map(|target| target.host)
    }

    #[test]
    fn web_and_mail_addresses_may_be_followed() {
        assert_eq!(host("https://docs.rs/leptos?x#y").as_deref(), Some("docs.rs"));
        assert_eq!(host("HTTP://localhost:8080/").as_deref(), Some("localhost:8080"));
        assert_eq!(host("mailto:a@b.example?subject=x").as_deref(), Some("a@b.example"));
    }

    #[test]
    fn the_host_is_where_a_browser_would_go_not_what_the_address_pretends() {
        assert_eq!(
            host("https://bank.example@evil.example/x").as_deref(),
            Some("evil.example")
        );
        assert_eq!(host("https://bank.example\\@evil.example"), None);
    }

    #[test]
    fn every_other_scheme_and_spelling_is_refused() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " https://a.example",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/api/session",
            "#top",
            "https:evil.example",
            "https://",
            "",
        ] {
            assert_eq!(host(url), None, "{url}");
        }
    }
}
