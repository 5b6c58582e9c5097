//! Clouds, told by their autonomous systems.

/// The numbers of autonomous systems from which the machines of a cloud's customers
/// come, with the cloud's name in the exports. Each was compared with the organization
/// that a database of autonomous systems names for it; a test does so again with the
/// database at hand.
///
/// Some numbers are shared. What comes from Microsoft's is mostly Azure, GitHub's
/// runners included; from Amazon's, mostly AWS. Google has a number for its cloud
/// alone, so that 15169, from which its own crawlers and offices come, is missing
/// here. So is Cloudflare's: people browse through it.
pub const CLOUDS: &[(u32, &str)] = &[
    (8075, "azure"),
    (8987, "aws"),
    (12876, "scaleway"),
    (14061, "digitalocean"),
    (14618, "aws"),
    (16276, "ovh"),
    (16509, "aws"),
    (20473, "vultr"),
    (24940, "hetzner"),
    (31898, "oracle"),
    (35540, "ovh"),
    (36351, "ibm"),
    (37963, "alibaba"),
    (45090, "tencent"),
    (45102, "alibaba"),
    (55990, "huawei"),
    (63949, "linode"),
    (132203, "tencent"),
    (134963, "alibaba"),
    (136907, "huawei"),
    (141180, "huawei"),
    (212317, "hetzner"),
    (213230, "hetzner"),
    (393406, "digitalocean"),
    (396982, "gcp"),
];

/// The cloud of an autonomous system, or nothing.
pub fn cloud(number: u32) -> &'static str {
    CLOUDS
        .binary_search_by_key(&number, |&(number, _)| number)
        .map_or("", |at| CLOUDS[at].1)
}

#[cfg(test)]
mod tests {
    use super::{CLOUDS, cloud};

    #[test]
    fn numbers_are_in_order() {
        assert!(CLOUDS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn clouds_are_told_from_their_owners() {
        assert_eq!(cloud(16509), "aws");
        assert_eq!(cloud(8075), "azure");
        assert_eq!(cloud(396_982), "gcp");
        assert_eq!(cloud(15169), "");
        assert_eq!(cloud(13335), "");
        assert_eq!(cloud(0), "");
    }
}
