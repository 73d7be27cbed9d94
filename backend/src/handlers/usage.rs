//! `GET /api/usage` and `GET /api/usage.csv`: what was spent, on what and when.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hyper::header::CONTENT_TYPE;
use shared::api::usage::UsageQuery;

use crate::access::Caller;
use crate::error::Error;
use crate::extract::ApiQuery;
use crate::usage::{CsvFile, UsageDesk, Viewer};

/// Tells what was spent: by the hour, the day or the month, by model and by environment, beside the budgets, with the newest calls.
///
/// The answer is a [`Report`](shared::api::usage::Report) as JSON. Whoever opened the page by loopback sees everybody's calls; all others
/// see those of their own session. Parameters: `range` (`today`, `7d`, `month`, `30d`; `month` where there is none) or `from` and `to` with
/// dates such as `2026-11-01`; `step` (`hour`, `day`, `month`); `model`; `environment`; `before`, the `older` of an earlier answer.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`](shared::error::ErrorKind::InvalidRequest) for a parameter that is unknown or cannot be answered.
///
/// # Example
///
/// With the cookie that `GET /api/session` left in `cookies`:
///
/// ```sh
/// curl --cookie cookies --header 'sec-fetch-site: same-origin' 'http://localhost:8080/api/usage?range=7d&step=day'
/// ```
pub(crate) async fn show(
    State(desk): State<UsageDesk>,
    caller: Caller,
    ApiQuery(query): ApiQuery<UsageQuery>,
) -> Result<Response, Error> {
    let report = desk.report(Viewer::Caller(&caller), query).await?;
    let body = serde_json::to_vec(&report).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Tells the calls behind it, up to 10,000 of them, as a file for spreadsheets.
///
/// The answer is `text/csv`. The parameters are those of `GET /api/usage`; where there are older calls, the header `Link` says where.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`](shared::error::ErrorKind::InvalidRequest) for a parameter that is unknown or cannot be answered.
///
/// # Example
///
/// With the cookie that `GET /api/session` left in `cookies`:
///
/// ```sh
/// curl --cookie cookies --header 'sec-fetch-site: same-origin' 'http://localhost:8080/api/usage.csv?range=30d'
/// ```
pub(crate) async fn csv(
    State(desk): State<UsageDesk>,
    caller: Caller,
    ApiQuery(query): ApiQuery<UsageQuery>,
) -> Result<CsvFile, Error> {
    desk.csv(Viewer::Caller(&caller), query).await
}
