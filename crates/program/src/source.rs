//! Addresses of source repositories, as people copy them: from the bar of a
//! browser, from a clone command, from memory.

use crate::text::{TextError, WEB_ADDRESS};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Most addresses in one application.
pub const MOST_SOURCES: usize = 50;

/// Where a repository is: the host and the path below it, without scheme,
/// user, query, `.git` or a slash at the end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceAddress {
    /// `github.com`, with `:port` if it has one; small letters.
    host: String,
    /// `fluent/fluentd`, in the letters as typed.
    path: String,
}

/// Why a text is not the address of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// Nothing was written.
    Empty,
    /// Too long, or with characters that cannot be seen.
    Text(TextError),
    /// It begins with a scheme that is not for reading source on the web.
    Scheme(String),
    /// A user and a password or token: they would be shown to reviewers.
    Secret,
    /// The part before the first slash is not the name of a host.
    Host(String),
    /// A number in place of a name.
    Number(String),
    /// A host and nothing behind it.
    NoPath(String),
    /// A character or a part that no path of a repository has.
    Path(String),
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                formatter.write_str("Write the address, such as https://github.com/fluent/fluentd.")
            }
            Self::Text(error) => write!(formatter, "{error}"),
            Self::Scheme(scheme) => write!(
                formatter,
                "An address begins with https://, not with {scheme}:."
            ),
            Self::Secret => formatter.write_str(
                "The address holds a user name and a password or token. Leave them out, and revoke the token if others could have seen it.",
            ),
            Self::Host(host) => write!(
                formatter,
                "“{host}” is not the name of a host. Write the whole address, such as https://github.com/fluent/fluentd."
            ),
            Self::Number(host) => write!(
                formatter,
                "Write the name of the forge. {host} is a number, and nothing is read from numbers."
            ),
            Self::NoPath(host) => write!(
                formatter,
                "{host} is the whole forge. Write the address of the repository there."
            ),
            Self::Path(part) => write!(
                formatter,
                "“{part}” is not part of a repository’s address. Copy the address from the page of the repository."
            ),
        }
    }
}

impl std::error::Error for SourceError {}

impl SourceAddress {
    /// Reads an address as it was typed or pasted: `https://`, `http://`,
    /// `ssh://`, `git@host:path` and no scheme at all name the same repository.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SourceError::Empty);
        }
        WEB_ADDRESS.check(text).map_err(SourceError::Text)?;
        let rest = without_scheme(text)?;
        let (authority, path) = split_path(rest);
        let host = host(authority)?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = bare(path);
        if path.is_empty() {
            return Err(SourceError::NoPath(host));
        }
        for part in path.split('/') {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+@".contains(&byte);
            if part.is_empty() || part == "." || part == ".." || !part.bytes().all(plain) {
                return Err(SourceError::Path(part.to_owned()));
            }
        }
        let address = Self {
            host,
            path: path.to_owned(),
        };
        // What is kept is written out again: that has to fit as well.
        WEB_ADDRESS
            .check(&address.to_string())
            .map_err(SourceError::Text)?;
        Ok(address)
    }

    /// The host, with its port if it has one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path below the host, without a slash at either end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last part of the path: what people call the repository.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The same without `https://`, where a reader knows that it is an address.
    pub fn short(&self) -> String {
        format!("{}/{}", self.host, self.path)
    }

    /// What two writings of one address have in common: forges mind no case.
    pub fn key(&self) -> String {
        self.short().to_ascii_lowercase()
    }
}

impl fmt::Display for SourceAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "https://{}/{}", self.host, self.path)
    }
}

impl PartialEq for SourceAddress {
    fn eq(&self, other: &Self) -> bool {
        self.host == other.host && self.path.eq_ignore_ascii_case(&other.path)
    }
}

impl Eq for SourceAddress {}

impl TryFrom<String> for SourceAddress {
    type Error = SourceError;

    fn try_from(text: String) -> Result<Self, SourceError> {
        Self::parse(&text)
    }
}

impl From<SourceAddress> for String {
    fn from(address: SourceAddress) -> Self {
        address.to_string()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for SourceAddress {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for SourceAddress {}

/// The part behind the scheme, if there is one that is for reading source.
fn without_scheme(text: &str) -> Result<&str, SourceError> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return match text.split_once(':') {
            // `javascript:…` and the like; `git@host:path` and `host:3000/path` are none.
            Some((scheme, rest))
                if !scheme.contains(['.', '@', '/'])
                    && !rest.starts_with(|first: char| first.is_ascii_digit()) =>
            {
                Err(SourceError::Scheme(scheme.to_owned()))
            }
            _ => Ok(text),
        };
    };
    let scheme = scheme.strip_prefix("git+").unwrap_or(scheme);
    let known = ["https", "http", "ssh", "git"];
    if known.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        Ok(rest)
    } else {
        Err(SourceError::Scheme(scheme.to_owned()))
    }
}

/// A path without slashes around it and without the ending of clones, however often it has them.
fn bare(path: &str) -> &str {
    let mut path = path.trim_matches('/');
    while let Some(shorter) = path.strip_suffix(".git") {
        path = shorter.trim_end_matches('/');
    }
    path
}

