//! `GET /healthz` and `GET /readyz`: cheap, open to all, and never a call upstream.

use axum::extract::State;
use shared::error::ErrorKind;

use crate::error::Error;
use serving::tasks::Tasks;

/// The process lives.
pub(crate) async fn lives() -> &'static str {
    "alive\n"
}

/// The server takes new requests; not any more once it is stopping.
pub(crate) async fn is_ready(State(tasks): State<Tasks>) -> Result<&'static str, Error> {
    if tasks.is_stopping() {
        return Err(ErrorKind::ShuttingDown.into());
    }
    Ok("ready\n")
}
