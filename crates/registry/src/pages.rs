//! Paths to ask for, and the next page out of a `Link` header.
//!
//! A registry says itself where its next page is. It is believed only as far as
//! the query: the page is of the same registry and of the same list, or refused.

use crate::{
    header::{MOST_BYTES, Scanner},
    names::{Digest, Reference, RepositoryName},
    origin::{Origin, is_plain},
};
use core::fmt::{self, Write};

/// A list that comes in pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// All repositories of the registry (Docker Registry HTTP API v2, “Listing
    /// Repositories”; not part of the OCI specification).
    Catalog,
    /// All tags of a repository.
    Tags(RepositoryName),
}

/// Why the next page that a registry names is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// The header has more than 8,192 bytes.
    TooLong,
    /// It is not a `Link` header by RFC 8288, or its target has characters that
    /// no address has.
    Form,
    /// It leads to another registry.
    OtherOrigin,
    /// It leads to another path than the one asked for.
    OtherPath,
}

impl fmt::Display for LinkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "The registry’s link to its next page is too long.",
            Self::Form => "The registry’s link to its next page is malformed.",
            Self::OtherOrigin => "The registry’s link to its next page leads to another host.",
            Self::OtherPath => "The registry’s link to its next page leads to another list.",
        })
    }
}

impl std::error::Error for LinkError {}

/// The path and query of a page: at most `n` entries (the registry’s own number
/// if `None`), those after `last` (from the beginning if `None`).
pub fn page_path(page: &Page, last: Option<&str>, n: Option<u32>) -> String {
    let mut path = match page {
        Page::Catalog => "/v2/_catalog".to_owned(),
        Page::Tags(name) => format!("/v2/{name}/tags/list"),
    };
    let mut mark = '?';
    if let Some(n) = n {
        path.push_str(&format!("{mark}n={n}"));
        mark = '&';
    }
    if let Some(last) = last {
        path.push(mark);
        path.push_str("last=");
        encode(&mut path, last);
    }
    path
}

/// The path of a manifest.
pub fn manifest_path(name: &RepositoryName, reference: &Reference) -> String {
    format!("/v2/{name}/manifests/{reference}")
}

/// The path of a blob.
pub fn blob_path(name: &RepositoryName, digest: &Digest) -> String {
    format!("/v2/{name}/blobs/{digest}")
}

/// Writes a text so that it is one value in a query: everything but letters,
/// digits and `-._~` percent-encoded (RFC 3986, section 2.3).
pub(crate) fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

/// The path and query of the next page that a `Link` header names: the first
/// link whose relation is `next`. `Ok(None)` if there is none, which is the end.
///
/// `origin` is the registry (`https://registry.example:5000`), `asked` the path
/// that was asked for, with or without its query. Whether the page was asked for
/// before is for the caller to know.
///
/// # Errors
/// Why the page is not to be asked for.
pub fn next_page(header: &str, origin: &str, asked: &str) -> Result<Option<String>, LinkError> {
    if header.len() > MOST_BYTES {
        return Err(LinkError::TooLong);
    }
    let Some(target) = next_target(header)? else {
        return Ok(None);
    };
    if target.is_empty() || !is_plain(target) {
        return Err(LinkError::Form);
    }
    let path = |text: &str| text.split('?').next().unwrap_or_default().to_owned();
    let asked = path(asked);
    let found = if target.starts_with('?') {
        format!("{asked}{target}")
    } else if target.starts_with('/') && !target.starts_with("//") {
        target.to_owned()
    } else if target.starts_with("//") || target.contains("://") {
        let (own, _) = Origin::split(origin).ok_or(LinkError::OtherOrigin)?;
        let address = if target.starts_with("//") {
            let scheme = if own.is_encrypted { "https" } else { "http" };
            format!("{scheme}:{target}")
        } else {
            target.to_owned()
        };
        match Origin::split(&address) {
            Some((other, rest)) if other == own => rest.to_owned(),
            _ => return Err(LinkError::OtherOrigin),
        }
    } else {
        // Relative to the path asked for: no registry writes that.
        return Err(LinkError::OtherPath);
    };
    if path(&found) == asked {
        Ok(Some(found))
    } else {
        Err(LinkError::OtherPath)
    }
}

/// What stands between `<` and `>` of the first link to what is next.
fn next_target(header: &str) -> Result<Option<&str>, LinkError> {
    let mut scanner = Scanner::new(header);
    loop {
        scanner.commas();
        if scanner.is_done() {
            return Ok(None);
        }
        if !scanner.eat('<') {
            return Err(LinkError::Form);
        }
        let target = scanner.take(|character| character != '>');
        if !scanner.eat('>') {
            return Err(LinkError::Form);
        }
        let mut relation: Option<String> = None;
        scanner.blanks();
        while scanner.eat(';') {
            scanner.blanks();
            let name = scanner.token();
            scanner.blanks();
            let mut value = String::new();
            if scanner.eat('=') {
                scanner.blanks();
                value = scanner.value().ok_or(LinkError::Form)?;
            }
            // Of several relations the first counts (RFC 8288, section 3.3).
            if name.eq_ignore_ascii_case("rel") && relation.is_none() {
                relation = Some(value);
            }
            scanner.blanks();
        }
        let is_next = relation.is_some_and(|relation| {
            relation
                .split_ascii_whitespace()
                .any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Ok(Some(target));
        }
    }
}
