//! Notes where each request comes from, once, for everybody who counts by it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::Request;
use ipnet::IpNet;

use crate::access::{AddressKey, client_address};
use serving::server::Peer;

/// Proxies whose word on the client's address is taken. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Arc<[IpNet]>);

/// Puts the client's [`AddressKey`] into the request.
pub(super) fn note(trusted: &TrustedProxies, request: &mut Request) {
    // A request that no connection brought has no peer; all such share one place in the limits.
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = request
        .extensions()
        .get::<Peer>()
        .map_or(nowhere, |peer| peer.0.ip());
    let address = client_address(peer, request.headers(), &trusted.0);
    request.extensions_mut().insert(AddressKey::of(address));
}
