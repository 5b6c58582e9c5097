//! Which pulls and version checks the manifest requests of a session were.
//!
//! The rules are those of the table that the program's exports follow:
//!
//! | starts with | then | action |
//! |---|---|---|
//! | HEAD tag | nothing | version check |
//! | GET tag | nothing, or GET of a different digest | pull by tag |
//! | HEAD tag | GET of the same digest, optionally then GET of a different digest | pull by tag |
//! | GET digest | nothing, or GET of a different digest | pull by digest |
//! | HEAD digest | nothing, or GET of the same digest, optionally then GET of a different digest | pull by digest |
//!
//! “Same digest” is the one that the first request answered. The different
//! digest is that of the platform's manifest, which an index leads to. It is
//! asked for by its digest; a request that names a tag begins something new,
//! unless it is the GET that its own HEAD announced.

use crate::event::Method;
use pulls::segment::Action;

/// A manifest request, as far as the rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// How the manifest was asked for.
    pub method: Method,
    /// The tag that was asked for; `None` if the request named a digest.
    pub tag: Option<&'a str>,
    /// The digest of what was answered.
    pub digest: &'a str,
}

/// An action that a session contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it counts as.
    pub action: Action,
    /// Position of the request that it began with: the one whose tag, digest
    /// and method it has.
    pub first: usize,
}

/// What an action may still take in.
struct Begun {
    first: usize,
    is_fetched: bool,
    has_platform: bool,
}

/// The actions of a session, in the order of their first requests. `requests`
/// are all of one client for one repository, in the order of time.
///
/// Clients ask for several images at a time, so that their requests stand
/// between each other: a GET goes to the HEAD that announced its digest, else
/// as a platform's manifest to the earliest action that has none, else it
/// begins an action.
pub fn classify(requests: &[Request<'_>]) -> Vec<Found> {
    let mut begun: Vec<Begun> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        if request.method == Method::Get {
            let announced = begun.iter_mut().find(|action| {
                let first = requests[action.first];
                !action.is_fetched
                    && first.digest == request.digest
                    && (request.tag.is_none() || request.tag == first.tag)
            });
            if let Some(action) = announced {
                action.is_fetched = true;
                continue;
            }
            let led_to = begun.iter_mut().find(|action| {
                action.is_fetched
                    && !action.has_platform
                    && request.tag.is_none()
                    && requests[action.first].digest != request.digest
            });
            if let Some(action) = led_to {
                action.has_platform = true;
                continue;
            }
        }
        begun.push(Begun {
            first: at,
            is_fetched: request.method == Method::Get,
            has_platform: false,
        });
    }
    begun
        .into_iter()
        .map(|action| Found {
            action: match (requests[action.first].tag, action.is_fetched) {
                (Some(_), true) => Action::PullByTag,
                (Some(_), false) => Action::VersionCheck,
                (None, _) => Action::PullByDigest,
            },
            first: action.first,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Found, Request, classify};
    use crate::event::Method::{Get, Head};
    use Action::{PullByDigest, PullByTag, VersionCheck};
    use pulls::segment::Action;

    fn tag<'a>(method: crate::Method, tag: &'a str, digest: &'a str) -> Request<'a> {
        Request {
            method,
            tag: Some(tag),
            digest,
        }
    }

    fn digest(method: crate::Method, digest: &str) -> Request<'_> {
        Request {
            method,
            tag: None,
            digest,
        }
    }

    #[track_caller]
    fn are(requests: &[Request<'_>], expected: &[(Action, usize)]) {
        let expected: Vec<Found> = expected
            .iter()
            .map(|&(action, first)| Found { action, first })
            .collect();
        assert_eq!(classify(requests), expected, "{requests:?}");
    }

    #[test]
    fn every_row_of_the_table() {
        are(&[tag(Head, "1", "a")], &[(VersionCheck, 0)]);
        are(&[tag(Get, "1", "a")], &[(PullByTag, 0)]);
        are(&[tag(Get, "1", "a"), digest(Get, "b")], &[(PullByTag, 0)]);
        are(&[tag(Head, "1", "a"), digest(Get, "a")], &[(PullByTag, 0)]);
        are(
            &[tag(Head, "1", "a"), digest(Get, "a"), digest(Get, "b")],
            &[(PullByTag, 0)],
        );
        are(&[digest(Get, "a")], &[(PullByDigest, 0)]);
        are(&[digest(Get, "a"), digest(Get, "b")], &[(PullByDigest, 0)]);
        are(&[digest(Head, "a")], &[(PullByDigest, 0)]);
        are(&[digest(Head, "a"), digest(Get, "a")], &[(PullByDigest, 0)]);
        are(
            &[digest(Head, "a"), digest(Get, "a"), digest(Get, "b")],
            &[(PullByDigest, 0)],
        );
        are(&[], &[]);
    }

    #[test]
    fn what_follows_no_row_begins_anew() {
        // A GET of another digest than the HEAD answered is another action.
        are(
            &[tag(Head, "1", "a"), digest(Get, "b")],
            &[(VersionCheck, 0), (PullByDigest, 1)],
        );
        are(
            &[digest(Head, "a"), digest(Get, "b")],
            &[(PullByDigest, 0), (PullByDigest, 1)],
        );
        // Asking twice is two checks, fetching twice two pulls.
        are(
            &[tag(Head, "1", "a"), tag(Head, "1", "a")],
            &[(VersionCheck, 0), (VersionCheck, 1)],
        );
        are(
            &[tag(Get, "1", "a"), tag(Get, "1", "a")],
            &[(PullByTag, 0), (PullByTag, 1)],
        );
        are(
            &[digest(Get, "a"), digest(Get, "a")],
            &[(PullByDigest, 0), (PullByDigest, 1)],
        );
        // One platform's manifest belongs to a pull; the next is a pull by digest.
        are(
            &[tag(Get, "1", "a"), digest(Get, "b"), digest(Get, "c")],
            &[(PullByTag, 0), (PullByDigest, 2)],
        );
    }

    #[test]
    fn some_clients_fetch_by_the_tag_that_they_asked_about() {
        are(
            &[tag(Head, "1", "a"), tag(Get, "1", "a"), digest(Get, "b")],
            &[(PullByTag, 0)],
        );
        // Another tag of the same image is another pull.
        are(
            &[tag(Head, "1", "a"), tag(Get, "latest", "a")],
            &[(VersionCheck, 0), (PullByTag, 1)],
        );
        // The tag moved between the two.
        are(
            &[tag(Head, "1", "a"), tag(Get, "1", "b")],
            &[(VersionCheck, 0), (PullByTag, 1)],
        );
    }

    #[test]
    fn images_that_are_pulled_side_by_side_are_told_apart() {
        are(
            &[
                tag(Head, "1", "a"),
                tag(Head, "2", "b"),
                digest(Get, "b"),
                digest(Get, "a"),
                digest(Get, "b-arm64"),
                digest(Get, "a-arm64"),
            ],
            &[(PullByTag, 0), (PullByTag, 1)],
        );
    }
}
