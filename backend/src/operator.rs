//! What the operator's commands may ask of a running server, over the socket in its data folder. Whoever can open that is the operator.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use control::Socket;
use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serving::tasks::Tasks;
use shared::api::paths;
use shared::api::spending::StopSpending;
use shared::error::ErrorKind;
use store::Store;

use crate::admission::KillSwitch;
use crate::error::Error;
use crate::extract::ApiJson;
use crate::state::AppState;

/// `POST` has everything copied into a new file.
pub const BACKUP: &str = "/backup";

/// Where the copy goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// A file that is not there yet.
    pub to: PathBuf,
}

/// Lets commands reach the server through its data folder, which is locked for it. Without that it runs all the same.
pub fn listen(folder: &Path, state: AppState, tasks: &Tasks) {
    let socket = match Socket::listen(folder) {
        Ok(socket) => socket,
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "commands cannot reach this server");
            return;
        }
    };
    let (stopping, cutting) = (tasks.clone(), tasks.cutting());
    tasks.spawn(async move {
        let served = socket.serve(router(state), async move { stopping.stopping().await });
        tokio::select! {
            () = served => {}
            () = cutting => {}
        }
    });
}

/// Everything that commands may ask.
fn router(state: AppState) -> Router {
    Router::new()
        .route(paths::STOP_SPENDING, post(stop_spending))
        .route(BACKUP, post(backup))
        .with_state(state)
}

async fn stop_spending(
    State(switch): State<KillSwitch>,
    ApiJson(wish): ApiJson<StopSpending>,
) -> Response {
    written(switch.turn(wish.is_stopped).await)
}

async fn backup(
    State(store): State<Arc<dyn Store>>,
    ApiJson(Backup { to }): ApiJson<Backup>,
) -> Response {
    let copied = store.backup(to).await;
    // The operator may read all that the store says.
    written(copied.map_err(|error| ErrorKind::Unavailable.with(error.to_string()).into()))
}

/// An answer as JSON, or why there is none as a problem document.
fn written<T: Serialize>(answer: Result<T, Error>) -> Response {
    let (status, body) = match answer {
        Ok(answer) => (StatusCode::OK, serde_json::to_vec(&answer)),
        Err(error) => (
            StatusCode::from_u16(error.kind().status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            serde_json::to_vec(&error.to_api_error()),
        ),
    };
    match body {
        Ok(body) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Error::Internal(error.to_string()).into_response(),
    }
}