/// Host and path; the short form of SSH parts them with a colon.
fn split_path(rest: &str) -> (&str, &str) {
    let slash = rest.find('/').unwrap_or(rest.len());
    if let Some(at) = rest[..slash].find('@')
        && let Some(colon) = rest[at..slash].find(':')
        && !rest[at + colon + 1..slash]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    {
        return (&rest[..at + colon], &rest[at + colon + 1..]);
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (&rest[..end], &rest[end..])
}

/// The name of a host, without the user before it.
fn host(authority: &str) -> Result<String, SourceError> {
    let name = match authority.rsplit_once('@') {
        Some(("git", name)) => name,
        Some(_) => return Err(SourceError::Secret),
        None => authority,
    };
    let (label, port) = name.split_once(':').unwrap_or((name, ""));
    let label = label.strip_suffix('.').unwrap_or(label);
    let wrong = || SourceError::Host(name.to_owned());
    if !port.bytes().all(|byte| byte.is_ascii_digit()) || port.len() > 5 {
        return Err(wrong());
    }
    let parts: Vec<&str> = label.split('.').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if parts.len() < 2 || !parts.iter().all(plain) {
        return Err(wrong());
    }
    // A last part of digits (or 0x…) is how browsers tell numbers, in any of their forms.
    let last = parts.last().copied().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("0x"))
    {
        return Err(SourceError::Number(name.to_owned()));
    }
    let mut host = label.to_ascii_lowercase();
    if !port.is_empty() {
        host.push(':');
        host.push_str(port);
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_repository_in_all_its_writings() {
        let plain = SourceAddress::parse("https://github.com/fluent/fluentd").unwrap();
        for text in [
            "github.com/fluent/fluentd",
            "http://github.com/fluent/fluentd/",
            "https://GitHub.com/Fluent/Fluentd",
            "https://github.com/fluent/fluentd.git",
            "git+https://github.com/fluent/fluentd.git",
            "git@github.com:fluent/fluentd.git",
            "ssh://git@github.com/fluent/fluentd.git",
            "git://github.com/fluent/fluentd",
            "https://github.com/fluent/fluentd?tab=readme-ov-file#badges",
            "  https://github.com./fluent/fluentd  ",
        ] {
            assert_eq!(SourceAddress::parse(text), Ok(plain.clone()), "{text}");
        }
        assert_eq!(plain.name(), "fluentd");
        assert_eq!(plain.short(), "github.com/fluent/fluentd");
        let port = SourceAddress::parse("git.kelp.example:3000/a/b").unwrap();
        assert_eq!(port.host(), "git.kelp.example:3000");
    }

    #[test]
    fn what_is_no_address_says_so() {
        for (text, part) in [
            ("", "such as https"),
            ("fluentd", "not the name of a host"),
            ("https://localhost/a/b", "not the name of a host"),
            ("https://127.0.0.1/a/b", "is a number"),
            ("https://0x7f.0x1/a/b", "is a number"),
            ("https://[::1]/a/b", "not the name of a host"),
            ("https://github.com", "whole forge"),
            ("https://github.com/", "whole forge"),
            ("https://github.com?x", "whole forge"),
            ("ftp://github.com/a/b", "not with ftp"),
            ("file:///etc/passwd", "not with file"),
            ("javascript:alert(1)", "not with javascript"),
            ("https://me:secret@github.com/a/b", "password or token"),
            ("https://ghp_abc@github.com/a/b", "password or token"),
            ("https://github.com/a/../b", "“..”"),
            ("https://github.com/a//b", "“”"),
            ("https://github.com/<script>/b", "“<script>”"),
            ("https://github.com/a/b%2f..", "“b%2f..”"),
            ("https://gıthub.com/a/b", "not the name of a host"),
            ("https://github.com/a\u{202e}/b", "hidden"),
        ] {
            let words = SourceAddress::parse(text).unwrap_err().to_string();
            assert!(words.contains(part), "{text}: {words}");
            assert!(
                !words.contains("secret") && !words.contains("ghp_"),
                "{words}"
            );
        }
        let long = format!("https://github.com/{}", "a/".repeat(5_000_000));
        assert!(SourceAddress::parse(&long).is_err());
    }

    #[test]
    fn what_would_not_read_again_is_not_read() {
        let plain = SourceAddress::parse("https://a.example/b").unwrap();
        for text in [
            "a.example/b.git.git",
            "a.example/b/.git/",
            "a.example/b.git/",
        ] {
            assert_eq!(SourceAddress::parse(text), Ok(plain.clone()), "{text}");
        }
        for text in ["http://x.0X1/a", "x.0x1/a", "a.example/.git.git"] {
            assert!(SourceAddress::parse(text).is_err(), "{text}");
        }
        // It fits as it is typed, and no longer with the scheme that it is kept with.
        let long = format!("a.example/{}", "b".repeat(488));
        assert!(long.len() < 500 && SourceAddress::parse(&long).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_what_is_read_reads_again(text in "\\PC{0,60}") {
            if let Ok(address) = SourceAddress::parse(&text) {
                prop_assert_eq!(SourceAddress::parse(&address.to_string()), Ok(address.clone()));
                prop_assert!(!address.to_string().contains([' ', '<', '"', '\\', '?', '#']));
            }
        }

        #[test]
        fn addresses_like_addresses(text in "(https?://)?(git@)?[a-z0-9.:@-]{1,20}[/:][A-Za-z0-9._/-]{0,30}(\\.git|/){0,3}") {
            if let Ok(address) = SourceAddress::parse(&text) {
                prop_assert_eq!(SourceAddress::parse(&address.to_string()), Ok(address));
            }
        }
    }
}
