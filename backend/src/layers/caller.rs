//! The caller gate: whoever is not proved gets nothing but the public routes.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use hyper::HeaderMap;
use hyper::header::COOKIE;
use sha2::{Digest as _, Sha256};
use shared::api::paths;
use shared::error::ErrorKind;
use shared::ids::RequestId;
use shared::policy::Policy;
use store::{Digest, Payer};

use crate::access::{
    AccessToken, AddressKey, COOKIE_NAME, Caller, CallerId, CallerLimits, Role, Sessions,
};
use crate::error::{Error, ResponseError};
use xray::{Arrival, Recording, Xrays};

/// What the gate decides by.
#[derive(Debug)]
pub struct CallerGate {
    /// The sessions that prove callers.
    pub sessions: Arc<Sessions>,
    /// What a visitor may do.
    pub visitor: Grant,
    /// The token that proves programs; without one nobody is proved by any.
    pub token: Option<AccessToken>,
    /// What a program with the token may do.
    pub token_holder: Grant,
    /// Routes that anybody may use; all others need a caller.
    pub public: &'static [&'static str],
    /// What addresses are hashed with before anybody writes them down.
    pub salt: [u8; 32],
    /// Whether the server is for this machine alone. Behind a public name, who comes from loopback is whoever a proxy lets through.
    pub is_private: bool,
    /// Records what happens to callers' chat requests.
    pub xrays: Xrays<CallerId>,
}

/// What callers of one role may do. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What each may ask.
    pub policy: Arc<Policy>,
    /// How often and how many at once.
    pub limits: CallerLimits,
    /// The environment that their requests count towards.
    pub environment: Arc<str>,
}

impl CallerGate {
    /// Begins to record a chat request of `caller`, and puts the recording into it.
    fn record(&self, request: &mut Request, caller: &Caller, arrival: Arrival) -> Recording {
        let Some(id) = request.extensions().get::<RequestId>() else {
            return Recording::default();
        };
        let recording = self.xrays.begin(*id, caller.id, arrival);
        request.extensions_mut().insert(recording.clone());
        recording
    }

    /// The caller that these headers prove on the route `path`, if they do: by the session cookie on the page's API, by the token on the
    /// programs'. Neither counts on the other, so that no page can use a token that it stole, and no program a person's session.
    pub fn caller(&self, path: &str, headers: &HeaderMap, address: AddressKey) -> Option<Caller> {
        let (id, role, grant) = if path.starts_with(paths::PROGRAMS) {
            let id = self.token.as_ref()?.holder(headers)?;
            (id, Role::TokenHolder, &self.token_holder)
        } else {
            let id = self.sessions.find(session_cookie(headers)?)?;
            (id, Role::Visitor, &self.visitor)
        };
        Some(self.known(id, role, grant, address))
    }

    /// The visitor whose session was just opened.
    pub fn newcomer(&self, id: CallerId, address: AddressKey) -> Caller {
        self.known(id, Role::Visitor, &self.visitor, address)
    }

    fn known(&self, id: CallerId, role: Role, grant: &Grant, address: AddressKey) -> Caller {
        Caller {
            id,
            role,
            address,
            payer: Payer {
                environment: Arc::clone(&grant.environment),
                token: (role == Role::TokenHolder).then(|| id.digest()),
                session: (role == Role::Visitor).then(|| id.digest()),
                address: Some(self.hashed(address)),
            },
            sees_all: self.may_see_all(address),
            limits: grant.limits,
            policy: Arc::clone(&grant.policy),
        }
    }

    /// Who may see everybody's spending and stop it: whoever sits at the server's own machine.
    fn may_see_all(&self, address: AddressKey) -> bool {
        self.is_private && address.is_loopback()
    }

    /// What the ledger knows of an address: enough to add up what it spent, and of no use without the salt.
    fn hashed(&self, address: AddressKey) -> Digest {
        let hash = Sha256::new().chain_update(self.salt);
        let hash = match address.ip() {
            IpAddr::V4(address) => hash.chain_update(address.octets()),
            IpAddr::V6(network) => hash.chain_update(network.octets()),
        };
        Digest(hash.finalize().into())
    }
}

/// Puts the caller into the request. Routes are closed unless they stand in the list of public ones.
///
/// # Errors
///
/// [`ErrorKind::NotSignedIn`] for a caller without proof on a route that is not public. A proof that is
/// wrong and one that is missing look the same.
pub async fn require_caller(
    State(gate): State<Arc<CallerGate>>,
    path: MatchedPath,
    Extension(address): Extension<AddressKey>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let path = path.as_str();
    let arrival = gate.xrays.passed_gates(request.extensions().get());
    let mut recording = Recording::default();
    match gate.caller(path, request.headers(), address) {
        Some(caller) => {
            if let Some(arrival) = arrival.filter(|_| path == paths::CHAT) {
                recording = gate.record(&mut request, &caller, arrival);
            }
            request.extensions_mut().insert(caller);
        }
        None if gate.public.contains(&path) => {}
        None => return Err(ErrorKind::NotSignedIn.into()),
    }
    let response = next.run(request).await;
    if let Some(ResponseError(error)) = response.extensions().get() {
        recording.refused(|| error.to_api_error());
    }
    Ok(response)
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

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    fn headers(values: &[Vec<u8>]) -> HeaderMap {
        let values = values
            .iter()
            .filter_map(|value| HeaderValue::from_bytes(value).ok());
        values.map(|value| (COOKIE, value)).collect()
    }

    proptest! {
        /// Whatever other cookies stand around it, in the same header or in others, the session's is found; and nothing else is taken
        /// for it.
        #[test]
        fn the_session_cookie_is_found_among_any_others(
            others in vec("[ -:<-~]{0,20}(=[ -:<-~]{0,20})?", 0..5),
            noise in vec(vec(any::<u8>(), 0..60), 0..3),
            session in "[0-9a-f]{64}",
            place in any::<usize>(),
        ) {
            let mut cookies: Vec<String> = others;
            cookies.retain(|cookie| !cookie.contains(COOKIE_NAME));
            let mut values = noise;
            values.push(cookies.join(";").into_bytes());
            prop_assert!(session_cookie(&headers(&values)).is_none());

            let place = place % (cookies.len() + 1);
            cookies.insert(place, format!(" {COOKIE_NAME}={session}"));
            values.push(cookies.join(";").into_bytes());
            let found = headers(&values);
            prop_assert!(session_cookie(&found) == Some(session.as_str()), "{found:?}");
        }
    }
}
