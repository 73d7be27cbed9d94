//! Calls as a file for spreadsheets: what goes around its text.

use axum::response::{IntoResponse, Response};
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderValue, LINK};
use shared::api::paths;
use shared::api::usage::{Usage, UsageQuery};
use shared::error::ErrorKind;
use store::csv;

use crate::error::Error;

/// Calls, the newest first.
#[derive(Debug)]
pub struct CsvFile {
    body: String,
    /// Where the older ones are, if there are any.
    next: Option<String>,
}

impl CsvFile {
    /// The calls that `usage` lists, which answers `query`.
    pub(super) fn of(usage: &Usage, query: UsageQuery) -> Self {
        let next = usage.older.map(|older| {
            let query = UsageQuery {
                before: Some(older),
                ..query
            };
            format!("<{}?{query}>; rel=\"next\"", paths::USAGE_CSV)
        });
        Self {
            body: csv(&usage.calls),
            next,
        }
    }

    fn headers(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        headers.insert(CONTENT_TYPE, kind);
        let name = HeaderValue::from_static("attachment; filename=\"airlock-usage.csv\"");
        headers.insert(CONTENT_DISPOSITION, name);
        if let Some(next) = &self.next {
            let next = HeaderValue::try_from(next).map_err(|_| ErrorKind::Internal)?;
            headers.insert(LINK, next);
        }
        Ok(headers)
    }
}

impl IntoResponse for CsvFile {
    fn into_response(self) -> Response {
        match self.headers() {
            Ok(headers) => (headers, self.body).into_response(),
            Err(error) => error.into_response(),
        }
    }
}
