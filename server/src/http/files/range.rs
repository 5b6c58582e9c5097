//! What of a file is asked for (RFC 9110, 14).

use axum::http::{HeaderMap, header};

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// From a byte to a byte, both included.
    Part(u64, u64),
    Beyond,
}

/// What a request wants of a file. Of several ranges, and of what is no range, all is sent
/// (RFC 9110, 14.2).
pub(super) fn range(asked: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let Some(range) = given(asked, header::RANGE) else {
        return Wanted::All;
    };
    // Only what has not changed is gone on with.
    if given(asked, header::IF_RANGE).is_some_and(|known| known != tag) {
        return Wanted::All;
    }
    let Some((from, to)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let last = size.saturating_sub(1);
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), _) if from >= size => Wanted::Beyond,
        (Ok(from), Ok(to)) if from <= to => Wanted::Part(from, to.min(last)),
        (Ok(from), Err(_)) if to.is_empty() => Wanted::Part(from, last),
        (Err(_), Ok(0)) if from.is_empty() => Wanted::Beyond,
        (Err(_), Ok(tail)) if from.is_empty() => Wanted::Part(size.saturating_sub(tail), last),
        _ => Wanted::All,
    }
}

/// A field of a request, if it is text.
pub(super) fn given(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a list of tags has one.
pub(super) fn names(tags: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',')
        .any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str, known: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(known) = known {
            headers.insert(header::IF_RANGE, known.parse().unwrap());
        }
        headers
    }

    #[test]
    fn ranges_are_those_of_the_specification() {
        for (text, wanted) in [
            ("bytes=0-", Wanted::Part(0, 99)),
            ("bytes=10-19", Wanted::Part(10, 19)),
            ("bytes=90-400", Wanted::Part(90, 99)),
            ("bytes=-5", Wanted::Part(95, 99)),
            ("bytes=-500", Wanted::Part(0, 99)),
            ("bytes=100-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=5-4", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("bytes=x-y", Wanted::All),
        ] {
            assert_eq!(range(&asked(text, None), "\"a\"", 100), wanted, "{text}");
        }
        let part = Wanted::Part(5, 99);
        assert_eq!(range(&asked("bytes=5-", Some("\"a\"")), "\"a\"", 100), part);
        assert_eq!(
            range(&asked("bytes=5-", Some("\"b\"")), "\"a\"", 100),
            Wanted::All
        );
        assert_eq!(range(&HeaderMap::new(), "\"a\"", 100), Wanted::All);
    }
}
