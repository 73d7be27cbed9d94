//! How many connections are held, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::limits::Limits;
use crate::address::AddressKey;

/// The places of one server. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub(super) struct Places {
    limits: Arc<Limits>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    overall: usize,
    /// Addresses without a connection are not held, so that this is no larger than the limit on connections.
    by_address: HashMap<AddressKey, usize>,
}

/// One connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    address: AddressKey,
    taken: Arc<Mutex<Taken>>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    Overall,
    ForAddress,
}

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Overall => "as many are open as the server holds",
            Self::ForAddress => "as many are open as one address may have",
        })
    }
}

impl Places {
    pub(super) fn new(limits: Arc<Limits>) -> Self {
        Self {
            limits,
            taken: Arc::default(),
        }
    }

    /// Takes a place for a connection from `peer`.
    pub(super) fn take(&self, peer: IpAddr) -> Result<Place, Full> {
        let address = AddressKey::of(peer);
        let peer = peer.to_canonical();
        let is_proxy = || self.limits.proxies.iter().any(|net| net.contains(&peer));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.overall >= self.limits.connections_max {
            return Err(Full::Overall);
        }
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if of_address >= self.limits.connections_per_address_max && !is_proxy() {
            return Err(Full::ForAddress);
        }
        taken.overall += 1;
        taken.by_address.insert(address, of_address + 1);
        drop(taken);
        Ok(Place {
            address,
            taken: Arc::clone(&self.taken),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.overall = taken.overall.saturating_sub(1);
        if let Some(count) = taken.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections_max: usize, per_address: usize, proxies: &[&str]) -> Places {
        let proxies = proxies.iter().map(|net| net.parse().expect("a network"));
        Places::new(Arc::new(Limits {
            connections_max,
            connections_per_address_max: per_address,
            proxies: proxies.collect(),
            ..Limits::strict()
        }))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_its_places_and_leaves_the_rest_to_others() {
        let places = places(3, 2, &[]);
        let one = places.take(ip("192.0.2.1")).expect("a place");
        let _other = places.take(ip("::ffff:192.0.2.1")).expect("a place");
        assert_eq!(places.take(ip("192.0.2.1")).err(), Some(Full::ForAddress));
        let _neighbour = places.take(ip("192.0.2.2")).expect("a place");
        assert_eq!(places.take(ip("192.0.2.3")).err(), Some(Full::Overall));
        drop(one);
        let _again = places.take(ip("192.0.2.1")).expect("it is free again");
    }

    #[test]
    fn a_household_of_ipv6_counts_as_one_and_a_trusted_proxy_as_many() {
        let places = places(100, 1, &["10.0.0.0/8"]);
        let _one = places.take(ip("2001:db8::1")).expect("a place");
        assert_eq!(places.take(ip("2001:db8::2")).err(), Some(Full::ForAddress));
        let _other = places.take(ip("2001:db8:0:1::1")).expect("a place");
        let proxied: Vec<_> = (0..50).map(|_| places.take(ip("10.1.2.3"))).collect();
        assert!(proxied.iter().all(Result::is_ok));
    }

    #[test]
    fn what_is_held_goes_with_the_connections() {
        let places = places(1_000, 2, &[]);
        for n in 0..1_000_000_u32 {
            let place = places.take(IpAddr::from(n.to_be_bytes()));
            drop(place.expect("a place"));
        }
        let taken = places.taken.lock().expect("no panic");
        assert_eq!((taken.overall, taken.by_address.len()), (0, 0));
    }
}
