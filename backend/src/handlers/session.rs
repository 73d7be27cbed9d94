//! `GET /api/session`: who am I, what may I do, and where is the key.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hyper::header::{CONTENT_TYPE, HeaderValue, SET_COOKIE};
use shared::api::session::{SessionInfo, SessionRole, UpstreamInfo};
use shared::policy::Policy;

use crate::access::{AddressKey, COOKIE_NAME, Caller, SESSION_LIFE};
use crate::admission::Budgets;
use crate::error::Error;
use crate::layers::CallerGate;
use serving::clock::Clock;

/// Answers a visitor who has a session, and opens one for a visitor who has none.
///
/// The answer is a [`SessionInfo`] as JSON. A session ends after a week, or after twelve hours unused; its cookie is for this host alone and for no script.
///
/// # Example
///
/// ```sh
/// curl --cookie-jar cookies --header 'sec-fetch-site: same-origin' http://localhost:8080/api/session
/// ```
pub(crate) async fn show(
    State(gate): State<Arc<CallerGate>>,
    State(budgets): State<Budgets>,
    State(upstream): State<Arc<UpstreamInfo>>,
    State(clock): State<Clock>,
    Extension(address): Extension<AddressKey>,
    caller: Option<Extension<Caller>>,
) -> Result<Response, Error> {
    let (caller, cookie) = if let Some(Extension(caller)) = caller {
        (caller, None)
    } else {
        let (caller, cookie) = newcomer(&gate, address)?;
        (caller, Some(cookie))
    };
    let told = budgets.told_to(&caller);
    let tightest = told.budgets.first().copied();
    let info = SessionInfo {
        role: SessionRole::Visitor,
        policy: Policy {
            budget_left: tightest.map(|budget| budget.left()),
            ..Policy::clone(&caller.policy)
        },
        upstream: UpstreamInfo::clone(&upstream),
        budget: tightest,
        budgets: told.budgets,
        notices: told.notices,
        is_spending_stopped: told.is_stopped,
        sees_all: caller.sees_all,
        has_xray: gate.xrays.is_on(),
        now: clock.now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let body = serde_json::to_vec(&info).map_err(|error| Error::Internal(error.to_string()))?;
    let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut response = ([json], body).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A visitor with a new session, and the cookie that proves it.
fn newcomer(gate: &CallerGate, address: AddressKey) -> Result<(Caller, HeaderValue), Error> {
    let internal = |error: &dyn std::fmt::Display| Error::Internal(error.to_string());
    let session = gate.sessions.open().map_err(|error| internal(&error))?;
    let age = SESSION_LIFE.as_secs();
    let cookie = format!(
        "{COOKIE_NAME}={}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Strict",
        session.cookie
    );
    let mut value = HeaderValue::try_from(cookie).map_err(|error| internal(&error))?;
    value.set_sensitive(true);
    Ok((gate.newcomer(session.id, address), value))
}
