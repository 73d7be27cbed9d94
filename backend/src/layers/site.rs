//! The names under which people reach this server.

use std::sync::Arc;

use hyper::header::HOST;
use hyper::{HeaderMap, Uri};

use configuration::origin::{Origin, is_loopback_host};

/// Knows which hosts and origins are ours. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Site {
    public: Option<Arc<Origin>>,
}

impl Site {
    /// A site with a public address, or one that serves this machine alone.
    pub fn new(public: Option<Origin>) -> Self {
        Self {
            public: public.map(Arc::new),
        }
    }

    /// Whether people reach us by https.
    pub fn is_https(&self) -> bool {
        self.public.as_ref().is_some_and(|origin| origin.is_https)
    }

    /// Whether the Host header names us. A site with a public address has no other, but this machine may always talk to itself.
    /// A request line that is a whole URL has to name the same.
    pub(super) fn is_our_host(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        host(headers).is_some_and(|host| {
            let is_ours = is_loopback_host(host)
                || self
                    .public
                    .as_ref()
                    .is_some_and(|origin| origin.authority.eq_ignore_ascii_case(host));
            let is_named_alike = uri
                .authority()
                .is_none_or(|named| named.as_str().eq_ignore_ascii_case(host));
            is_ours && is_named_alike
        })
    }

    /// Whether an Origin header's value is the origin of the page that we serve under the request's host.
    pub(super) fn is_our_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        if let Some(public) = &self.public
            && public.to_string() == origin
        {
            return true;
        }
        host(headers).is_some_and(|host| {
            is_loopback_host(host)
                && origin
                    .strip_prefix("http://")
                    .is_some_and(|named| named.eq_ignore_ascii_case(host))
        })
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(HOST).iter();
    let host = values.next()?.to_str().ok()?;
    // Two hosts are none: which one counts would be a matter of taste.
    values.next().is_none().then_some(host)
}
