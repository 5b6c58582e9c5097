//! Where an address of the web leads: scheme, host and port, and what follows.

/// Scheme, host and port of an address, in the form in which they are compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `https://`; otherwise it is `http://`.
    pub(crate) is_encrypted: bool,
    host: String,
    port: u16,
}

/// Whether a text could stand in a request line as it is: visible ASCII without
/// the characters that clients and servers read differently.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>' | b'#'))
}

impl Origin {
    /// Splits `https://host:port/path?query` into origin and the rest, which is
    /// empty or begins with `/` or `?`. `None` for other schemes, for addresses
    /// with a user and for hosts that are not names or numbers.
    pub(crate) fn split(address: &str) -> Option<(Self, &str)> {
        if !is_plain(address) {
            return None;
        }
        let (scheme, rest) = address.split_once("://")?;
        let is_encrypted = if scheme.eq_ignore_ascii_case("https") {
            true
        } else if scheme.eq_ignore_ascii_case("http") {
            false
        } else {
            return None;
        };
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        // In brackets, colons belong to the host (IPv6).
        let (host, port) = match authority.find(']') {
            Some(end) => authority.split_at(end + 1),
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let is_host = match host.strip_prefix('[') {
            Some(inner) => inner
                .strip_suffix(']')
                .is_some_and(|inner| inner.parse::<core::net::Ipv6Addr>().is_ok()),
            None => {
                !host.is_empty()
                    && host
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
            }
        };
        if !is_host {
            return None;
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            _ => return None,
        };
        Some((
            Self {
                is_encrypted,
                host: host.to_ascii_lowercase(),
                port: port.unwrap_or(if is_encrypted { 443 } else { 80 }),
            },
            rest,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_origin_are_equal() {
        let origin = |text| Origin::split(text).map(|(origin, _)| origin);
        let hub = origin("https://registry.example").unwrap();
        for same in [
            "HTTPS://Registry.Example/v2/",
            "https://registry.example:443?a",
            "https://registry.example:/",
        ] {
            assert_eq!(origin(same).as_ref(), Some(&hub), "{same}");
        }
        for other in [
            "http://registry.example",
            "https://registry.example:444",
            "https://registry.example.test",
        ] {
            assert!(origin(other).is_some_and(|other| other != hub), "{other}");
        }
        for none in [
            "",
            "registry.example",
            "ftp://registry.example",
            "https://",
            "https:///v2/",
            "https://user@registry.example/",
            "https://registry.example:port/",
            "https://registry.example:+1/",
            "https://registry.example:99999/",
            "https://registry.example\\@other/",
            "https://r\u{435}gistry.example/",
            "https://[::1",
            "https://[::1]x/",
        ] {
            assert_eq!(origin(none), None, "{none}");
        }
        assert!(origin("http://[::1]:5000/v2/").is_some());
    }
}
