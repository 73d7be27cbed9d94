//! Where a request comes from, as far as that can be known.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::HeaderName;
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: the peer's, unless the peer is a trusted proxy. Then the addresses that proxies noted are read from the right,
/// since each proxy adds the one that it saw at the end, up to the first that is no trusted proxy. What stands left of that one
/// may be anybody's invention.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut address = peer.to_canonical();
    for noted in forwarded_for(headers) {
        if !is_trusted(address) {
            break;
        }
        // What cannot be read was not written by a proxy that we trust: its own address is the last that is known.
        let Some(noted) = noted else { break };
        address = noted;
    }
    address
}

/// The noted addresses, last first.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let values: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    values
        .into_iter()
        .rev()
        .flat_map(|value| value.rsplit(','))
        .map(|address| {
            address
                .trim()
                .parse()
                .ok()
                .map(|address: IpAddr| address.to_canonical())
        })
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proptest::strategy::{Just, Strategy};

    use super::*;

    fn seen(peer: &str, forwarded_for: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            let value = HeaderValue::from_str(value).expect("a value");
            headers.append(X_FORWARDED_FOR, value);
        }
        let trusted: Vec<IpNet> = trusted
            .iter()
            .map(|net| net.parse().expect("a network"))
            .collect();
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    /// FM-44: without a trusted proxy the header is noise; with one it is read from the right.
    #[test]
    fn only_what_trusted_proxies_noted_counts() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        for (peer, noted, trusted, expected) in [
            ("203.0.113.9", vec!["198.51.100.1"], &[][..], "203.0.113.9"),
            (
                "203.0.113.9",
                vec!["198.51.100.1"],
                &proxies[..],
                "203.0.113.9",
            ),
            (
                "10.0.0.1",
                vec!["198.51.100.1"],
                &proxies[..],
                "198.51.100.1",
            ),
            (
                "10.0.0.1",
                vec!["6.6.6.6, 198.51.100.1"],
                &proxies[..],
                "198.51.100.1",
            ),
            (
                "10.0.0.1",
                vec!["6.6.6.6", "198.51.100.1, 10.0.0.2"],
                &proxies[..],
                "198.51.100.1",
            ),
            (
                "10.0.0.1",
                vec!["198.51.100.1, nonsense"],
                &proxies[..],
                "10.0.0.1",
            ),
            ("10.0.0.1", vec![], &proxies[..], "10.0.0.1"),
            ("10.0.0.1", vec!["10.0.0.3"], &proxies[..], "10.0.0.3"),
            (
                "::ffff:10.0.0.1",
                vec!["::ffff:198.51.100.1"],
                &proxies[..],
                "198.51.100.1",
            ),
            ("fd00::1", vec!["2001:db8::1"], &proxies[..], "2001:db8::1"),
        ] {
            assert_eq!(seen(peer, &noted, trusted), expected, "{peer} {noted:?}");
        }
    }

    fn headers(values: &[Vec<u8>]) -> HeaderMap {
        let values = values
            .iter()
            .filter_map(|value| HeaderValue::from_bytes(value).ok());
        values.map(|value| (X_FORWARDED_FOR, value)).collect()
    }

    /// Addresses of clients and proxies, what is none, and bytes of no meaning.
    fn noted() -> impl Strategy<Value = Vec<u8>> {
        let address = prop_oneof![
            any::<IpAddr>().prop_map(|address| address.to_string()),
            Just("10.0.0.7".to_owned()),
            "[0-9a-f:., ]{0,40}",
        ];
        prop_oneof![
            4 => vec(address, 0..5).prop_map(|addresses| addresses.join(",").into_bytes()),
            1 => vec(any::<u8>(), 0..40),
        ]
    }

    proptest! {
        /// FM-44: whatever a client writes before what a trusted proxy noted changes nothing, and without such a proxy nothing does.
        #[test]
        fn what_a_client_invents_is_never_believed(
            invented in vec(noted(), 0..4),
            client in any::<[u8; 4]>(),
            peer in any::<IpAddr>(),
        ) {
            prop_assert_eq!(client_address(peer, &headers(&invented), &[]), peer.to_canonical());

            let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
            let client = IpAddr::from(client);
            let proxy = IpAddr::from([10, 0, 0, 1]);
            let mut values = invented;
            values.push(client.to_string().into_bytes());
            let seen = client_address(proxy, &headers(&values), &proxies);
            // A client inside the trusted network may speak for others.
            prop_assert!(seen == client || proxies[0].contains(&client));
        }
    }
}
