//! The thief's own server, as it were, on the unsafe half's port so that nothing ever leaves this machine.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::Shared;
use crate::reply;

/// The picture that answers: nobody who sees it thinks of a thief.
const PICTURE: &str = include_str!("../../unsafe/map.svg");

/// What an image's address held.
#[derive(Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    said: String,
}

/// `GET /collect?said=…`: the address of an image. What it asks for has told the words already; the picture is a courtesy.
pub(super) async fn collect(
    State(shared): State<Arc<Shared>>,
    Query(Words { said }): Query<Words>,
    headers: HeaderMap,
) -> Response {
    let destination = headers.get("sec-fetch-dest");
    // Whoever types the address has carried nothing away; older browsers do not say what they load.
    let is_for_a_page = destination.is_none_or(|destination| destination == "image");
    if is_for_a_page
        && !said.is_empty()
        && let Err(error) = shared.loot.take(said)
    {
        tracing::error!(%error, "the lab's collector has no receipt to give");
    }
    reply::file("image/svg+xml", PICTURE)
}

/// `GET /collected`: what arrived, for people and programs.
pub(super) async fn collected(State(shared): State<Arc<Shared>>) -> Response {
    reply::json(&shared.loot.pieces())
}

/// `POST /loot`: what a script carries away. The lab forgets it.
pub(super) async fn take_loot(headers: HeaderMap, loot: Bytes) -> StatusCode {
    tracing::debug!(bytes = loot.len(), origin = ?headers.get("origin"), "loot was carried away");
    StatusCode::NO_CONTENT
}
