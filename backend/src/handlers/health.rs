//! `GET /healthz` and `GET /readyz`: cheap, open to all, and never a call upstream.

use std::sync::Arc;

use axum::extract::State;
use shared::error::ErrorKind;

use crate::error::Error;
use serving::tasks::Tasks;
use store::Store;

/// The process lives.
pub(crate) async fn lives() -> &'static str {
    "alive\n"
}

/// The server wants new requests. Not any more once it is about to stop, though it still takes them for a moment; and not while it cannot
/// write down what is spent.
pub(crate) async fn is_ready(
    State(tasks): State<Tasks>,
    State(store): State<Arc<dyn Store>>,
) -> Result<&'static str, Error> {
    if tasks.is_leaving() || !store.is_writable() {
        return Err(ErrorKind::Unavailable.into());
    }
    Ok("ready\n")
}
