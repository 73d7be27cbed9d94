//! Every route on one screen. A route is closed to strangers unless it stands in [`PUBLIC`].

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use shared::api::paths;
use shared::error::ErrorKind;

use crate::assets::Assets;
use crate::error::Error;
use crate::handlers::{
    chat, count, health, messages, openapi, quotas, session, stop_spending, usage, xray,
};
use crate::layers::require_caller;
use crate::state::AppState;

/// Routes that need no caller. All others are refused without one.
pub const PUBLIC: &[&str] = &[
    paths::SESSION,
    paths::OPENAPI,
    paths::HEALTHZ,
    paths::READYZ,
];

/// The router, without the layers around it.
pub fn router(state: AppState) -> Router {
    let gate = from_fn_with_state(state.0.gate.clone(), require_caller);
    let quotas = from_fn_with_state(state.clone(), quotas::tell);
    Router::new()
        .route(paths::CHAT, post(chat::chat))
        .route(paths::COUNT, post(count::count))
        .route(paths::STOP_SPENDING, post(stop_spending::turn))
        .route(paths::MESSAGES, post(messages::create))
        // Only what stands above is counted.
        .route_layer(quotas)
        .route(paths::SESSION, get(session::show))
        .route(paths::USAGE, get(usage::show))
        .route(paths::USAGE_CSV, get(usage::csv))
        .route(paths::OPENAPI, get(openapi::show))
        .route(paths::XRAY, get(xray::show))
        .route(paths::HEALTHZ, get(health::lives))
        .route(paths::READYZ, get(health::is_ready))
        .route_layer(gate)
        .merge(lab::open(&state.0.upstream, &state.0.clock, &state.0.tasks)) // lab
        .fallback(page)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state)
}

/// Everything else is a file of the page, or nothing.
async fn page(State(assets): State<Assets>, request: Request) -> Result<Response, Error> {
    assets.serve(request.method(), request.uri().path(), request.headers())
}

async fn wrong_method() -> Error {
    ErrorKind::MethodNotAllowed.into()
}
