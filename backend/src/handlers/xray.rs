//! `GET /api/xray/{request_id}`: how one request of the caller's went.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use hyper::header::CONTENT_TYPE;
use shared::error::ErrorKind;
use shared::ids::RequestId;

use crate::access::{Caller, CallerId};
use crate::error::Error;
use xray::Xrays;

/// What the page hides the X-ray for, and whoever asks for one all the same is told.
const OFF: &str = "X-ray is switched off on this server. With a real key it is, unless the setting xray.enabled says otherwise.";

/// Shows what happened to one chat request, step by step, to the session that made it.
///
/// The answer is an [`Xray`](shared::api::xray::Xray) as JSON: gates and steps with their times, limits and budgets, what was sent to Claude
/// (headers by name, the key as a fingerprint), attempts, the times of events, tokens and cost. It has no word of what was asked or
/// answered. A request that is under way is shown as far as it has come; one that was refused, was left or broke off is shown too. The
/// newest 64 requests of a session are kept and 256 in all, in memory alone.
///
/// Requests of programs (`/v1/…`) are not recorded: they belong to their token, and no session may see them.
///
/// # Errors
///
/// [`ErrorKind::NotFound`](shared::error::ErrorKind::NotFound) for a request that is another's, is unknown, or is not kept any more, which
/// all look the same; and where X-ray is switched off, which is said.
///
/// # Example
///
/// With the cookie of the session that made the request, whose id stands in its answer's `x-request-id`:
///
/// ```sh
/// curl --cookie cookies --header 'sec-fetch-site: same-origin' \
///   http://localhost:8080/api/xray/req_0123456789abcdef0123456789abcdef
/// ```
pub(crate) async fn show(
    State(xrays): State<Xrays<CallerId>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    if !xrays.is_on() {
        return Err(ErrorKind::NotFound.with(OFF).into());
    }
    let id = id.ok().and_then(|Path(id)| id.parse::<RequestId>().ok());
    let seen = id
        .and_then(|id| xrays.find(id, caller.id))
        .ok_or(ErrorKind::NotFound)?;
    let body = serde_json::to_vec(&seen).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
