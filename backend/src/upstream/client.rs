//! The one HTTP client that leaves this machine.
//!
//! It follows no redirect (the key would travel along), asks no proxy of the environment, and outside loopback speaks https
//! alone.

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use serving::clock::Clock;

use super::connect::ConnectDeadline;

/// Makes the client, whose connections come about in time by `clock` or not at all. `ca_pem` holds certificate authorities to trust besides the system's.
///
/// # Errors
///
/// When the authorities cannot be read, or TLS cannot be set up.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes a client"
)]
pub(super) fn client(
    is_https: bool,
    ca_pem: Option<&[u8]>,
    clock: Clock,
) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .https_only(is_https)
        .tcp_nodelay(true)
        .connector_layer(ConnectDeadline(clock))
        .user_agent(concat!("airlock/", env!("CARGO_PKG_VERSION")));
    if let Some(pem) = ca_pem {
        builder = builder.tls_certs_merge(Certificate::from_pem_bundle(pem)?);
    }
    builder.build()
}
