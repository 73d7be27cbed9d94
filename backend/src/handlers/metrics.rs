//! `GET /metrics`, on the listener of its own that only the machine itself reaches.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hyper::header::CONTENT_TYPE;
use shared::error::ErrorKind;

use crate::error::Error;
use crate::state::AppState;
use metrics::Readings;

/// The form that Prometheus asks for and reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Where Prometheus looks.
const METRICS: &str = "/metrics";

/// The router of that listener. It needs no caller: what it tells names nobody.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .route(METRICS, get(show))
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state)
}

async fn nothing() -> Error {
    ErrorKind::NotFound.into()
}

async fn wrong_method() -> Error {
    ErrorKind::MethodNotAllowed.into()
}

/// Everything that was counted, and where things stand now.
async fn show(State(state): State<AppState>) -> Result<Response, Error> {
    let parts = &state.0;
    let today = parts.budgets.today();
    let (streams, waiting) = parts.proxy.under_way();
    let readings = Readings {
        spent: today.spent,
        reserved: today.reserved,
        streams,
        waiting,
        tasks: parts.tasks.running(),
    };
    let page = parts.metrics.write(&readings);
    let page = page.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], page).into_response())
}
