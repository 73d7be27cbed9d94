//! The page from a folder, read anew for each request and kept by nobody: for those who work on it.
//!
//! A file is read where it is asked for, which holds a thread for as long as the disk takes. On loopback, with one developer, that is
//! nothing; the page that people get is inside the binary.

use std::path::{Component, Path};

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use shared::error::ErrorKind;

use super::content_type;
use crate::error::Error;

/// What a server says whose folder has no page yet.
const NOT_BUILT: &str = "The page is not built yet, or does not compile: see where it is built.\n";

/// Serves the file of `folder` at `path`.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for a path that leads out of the folder or to no file of a known kind, [`ErrorKind::MethodNotAllowed`] for
/// methods other than GET and HEAD.
pub(super) fn serve(folder: &Path, method: &Method, path: &str) -> Result<Response, Error> {
    let name = if path == "/" {
        "index.html"
    } else {
        path.trim_start_matches('/')
    };
    let (Some(kind), true) = (content_type::of(name), is_below(name)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let Ok(bytes) = std::fs::read(folder.join(name)) else {
        if path == "/" {
            return Ok((StatusCode::NOT_FOUND, NOT_BUILT).into_response());
        }
        return Err(ErrorKind::NotFound.into());
    };
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(ErrorKind::MethodNotAllowed.into());
    }
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Whether a name stays within its folder: names alone, no way up and no other root.
fn is_below(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    parts.all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &Method, path: &str) -> u16 {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend");
        match serve(&folder, method, path) {
            Ok(response) => response.status().as_u16(),
            Err(error) => error.kind().status(),
        }
    }

    #[test]
    fn files_of_the_folder_are_served() {
        assert_eq!(status(&Method::GET, "/boot.js"), 200);
        assert_eq!(status(&Method::GET, "/public/mark.svg"), 200);
        assert_eq!(status(&Method::POST, "/boot.js"), 405);
        assert_eq!(status(&Method::GET, "/"), 404);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for path in [
            "/../README.txt",
            "/../index.html",
            "/public/../../index.html",
            "//etc/hosts.txt",
            "/%2e%2e/index.html",
            "/Cargo.toml",
        ] {
            assert_eq!(status(&Method::GET, path), 404, "{path}");
        }
    }

    #[test]
    fn nothing_is_kept() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend");
        let response = serve(&folder, &Method::GET, "/boot.js").expect("it is there");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
    }
}
