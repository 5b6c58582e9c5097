//! What requests count as: by the table, whatever the order in which they arrive, and however many
//! there are.

use events::{Found, Method, Request, Sessions, classify};
use proptest::prelude::*;
use pulls::segment::Action::{self, PullByDigest, PullByTag, VersionCheck};

const WINDOW: i64 = 60_000;

/// The rule, as plainly as can be: each request looks at all actions before it.
fn plainly(requests: &[Request<'_>]) -> Vec<Found> {
    struct Begun {
        first: usize,
        is_fetched: bool,
        has_platform: bool,
    }
    let mut begun: Vec<Begun> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        let is_get = request.method == Method::Get;
        let announced = begun.iter_mut().find(|action| {
            let first = requests[action.first];
            is_get
                && !action.is_fetched
                && first.digest == request.digest
                && (request.tag.is_none() || request.tag == first.tag)
        });
        if let Some(action) = announced {
            action.is_fetched = true;
            continue;
        }
        let led_to = begun.iter_mut().find(|action| {
            is_get
                && request.tag.is_none()
                && action.is_fetched
                && !action.has_platform
                && requests[action.first].digest != request.digest
        });
        if let Some(action) = led_to {
            action.has_platform = true;
            continue;
        }
        begun.push(Begun {
            first: at,
            is_fetched: is_get,
            has_platform: false,
        });
    }
    let found = begun.into_iter().map(|action| Found {
        action: match (requests[action.first].tag, action.is_fetched) {
            (Some(_), true) => PullByTag,
            (Some(_), false) => VersionCheck,
            (None, _) => PullByDigest,
        },
        first: action.first,
    });
    found.collect()
}

fn request() -> impl Strategy<Value = Request<'static>> {
    (
        prop_oneof![Just(Method::Head), Just(Method::Get)],
        prop::sample::select(vec![None, Some("1"), Some("2")]),
        prop::sample::select(vec!["a", "b", "c", "d"]),
    )
        .prop_map(|(method, tag, digest)| Request {
            method,
            tag,
            digest,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn requests_find_the_actions_that_looking_at_all_finds(
        requests in prop::collection::vec(request(), 0..60),
    ) {
        prop_assert_eq!(classify(&requests), plainly(&requests));
    }
}

/// A request as a row of the table has it: method, tag or none, digest.
type Row = (Method, Option<&'static str>, &'static str);

/// The rows of the table, each with the one action that it is.
fn table() -> Vec<(Vec<Row>, Action)> {
    use Method::{Get, Head};
    let tag = Some("1");
    vec![
        (vec![(Head, tag, "a")], VersionCheck),
        (vec![(Get, tag, "a")], PullByTag),
        (vec![(Get, tag, "a"), (Get, None, "b")], PullByTag),
        (vec![(Head, tag, "a"), (Get, None, "a")], PullByTag),
        (
            vec![(Head, tag, "a"), (Get, None, "a"), (Get, None, "b")],
            PullByTag,
        ),
        (vec![(Get, None, "a")], PullByDigest),
        (vec![(Get, None, "a"), (Get, None, "b")], PullByDigest),
        (vec![(Head, None, "a")], PullByDigest),
        (vec![(Head, None, "a"), (Get, None, "a")], PullByDigest),
        (
            vec![(Head, None, "a"), (Get, None, "a"), (Get, None, "b")],
            PullByDigest,
        ),
    ]
}

/// Every order of so many things.
fn orders(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(of - 1);
    let put = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, of - 1);
        order
    };
    shorter
        .iter()
        .flat_map(|order| (0..of).map(move |at| put(order, at)))
        .collect()
}

#[test]
fn every_row_of_the_table_in_every_order_of_arrival() {
    assert_eq!(orders(3).len(), 6);
    for (row, action) in table() {
        for order in orders(row.len()) {
            // Now a moment and now a whole window apart.
            for apart in [1, WINDOW] {
                let mut sessions = Sessions::new(WINDOW);
                for (arrived, at) in order.iter().enumerate() {
                    let (at, request) = (*at as i64 * apart, row[*at]);
                    sessions.add(1, None, at, arrived as i64, (at, request.1, request.2));
                    assert!(sessions.close(0).is_empty());
                }
                let closed = sessions.close(4 * WINDOW);
                assert_eq!(closed.len(), 1, "{row:?} {order:?}");
                let requests: Vec<Request<'_>> = closed[0]
                    .iter()
                    .map(|(at, tag, digest)| Request {
                        method: row[(at / apart) as usize].0,
                        tag: *tag,
                        digest,
                    })
                    .collect();
                let expected = Found { action, first: 0 };
                assert_eq!(classify(&requests), [expected], "{row:?} {order:?}");
            }
        }
    }
}

#[test]
fn a_session_may_be_very_long() {
    // A machine that asks for one image again and again, and checks another, which is looked at
    // within seconds: a rule that looked back at all of it would take an hour.
    let requests: Vec<Request<'_>> = (0..900_000)
        .map(|at| Request {
            method: if at % 3 == 0 {
                Method::Head
            } else {
                Method::Get
            },
            tag: (at % 3 != 2).then_some("1"),
            digest: if at % 3 == 0 { "checked" } else { "a" },
        })
        .collect();
    let found = classify(&requests);
    let count = |action| found.iter().filter(|found| found.action == action).count();
    assert_eq!(count(VersionCheck), 300_000);
    assert_eq!(count(PullByTag), 300_000);
    assert_eq!(count(PullByDigest), 300_000);
}
