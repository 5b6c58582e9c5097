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
use std::collections::{BTreeSet, HashMap, VecDeque};

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

/// Actions that are begun, by what they may still take in. However long a session is, a request
/// finds its action without looking at the others.
#[derive(Default)]
struct Begun<'a> {
    /// Those that were not fetched, by the digest that was answered, and by that and the tag. What
    /// was fetched meanwhile is passed over.
    announced: HashMap<&'a str, VecDeque<usize>>,
    announced_by_tag: HashMap<(&'a str, &'a str), VecDeque<usize>>,
    /// Those that were fetched and have no platform’s manifest, by their digest.
    without_platform: HashMap<&'a str, BTreeSet<usize>>,
    /// The first of each digest.
    earliest: BTreeSet<(usize, &'a str)>,
}

impl<'a> Begun<'a> {
    fn announce(&mut self, at: usize, request: Request<'a>) {
        let by_digest = self.announced.entry(request.digest).or_default();
        by_digest.push_back(at);
        if let Some(tag) = request.tag {
            let key = (request.digest, tag);
            self.announced_by_tag.entry(key).or_default().push_back(at);
        }
    }

    /// The first that announced what a request fetches.
    fn announced(&mut self, request: Request<'a>, is_fetched: &[bool]) -> Option<usize> {
        let queue = match request.tag {
            None => self.announced.get_mut(request.digest),
            Some(tag) => self.announced_by_tag.get_mut(&(request.digest, tag)),
        }?;
        loop {
            let at = queue.pop_front()?;
            if !is_fetched[at] {
                return Some(at);
            }
        }
    }

    fn fetched(&mut self, at: usize, digest: &'a str) {
        let of = self.without_platform.entry(digest).or_default();
        if let Some(first) = of.first() {
            self.earliest.remove(&(*first, digest));
        }
        of.insert(at);
        if let Some(first) = of.first() {
            self.earliest.insert((*first, digest));
        }
    }

    /// Gives a platform’s manifest to the first that was fetched as another digest, if there is one.
    fn is_led_to(&mut self, digest: &str) -> bool {
        // Of one digest there is one: at most one stands before another’s.
        let found = self.earliest.iter().find(|(_, of)| *of != digest);
        let Some(&(at, of)) = found else {
            return false;
        };
        self.earliest.remove(&(at, of));
        if let Some(others) = self.without_platform.get_mut(of) {
            others.remove(&at);
            if let Some(next) = others.first() {
                self.earliest.insert((*next, of));
            }
        }
        true
    }
}

/// The actions of a session, in the order of their first requests. `requests`
/// are all of one client for one repository, in the order of time.
///
/// Clients ask for several images at a time, so that their requests stand
/// between each other: a GET goes to the HEAD that announced its digest, else
/// as a platform's manifest to the earliest action that has none, else it
/// begins an action.
pub fn classify(requests: &[Request<'_>]) -> Vec<Found> {
    let mut begun = Begun::default();
    let mut is_first = vec![true; requests.len()];
    let mut is_fetched = vec![false; requests.len()];
    for (at, request) in requests.iter().enumerate() {
        if request.method == Method::Head {
            begun.announce(at, *request);
            continue;
        }
        if let Some(first) = begun.announced(*request, &is_fetched) {
            is_first[at] = false;
            is_fetched[first] = true;
            begun.fetched(first, request.digest);
        } else if request.tag.is_none() && begun.is_led_to(request.digest) {
            is_first[at] = false;
        } else {
            is_fetched[at] = true;
            begun.fetched(at, request.digest);
        }
    }
    (0..requests.len())
        .filter(|first| is_first[*first])
        .map(|first| Found {
            action: match (requests[first].tag, is_fetched[first]) {
                (Some(_), true) => Action::PullByTag,
                (Some(_), false) => Action::VersionCheck,
                (None, _) => Action::PullByDigest,
            },
            first,
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
