//! `GET /healthz` and `GET /readyz`: cheap, open to all, and never a call upstream.

use axum::extract::State;
use shared::error::ErrorKind;

use crate::error::Error;
use serving::tasks::Tasks;

/// The process lives.
pub(crate) async fn lives() -> &'static str {
    "alive\n"
}

/// The server wants new requests; not any more once it is about to stop, though it still takes them for a moment.
pub(crate) async fn is_ready(State(tasks): State<Tasks>) -> Result<&'static str, Error> {
    if tasks.is_leaving() {
        return Err(ErrorKind::ShuttingDown.into());
    }
    Ok("ready\n")
}
