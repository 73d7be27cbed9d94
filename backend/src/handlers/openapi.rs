//! `GET /api/openapi.json`: the API for machines.

use axum::response::{IntoResponse as _, Response};
use hyper::header::CONTENT_TYPE;

/// Written from the source by `cargo xtask docs`, and held to it.
const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Shows every route of both faces, with what goes in and out, as OpenAPI 3.1.
///
/// The answer is `application/json`. The same file is `docs/openapi.json`.
///
/// # Example
///
/// ```sh
/// curl --header 'sec-fetch-site: same-origin' http://localhost:8080/api/openapi.json
/// ```
pub(crate) async fn show() -> Response {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
