//! What is kept of an event that cannot be believed: enough to see what is wrong
//! with it, and nothing that leads to a client.
//!
//! A notification says where a client is in several places (`request.addr`,
//! `source.addr`, headers that a proxy added), and a malformed one says it
//! wherever it likes. So every piece of text that could be an address is
//! blotted out, whichever field it stands in.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Most bytes that are kept of an event.
pub const MOST_KEPT_BYTES: usize = 4 * 1024;

/// What stands for an address.
pub const BLOT: &str = "[address]";

/// The beginning of what was sent, with addresses blotted out. Bytes that are no
/// UTF-8 and control characters become a replacement character, ends of lines and
/// tabs become spaces.
pub fn redacted(sent: &[u8]) -> String {
    // A piece that the cut goes through would no longer be known for an address.
    let looked_at = &sent[..sent.len().min(2 * MOST_KEPT_BYTES)];
    let text: String = String::from_utf8_lossy(looked_at)
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    let mut kept = String::with_capacity(text.len().min(MOST_KEPT_BYTES));
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(|c| !of_address(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        blot(piece, &mut kept);
        let next = after.find(of_address).unwrap_or(after.len());
        kept.push_str(&after[..next]);
        rest = &after[next..];
        if kept.len() > MOST_KEPT_BYTES {
            break;
        }
    }
    kept.truncate(kept.floor_char_boundary(MOST_KEPT_BYTES));
    kept
}

/// What addresses are written with.
fn of_address(c: char) -> bool {
    c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '%')
}

/// Writes a piece down, unless it holds an address: of a piece such as
/// `10.1.2.3:4567` nothing is kept, of one such as `2.8.2` all.
fn blot(piece: &str, kept: &mut String) {
    if holds_address(piece) {
        kept.push_str(BLOT);
    } else {
        kept.push_str(piece);
    }
}

fn holds_address(piece: &str) -> bool {
    let trimmed = piece.trim_matches(['.', ':', '%']);
    let host = trimmed.split('%').next().unwrap_or_default();
    // Four numbers anywhere, also ones that no address has: better one too many.
    let dotted = host
        .split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .any(|run| run.split('.').filter(|part| !part.is_empty()).count() >= 4);
    // `digest:hex` and times have colons, too; two in a row or five of them have not.
    let colons = piece.matches(':').count();
    dotted
        || host.parse::<Ipv4Addr>().is_ok()
        || host.parse::<Ipv6Addr>().is_ok()
        || piece.contains("::")
        || colons >= 4
}

#[cfg(test)]
mod tests {
    use super::{BLOT, MOST_KEPT_BYTES, redacted};
    use proptest::prelude::*;

    #[test]
    fn addresses_are_blotted_out_wherever_they_stand() {
        for address in [
            "192.0.2.7",
            "192.0.2.7:41532",
            "[2001:db8::7]:41532",
            "2001:db8::7",
            "2001:DB8:0:0:8:800:200C:417A",
            "::ffff:192.0.2.7",
            "fe80::1%eth0",
            "X-Forwarded-For: 192.0.2.7, 198.51.100.1",
            "::1",
        ] {
            let kept = redacted(format!("{{\"a\":\"{address}\",\"b\":1}}").as_bytes());
            assert!(kept.contains(BLOT), "{kept}");
            for part in ["192.0", "2.7", "198.51", "db8", "DB8", "417A", "fe80"] {
                assert!(!kept.contains(part), "{kept}");
            }
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            r#"{"id":"320678d8-ca14-430f-8bb6-4ca139cd83f7","timestamp":"2026-05-04T09:30:00.5Z"}"#,
            "docker/24.0.5 go/go1.20.6 kernel/6.2.0-26",
            "sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf",
            "application/vnd.docker.distribution.manifest.v2+json",
        ] {
            assert_eq!(redacted(text.as_bytes()), text);
        }
    }

    #[test]
    fn what_is_kept_is_bounded_and_can_be_shown() {
        assert!(redacted(&b"a b ".repeat(100_000)).len() <= MOST_KEPT_BYTES);
        assert_eq!(redacted(b"\x00\xff"), "\u{fffd}\u{fffd}");
        assert_eq!(redacted(b"{\r\n\t\"id\": 1\n}"), "{   \"id\": 1 }");
    }

    proptest! {
        #[test]
        fn no_address_survives(
            before in "[ -~]{0,40}[ \",\\[({=/]",
            v4 in any::<[u8; 4]>(),
            v6 in any::<[u8; 16]>(),
            after in "([ \",\\])}/][ -~]{0,40})?",
            is_v6: bool,
        ) {
            let address = if is_v6 {
                std::net::Ipv6Addr::from(v6).to_string()
            } else {
                std::net::Ipv4Addr::from(v4).to_string()
            };
            let kept = redacted(format!("{before}{address}{after}").as_bytes());
            prop_assert!(kept.contains(BLOT), "{kept}");
        }
    }
}
