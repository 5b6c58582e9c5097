//! Sessions close alike whatever the order in which their requests arrive.

use events::{Method, Request, Sessions, classify};
use proptest::prelude::*;
use pulls::segment::Action;

const WINDOW: i64 = 60_000;

/// A request of the tests: who, when, what. Ordered as in a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    client: u128,
    at: i64,
    method: Method,
    tag: Option<String>,
    digest: String,
}

fn asked() -> impl Strategy<Value = Asked> {
    (
        0..3u128,
        0..400_000i64,
        prop_oneof![Just(Method::Head), Just(Method::Get)],
        prop::option::of("[12]"),
        "[abc]",
    )
        .prop_map(|(client, at, method, tag, digest)| Asked {
            client,
            at,
            method,
            tag,
            digest,
        })
}

/// What a session counts as: who, when it began, and its actions.
type Counted = (u128, i64, Vec<(Action, i64)>);

fn counted(sessions: Vec<Vec<Asked>>) -> Vec<Counted> {
    let mut counted: Vec<Counted> = sessions
        .iter()
        .map(|session| {
            let requests: Vec<Request<'_>> = session
                .iter()
                .map(|asked| Request {
                    method: asked.method,
                    tag: asked.tag.as_deref(),
                    digest: &asked.digest,
                })
                .collect();
            let found = classify(&requests)
                .iter()
                .map(|found| (found.action, session[found.first].at))
                .collect();
            (session[0].client, session[0].at, found)
        })
        .collect();
    counted.sort();
    counted
}

/// The rule itself, written as plainly as can be: all requests of a client in
/// the order of time, cut where two are further apart than the window.
fn expected(mut all: Vec<Asked>) -> Vec<Vec<Asked>> {
    all.sort_by(|a, b| (a.client, a.at, a).cmp(&(b.client, b.at, b)));
    let mut sessions: Vec<Vec<Asked>> = Vec::new();
    for asked in all {
        match sessions.last_mut() {
            Some(session)
                if session[0].client == asked.client
                    && asked.at - session[session.len() - 1].at <= WINDOW =>
            {
                session.push(asked);
            }
            _ => sessions.push(vec![asked]),
        }
    }
    sessions
}

proptest! {
    #[test]
    fn any_order_of_arrival_counts_the_same(
        all in prop::collection::vec(asked(), 0..40),
        order in any::<prop::sample::Index>(),
    ) {
        let expected = counted(expected(all.clone()));
        // Everything arrives within a window, after the last of it happened.
        let arrived = 400_000;
        let mut rotated = all;
        let middle = if rotated.is_empty() { 0 } else { order.index(rotated.len()) };
        rotated.rotate_left(middle);
        rotated[..].reverse();
        let mut sessions = Sessions::new(WINDOW);
        for (number, asked) in rotated.into_iter().enumerate() {
            let arrived = arrived + number as i64 * 1000;
            sessions.add(asked.client, None, asked.at, arrived, asked);
            // Looking in between closes none of them.
            prop_assert!(sessions.close(arrived).is_empty());
        }
        prop_assert_eq!(counted(sessions.close(arrived + 41_000 + WINDOW)), expected);
        prop_assert!(sessions.is_empty());
    }

    #[test]
    fn in_order_it_makes_no_difference_how_often_one_looks(
        mut all in prop::collection::vec(asked(), 0..40),
        looks in prop::collection::vec(any::<bool>(), 40),
    ) {
        all.sort_by_key(|asked| asked.at);
        let expected = counted(expected(all.clone()));
        let mut sessions = Sessions::new(WINDOW);
        let mut closed = Vec::new();
        for (asked, look) in all.into_iter().zip(looks) {
            let at = asked.at;
            if look {
                closed.extend(sessions.close(at));
            }
            sessions.add(asked.client, None, at, at, asked);
        }
        closed.extend(sessions.close_all());
        prop_assert_eq!(counted(closed), expected);
    }

    #[test]
    fn a_client_that_is_renamed_within_a_session_stays_one(
        mut all in prop::collection::vec(asked(), 0..40),
        turn in 0..400_000i64,
        is_in_order: bool,
    ) {
        let expected = counted(expected(all.clone()));
        if is_in_order {
            all.sort_by_key(|asked| asked.at);
        }
        let mut sessions = Sessions::new(WINDOW);
        for asked in all {
            let (key, before) = if asked.at < turn {
                (asked.client, None)
            } else {
                (asked.client + 100, Some(asked.client))
            };
            sessions.add(key, before, asked.at, 400_000, asked);
        }
        prop_assert_eq!(counted(sessions.close(400_000 + WINDOW + 1)), expected);
        prop_assert!(sessions.is_empty());
    }
}

