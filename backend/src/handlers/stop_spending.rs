//! `POST /api/stop-spending`: the kill switch, for whoever may see everybody's spending.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hyper::header::CONTENT_TYPE;
use shared::api::spending::StopSpending;
use shared::error::ErrorKind;

use crate::access::Caller;
use crate::admission::KillSwitch;
use crate::error::Error;
use crate::extract::ApiJson;

/// Stops all spending at once, or lets it go on. Answers under way come to their end; everything new is refused, over restarts too.
///
/// The answer is a [`SpendingState`](shared::api::spending::SpendingState) as JSON. Whoever opened the page at the server's own machine may
/// ask it; `airlock stop-spending` does the same in the terminal.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for everybody else; [`ErrorKind::InvalidRequest`]; [`ErrorKind::Unavailable`] where it cannot be written down.
///
/// # Example
///
/// With the cookie that `GET /api/session` left in `cookies`:
///
/// ```sh
/// curl --cookie cookies http://localhost:8080/api/stop-spending \
///   --header 'sec-fetch-site: same-origin' --header 'content-type: application/json' \
///   --data '{"is_stopped": true}'
/// ```
pub(crate) async fn turn(
    State(switch): State<KillSwitch>,
    caller: Caller,
    ApiJson(wish): ApiJson<StopSpending>,
) -> Result<Response, Error> {
    if !caller.sees_all {
        return Err(ErrorKind::NotFound.into());
    }
    let state = switch.turn(wish.is_stopped).await?;
    let body = serde_json::to_vec(&state).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
