//! Paths that are written where nobody can change them: into readmes, credentials, configurations of
//! registries and the indexes of search engines. They stay as they are for good, and are written once.

use crate::namespace::Namespace;

/// The page of a namespace stands below it.
pub const NAMESPACES: &str = "/n";

/// The page that checks a badge; below it, that of a namespace.
pub const VERIFY: &str = "/verify";

/// The pictures of badges, and the answers for shields.io, stand below it.
pub const BADGES: &str = "/badge";

/// The credential of a namespace stands below it.
pub const CREDENTIALS: &str = "/credentials";

/// A key by its name stands below it.
pub const KEYS: &str = "/keys";

/// The keys that credentials are checked with (RFC 7517).
pub const KEY_SET: &str = "/.well-known/jwks.json";

/// A list of what was taken back stands below it, by its number.
pub const STATUS_LISTS: &str = "/status";

/// What registries report is posted below it.
pub const EVENTS: &str = "/events";

/// Where notifications of CNCF Distribution are posted.
pub const DISTRIBUTION_EVENTS: &str = "/events/distribution";

/// Where webhooks of Harbor are posted.
pub const HARBOR_EVENTS: &str = "/events/harbor";

/// The page of a namespace.
pub fn page(namespace: &str) -> String {
    format!("{NAMESPACES}/{namespace}")
}

/// The page that checks the badge of a namespace.
pub fn verify(namespace: &str) -> String {
    format!("{VERIFY}/{namespace}")
}

/// The badge of a namespace: `kind` is `svg`, or `json` for shields.io.
pub fn badge(namespace: &str, kind: &str) -> String {
    format!("{BADGES}/{namespace}.{kind}")
}

/// The credential of a namespace.
pub fn credential(namespace: &str) -> String {
    format!("{CREDENTIALS}/{namespace}")
}

/// A key by its name.
pub fn key(name: &str) -> String {
    format!("{KEYS}/{name}")
}

/// A list of what was taken back, by its number.
pub fn status_list(number: impl core::fmt::Display) -> String {
    format!("{STATUS_LISTS}/{number}")
}

/// What a path has below another one; it may have more than one part.
pub fn below<'a>(parent: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(parent)?.strip_prefix('/')
}

/// The namespace that a path is the page of, or the page that checks it.
pub fn namespace_of(path: &str) -> Option<Namespace> {
    let name = below(NAMESPACES, path).or_else(|| below(VERIFY, path))?;
    let namespace = Namespace::parse(name).ok()?;
    // One address a namespace: blanks around a name are forgiven elsewhere.
    (namespace.as_str() == name).then_some(namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_others_wrote_down_stay_what_they_are() {
        assert_eq!(page("kelp"), "/n/kelp");
        assert_eq!(verify("kelp"), "/verify/kelp");
        assert_eq!(badge("kelp", "svg"), "/badge/kelp.svg");
        assert_eq!(credential("kelp"), "/credentials/kelp");
        assert_eq!(key("2026-a"), "/keys/2026-a");
        assert_eq!(status_list(0), "/status/0");
        assert_eq!(below(EVENTS, DISTRIBUTION_EVENTS), Some("distribution"));
        assert_eq!(below(EVENTS, HARBOR_EVENTS), Some("harbor"));
        assert_eq!(KEY_SET, "/.well-known/jwks.json");
    }

    #[test]
    fn the_page_of_a_namespace_is_told_from_what_is_below_it() {
        let of = |path| namespace_of(path).map(|namespace| namespace.to_string());
        assert_eq!(of("/n/kelp").as_deref(), Some("kelp"));
        assert_eq!(of("/verify/kelp").as_deref(), Some("kelp"));
        for path in [
            "/n/",
            "/n",
            "/nkelp",
            "/n/kelp/settings",
            "/n/ kelp",
            "/n/_",
            "/explore",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(below("/n", "/n/a/b"), Some("a/b"));
        assert_eq!(below("/n", "/news/a"), None);
    }
}
