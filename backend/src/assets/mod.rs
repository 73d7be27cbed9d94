//! The page, from inside the binary: precompressed at build time. Only those who work on it have it read from a folder.

mod content_type;
mod folder;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use hyper::{HeaderMap, Method, StatusCode};
use shared::error::ErrorKind;

use crate::error::Error;

/// One file of the page, as the build script embeds it.
#[derive(Debug)]
struct Asset {
    path: &'static str,
    content_type: &'static str,
    etag: &'static str,
    /// Its name has its content's hash in it, so that it can be kept for ever.
    immutable: bool,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static PAGE: &[Asset] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What a server says that was built without a page.
const NO_PAGE: &str =
    "This server was built without its page. `cargo xtask demo` builds and runs both.\n";

/// Where the page's files are. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In this binary.
    Embedded,
    /// In a folder, read anew for each request.
    Folder(Arc<Path>),
}

impl From<Option<PathBuf>> for Assets {
    fn from(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::Embedded, |folder| Self::Folder(folder.into()))
    }
}

impl Assets {
    /// Serves the file at `path`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] for any other path, [`ErrorKind::MethodNotAllowed`] for methods other than GET and HEAD.
    pub(crate) fn serve(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Result<Response, Error> {
        match self {
            Self::Embedded => serve_embedded(method, path, headers),
            Self::Folder(folder) => folder::serve(folder, method, path),
        }
    }
}

fn serve_embedded(method: &Method, path: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let Some(asset) = PAGE.iter().find(|asset| asset.path == path) else {
        if path == "/" && PAGE.is_empty() {
            return Ok((StatusCode::NOT_FOUND, NO_PAGE).into_response());
        }
        return Err(ErrorKind::NotFound.into());
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(ErrorKind::MethodNotAllowed.into());
    }
    Ok(asset.response(headers))
}

impl Asset {
    fn response(&self, headers: &HeaderMap) -> Response {
        let (encoding, bytes) = self.representation(headers);
        let is_known = headers
            .get(IF_NONE_MATCH)
            .and_then(|tags| tags.to_str().ok())
            .is_some_and(|tags| {
                tags.split(',')
                    .any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
            });
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(bytes).into_response()
        };
        let answer = response.headers_mut();
        answer.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        answer.insert(ETAG, HeaderValue::from_static(self.etag));
        answer.insert(
            CACHE_CONTROL,
            HeaderValue::from_static(self.cache_control()),
        );
        answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let (Some(encoding), false) = (encoding, is_known) {
            answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    const fn cache_control(&self) -> &'static str {
        if self.immutable {
            "public, max-age=31536000, immutable"
        } else if self.path.len() == 1 {
            // The page itself names the hashed files and must be asked for each time.
            "no-store"
        } else {
            "no-cache"
        }
    }

    /// The smallest form that the browser takes.
    fn representation(&self, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let accepted = headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if let (Some(bytes), true) = (self.brotli, accepts(accepted, "br")) {
            return (Some("br"), bytes);
        }
        if let (Some(bytes), true) = (self.gzip, accepts(accepted, "gzip")) {
            return (Some("gzip"), bytes);
        }
        (None, self.identity)
    }
}

/// Whether an Accept-Encoding header takes `encoding`: named, and not with a weight of zero.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let is_refused = parts.any(|weight| {
            weight
                .strip_prefix("q=")
                .is_some_and(|q| q.bytes().all(|b| matches!(b, b'0' | b'.')))
        });
        is_named && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSET: Asset = Asset {
        path: "/app-0123456789abcdef.js",
        content_type: "text/javascript; charset=utf-8",
        etag: "\"aa\"",
        immutable: true,
        identity: b"plain",
        brotli: Some(b"br"),
        gzip: Some(b"gz"),
    };

    fn encoding(accept: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accept))]);
        let response = ASSET.response(&headers);
        let encoding = response.headers().get(CONTENT_ENCODING)?;
        encoding.to_str().ok().map(str::to_owned)
    }

    #[test]
    fn the_best_encoding_that_the_browser_takes_is_served() {
        assert_eq!(encoding("gzip, deflate, br, zstd").as_deref(), Some("br"));
        assert_eq!(encoding("gzip;q=0.5, br;q=0").as_deref(), Some("gzip"));
        assert_eq!(encoding("br;q=0.0, gzip;q=0"), None);
        assert_eq!(encoding("brotli"), None);
    }

    #[test]
    fn a_file_that_the_browser_has_is_not_sent_again() {
        let headers =
            HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"aa\""))]);
        assert_eq!(ASSET.response(&headers).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn hashed_names_are_kept_for_ever_and_the_page_never() {
        assert!(ASSET.cache_control().ends_with("immutable"));
        let page = Asset {
            path: "/",
            immutable: false,
            ..ASSET
        };
        assert_eq!(page.cache_control(), "no-store");
    }
}