#[test]
fn a_session_waits_for_its_window_by_both_clocks() {
    let one = |at| Asked {
        client: 1,
        at,
        method: Method::Get,
        tag: Some("1".to_owned()),
        digest: "a".to_owned(),
    };
    // It happened long before it arrived.
    let mut sessions = Sessions::new(WINDOW);
    sessions.add(1, None, 0, 1_000_000, one(0));
    assert!(sessions.close(1_000_000 + WINDOW).is_empty());
    assert_eq!(sessions.close(1_000_001 + WINDOW).len(), 1);
    // The registry's clock is ahead.
    sessions.add(1, None, 500_000, 1_000, one(500_000));
    assert!(sessions.close(1_001 + WINDOW).is_empty());
    assert!(sessions.close(500_000 + WINDOW).is_empty());
    assert_eq!(sessions.close(500_001 + WINDOW).len(), 1);
}

#[test]
fn what_comes_after_a_session_has_closed_is_one_of_its_own() {
    let asked = |at, method| Asked {
        client: 1,
        at,
        method,
        tag: (method == Method::Head).then(|| "1".to_owned()),
        digest: "a".to_owned(),
    };
    let mut sessions = Sessions::new(WINDOW);
    sessions.add(1, None, 0, 0, asked(0, Method::Head));
    let first = counted(sessions.close(WINDOW + 1));
    assert_eq!(first, [(1, 0, vec![(Action::VersionCheck, 0)])]);
    sessions.add(1, None, 10, WINDOW + 2, asked(10, Method::Get));
    let second = counted(sessions.close(3 * WINDOW));
    assert_eq!(second, [(1, 10, vec![(Action::PullByDigest, 10)])]);
}

/// A request of a client at each of some moments.
fn gets(moments: impl IntoIterator<Item = i64>) -> Vec<Asked> {
    let get = |at| Asked {
        client: 1,
        at,
        method: Method::Get,
        tag: Some("1".to_owned()),
        digest: "a".to_owned(),
    };
    moments.into_iter().map(get).collect()
}

#[test]
fn a_client_that_never_pauses_is_not_waited_for_without_end() {
    // A day, with a request every 20 s, and one every quarter of a second.
    for (every, longest) in [(20_000, 11 * WINDOW), (250, 20 * WINDOW)] {
        let all = gets((0..86_400_000).step_by(every));
        let count = all.len();
        let mut sessions = Sessions::new(WINDOW);
        let mut closed = Vec::new();
        for (at, asked) in all.into_iter().map(|asked| (asked.at, asked)) {
            if at % 10_000 == 0 {
                closed.extend(sessions.close(at));
            }
            sessions.add(1, None, at, at, asked);
            assert!(sessions.len() as i64 <= (longest + 2 * WINDOW) / every as i64 + 2);
        }
        closed.extend(sessions.close_all());
        assert_eq!(closed.iter().map(Vec::len).sum::<usize>(), count);
        for session in &closed {
            let length = session[session.len() - 1].at - session[0].at;
            assert!(length <= longest, "{length} ms");
        }
    }
}

#[test]
fn a_long_session_ends_between_pulls() {
    // Every 30 s a check and, a second later, the pull that it leads to.
    let all = (0..200).flat_map(|at| {
        let of = |at, method, tag: Option<&str>| Asked {
            client: 1,
            at,
            method,
            tag: tag.map(str::to_owned),
            digest: "a".to_owned(),
        };
        [
            of(at * 30_000, Method::Head, Some("1")),
            of(at * 30_000 + 1_000, Method::Get, None),
        ]
    });
    let mut sessions = Sessions::new(WINDOW);
    for asked in all {
        sessions.add(1, None, asked.at, asked.at, asked);
    }
    let closed = counted(sessions.close_all());
    assert!(closed.len() > 3, "{}", closed.len());
    let found: Vec<_> = closed.into_iter().flat_map(|(_, _, found)| found).collect();
    assert_eq!(found.len(), 200);
    assert!(found.iter().all(|(action, _)| *action == Action::PullByTag));
}
