//! By what limits count addresses.

use std::net::{IpAddr, Ipv6Addr};

/// The network that limits count by: an IPv4 address, or an IPv6 network of 64 bits, which is what one household gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressKey(IpAddr);

impl AddressKey {
    /// The address, or the first one of the network.
    pub const fn ip(self) -> IpAddr {
        self.0
    }

    /// Whether it is this machine itself.
    pub fn is_loopback(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => address.is_loopback(),
            // The network of `::1`, in which nobody else is.
            IpAddr::V6(network) => network.is_unspecified(),
        }
    }

    /// The network of `address`.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                Self(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        let is_loopback =
            |address: &str| AddressKey::of(address.parse().expect("an address")).is_loopback();
        assert!(
            ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
                .into_iter()
                .all(is_loopback)
        );
        assert!(
            !["0.0.0.0", "192.0.2.1", "2001:db8::1", "fe80::1"]
                .into_iter()
                .any(is_loopback)
        );
    }

    #[test]
    fn an_ipv6_household_is_one_address() {
        let key = |address: &str| AddressKey::of(address.parse().expect("an address"));
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
