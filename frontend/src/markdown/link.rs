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

/// Most bytes of an address. Browsers take about that; it bounds what is read for a bracket that nothing closes.
const URL_BYTES_MAX: usize = 2_048;

/// Reads what stands behind `](`: an address, perhaps a title, and the closing bracket. Gives the address and the length of it all.
pub(super) fn destination(text: &str) -> Option<(String, usize)> {
    let mut depth = 0_usize;
    let mut url_end = None;
    let mut quote = None;
    for (place, sign) in text.char_indices() {
        if place > URL_BYTES_MAX {
            return None;
        }
        if let Some(open) = quote {
            quote = (sign != open).then_some(open);
            continue;
        }
        match sign {
            '"' | '\'' if url_end.is_some() => quote = Some(sign),
            '\n' => return None,
            ' ' => url_end = url_end.or(Some(place)),
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' => {
                let url = text.get(..url_end.unwrap_or(place))?;
                let url = url
                    .strip_prefix('<')
                    .and_then(|url| url.strip_suffix('>'))
                    .unwrap_or(url);
                return Some((url.to_owned(), place + 1));
            }
            _ => {}
        }
    }
    None
}

/// The web address at the front of `text`, without the punctuation that ends the sentence around it.
pub(super) fn bare(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '`' | '"' | '|' | ']');
    let end = text.find(ends).unwrap_or(text.len()).min(URL_BYTES_MAX);
    let mut url = text.get(..end)?;
    loop {
        let has_spare_bracket = url.ends_with(')') && !url.contains('(');
        match url.strip_suffix(['.', ',', ':', ';', '!', '?', '\'', '*', '_', '~', ')']) {
            Some(shorter) if !url.ends_with(')') || has_spare_bracket => url = shorter,
            _ => return Some(url),
        }
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
        assert_eq!(
            host("https://docs.rs/leptos?x#y").as_deref(),
            Some("docs.rs")
        );
        assert_eq!(
            host("HTTP://localhost:8080/").as_deref(),
            Some("localhost:8080")
        );
        assert_eq!(
            host("mailto:a@b.example?subject=x").as_deref(),
            Some("a@b.example")
        );
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
