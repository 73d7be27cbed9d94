//! The origin gate: our own page alone may call the API.
//!
//! The cookie's `SameSite=Strict` does not do it: a page on another port of this host is same-site, and its requests carry the
//! cookie. What the browser itself says about where a request comes from cannot be forged by a page.

use axum::extract::Request;
use hyper::HeaderMap;
use hyper::header::{HeaderName, ORIGIN};
use shared::error::ErrorKind;

use super::Site;
use crate::error::Error;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses API requests that do not come from our own page.
pub(super) fn check(site: &Site, request: &Request) -> Result<(), Error> {
    if is_api(request.uri().path()) && !is_from_our_page(request.headers(), site) {
        return Err(ErrorKind::OriginRefused.into());
    }
    Ok(())
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// `Sec-Fetch-Site` must say `same-origin`; older browsers do not send it, and then `Origin` must be ours. A request with
/// neither does not come from a page. Where both are there, both must agree.
fn is_from_our_page(headers: &HeaderMap, site: &Site) -> bool {
    let fetch_site = headers
        .get(SEC_FETCH_SITE)
        .map(|value| value.as_bytes() == b"same-origin");
    let origin = headers.get(ORIGIN).map(|value| {
        value
            .to_str()
            .is_ok_and(|origin| site.is_our_origin(origin, headers))
    });
    match (fetch_site, origin) {
        (None, None) => false,
        (fetch_site, origin) => fetch_site.unwrap_or(true) && origin.unwrap_or(true),
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HOST, HeaderValue};

    use super::*;

    fn passes(public: Option<&str>, headers: &[(HeaderName, &'static str)]) -> bool {
        let site = Site::new(public.map(|origin| origin.parse().expect("an origin")));
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        is_from_our_page(&headers, &site)
    }

    #[test]
    fn only_our_own_page_passes() {
        const LOCAL: (HeaderName, &str) = (HOST, "localhost:8080");
        for (headers, expected) in [
            (vec![(SEC_FETCH_SITE, "same-origin")], true),
            (vec![(SEC_FETCH_SITE, "same-site")], false),
            (vec![(SEC_FETCH_SITE, "cross-site")], false),
            (vec![(SEC_FETCH_SITE, "none")], false),
            (vec![(ORIGIN, "http://localhost:8080")], true),
            (vec![(ORIGIN, "http://localhost:8081")], false),
            (vec![(ORIGIN, "https://localhost:8080")], false),
            (vec![(ORIGIN, "http://localhost:8080.evil.com")], false),
            (vec![(ORIGIN, "null")], false),
            (vec![], false),
            (
                vec![
                    (SEC_FETCH_SITE, "same-origin"),
                    (ORIGIN, "https://evil.com"),
                ],
                false,
            ),
            (
                vec![
                    (SEC_FETCH_SITE, "cross-site"),
                    (ORIGIN, "http://localhost:8080"),
                ],
                false,
            ),
        ] {
            let all: Vec<_> = std::iter::once(LOCAL).chain(headers).collect();
            assert_eq!(passes(None, &all), expected, "{all:?}");
        }
    }

    #[test]
    fn a_public_site_knows_its_own_origin_and_no_http() {
        let public = Some("https://chat.example.org");
        let host = (HOST, "chat.example.org");
        assert!(passes(
            public,
            &[host.clone(), (ORIGIN, "https://chat.example.org")]
        ));
        assert!(!passes(
            public,
            &[host, (ORIGIN, "http://chat.example.org")]
        ));
    }
}
