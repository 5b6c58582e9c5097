//! Addresses that are nobody's in particular, and those that stand for others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address to ask databases about; none if it is nobody's.
pub fn somebodys(address: IpAddr) -> Option<IpAddr> {
    let address = match address {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => inner(address).map_or(IpAddr::V6(address), IpAddr::V4),
    };
    let is_nobodys = match address {
        IpAddr::V4(address) => is_nobodys_v4(address),
        IpAddr::V6(address) => is_nobodys_v6(address),
    };
    (!is_nobodys).then_some(address)
}

/// The IPv4 address that an IPv6 address stands for: mapped, as sockets for both
/// write it, or translated with the well-known prefix (RFC 6052).
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    let is_translated = matches!(address.segments(), [0x64, 0xff9b, 0, 0, 0, 0, _, _]);
    address
        .to_ipv4_mapped()
        .or_else(|| is_translated.then(|| Ipv4Addr::new(a, b, c, d)))
}

/// Special purposes as IANA registers them, multicast, and what is reserved.
fn is_nobodys_v4(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || match address.octets() {
            // This network, and everything that is not for one host.
            [0, ..] | [224..=255, ..] => true,
            // Behind carriers' translators.
            [100, second, ..] => second & 0xc0 == 64,
            // Protocols.
            [192, 0, 0, _] => true,
            // Benchmarks.
            [198, 18 | 19, ..] => true,
            _ => false,
        }
}

/// The same for IPv6, of which only 2000::/3 is given to anybody. What remains of
/// ::/96 is left out with that: databases keep IPv4 there.
fn is_nobodys_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Documentation.
        [0x2001, 0xdb8, ..] => true,
        [0x3fff, second, ..] => second < 0x1000,
        // Benchmarks.
        [0x2001, 2, 0, ..] => true,
        [first, ..] => first & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::somebodys;
    use std::net::IpAddr;

    fn asked(address: &str) -> Option<IpAddr> {
        somebodys(address.parse().unwrap())
    }

    #[test]
    fn some_addresses_are_nobodys() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::1.2.3.4",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::192.168.1.1",
            "64:ff9b:1::1",
            "100::1",
            "2001:2::1",
            "2001:db8::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert_eq!(asked(address), None, "{address}");
        }
    }

    #[test]
    fn their_neighbors_are_somebodys() {
        for address in [
            "1.0.0.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7::1",
            "2001:2:1::1",
            "2600::1",
            "3fff:1000::1",
        ] {
            assert_eq!(asked(address), address.parse().ok(), "{address}");
        }
    }

    #[test]
    fn an_address_in_an_address_is_that_address() {
        let inner = "1.2.3.4".parse().ok();
        assert_eq!(asked("::ffff:1.2.3.4"), inner);
        assert_eq!(asked("64:ff9b::1.2.3.4"), inner);
    }
}
