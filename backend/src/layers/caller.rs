//! The caller gate: whoever is not proved gets nothing but the public routes.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::HeaderMap;
use hyper::header::COOKIE;
use shared::error::ErrorKind;
use shared::policy::Policy;

use crate::access::{AddressKey, COOKIE_NAME, Caller, Role, Sessions};
use crate::error::Error;

/// What the gate decides by. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CallerGate {
    /// The sessions that prove callers.
    pub sessions: Arc<Sessions>,
    /// What a visitor may do.
    pub visitor_policy: Arc<Policy>,
    /// Routes that anybody may use; all others need a caller.
    pub public: &'static [&'static str],
}

impl CallerGate {
    /// The caller that these headers prove, if they do. It comes from `address`.
    pub fn caller(&self, headers: &HeaderMap, address: AddressKey) -> Option<Caller> {
        let id = self.sessions.find(session_cookie(headers)?)?;
        Some(Caller {
            id,
            role: Role::Visitor,
            address,
            policy: Arc::clone(&self.visitor_policy),
        })
    }
}

/// Puts the caller into the request. Routes are closed unless they stand in the list of public ones.
///
/// # Errors
///
/// [`ErrorKind::NotSignedIn`] for a caller without proof on a route that is not public.
pub async fn require_caller(
    State(gate): State<CallerGate>,
    path: MatchedPath,
    Extension(address): Extension<AddressKey>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    match gate.caller(request.headers(), address) {
        Some(caller) => {
            request.extensions_mut().insert(caller);
        }
        None if gate.public.contains(&path.as_str()) => {}
        None => return Err(ErrorKind::NotSignedIn.into()),
    }
    Ok(next.run(request).await)
}

/// The value of the session cookie.
pub fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}
