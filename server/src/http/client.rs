//! Who asks, as far as limits need to know it: the address, or what a proxy that is
//! trusted says of it. It is never kept and never written down.

use axum::{extract::ConnectInfo, http::Request};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use tower_governor::{GovernorError, key_extractor::KeyExtractor};

/// The header in which proxies name whom they ask for, each adding to its end.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Tells clients apart by address.
#[derive(Clone, Debug, Default)]
pub struct ByClient {
    /// Proxies whose word is taken.
    pub trusted: Arc<[IpAddr]>,
}

impl KeyExtractor for ByClient {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let named = request
            .headers()
            .get_all(FORWARDED_FOR)
            .into_iter()
            .filter_map(|value| value.to_str().ok());
        Ok(network(client(peer, named, &self.trusted)))
    }
}

/// The address of whoever asks: from the end of what the proxies wrote, the first that is
/// no trusted proxy itself. What stands before it may be anybody’s invention.
fn client<'a>(
    peer: IpAddr,
    named: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[IpAddr],
) -> IpAddr {
    let mut client = peer.to_canonical();
    let mut named = named.rev().flat_map(|list| list.rsplit(',')).map(str::trim);
    while trusted.contains(&client) {
        let Some(before) = named.next().and_then(|text| text.parse::<IpAddr>().ok()) else {
            break;
        };
        client = before.to_canonical();
    }
    client
}

/// What one client has: an address of IPv4, or the 64 bits that name a network of IPv6.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, named, expected) in [
            ("203.0.113.9", vec![], "203.0.113.9"),
            // Not a proxy of ours: whatever it says, it is itself.
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            // What a client put before is its own invention.
            ("10.0.0.1", vec!["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (
                "10.0.0.1",
                vec!["1.1.1.1", "198.51.100.1, 10.0.0.2"],
                "198.51.100.1",
            ),
            ("10.0.0.1", vec!["nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
        ] {
            let found = client(ip(peer), named.clone().into_iter(), &proxies);
            assert_eq!(found, ip(expected), "{peer} {named:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        assert_eq!(network(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network(ip("203.0.113.9")), ip("203.0.113.9"));
    }
}
