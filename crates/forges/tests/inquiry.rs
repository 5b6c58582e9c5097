//! Inquiries from beginning to end, with answers that are right, wrong, half
//! and hostile.

use chrono::{DateTime, Utc};
use forges::{Answer, Forges, Inquiry, MOST_BYTES};
use program::{
    evidence::{Reading, RepositoryFacts, Trouble},
    source::SourceAddress,
};
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    "2026-08-13T09:00:00Z".parse().unwrap()
}

fn ok(body: &str) -> Answer<'_> {
    Answer {
        status: 200,
        body: body.as_bytes(),
        ..Answer::default()
    }
}

fn status(status: u16) -> Answer<'static> {
    Answer {
        status,
        ..Answer::default()
    }
}

/// Asks about a repository; `answers` come in order. What was asked comes back too.
fn ask(address: &str, answers: &[Answer<'_>]) -> (Vec<String>, Reading<RepositoryFacts>) {
    let forges = Forges::default();
    let address = SourceAddress::parse(address).unwrap();
    let forge = forges.of(&address).unwrap();
    let mut inquiry = Inquiry::new(forge, &address).unwrap();
    let mut asked = Vec::new();
    for answer in answers {
        let Some(next) = inquiry.next() else { break };
        asked.push(next.url);
        inquiry.take(*answer, now());
    }
    assert_eq!(inquiry.next(), None, "more is asked than was answered");
    (asked, inquiry.finish(now()))
}

fn facts(address: &str, answers: &[Answer<'_>]) -> RepositoryFacts {
    match ask(address, answers).1 {
        Reading::Read { facts, .. } => facts,
        other => panic!("{other:?}"),
    }
}

const GITHUB: &str = r#"{"full_name":"fluent/fluentd","private":false,"archived":false,"fork":false,
    "license":{"key":"apache-2.0","spdx_id":"Apache-2.0"},"pushed_at":"2026-08-10T07:00:00Z",
    "description":"Unified logging","homepage":"https://www.fluentd.org","stargazers_count":13204,"extra":[1,2,3]}"#;
const PROFILE: &str = r#"{"health_percentage":87,"files":{"contributing":{"url":"x"},"readme":{"url":"y"},"license":null}}"#;

#[test]
fn github() {
    let (asked, reading) = ask("github.com/Fluent/Fluentd", &[ok(GITHUB), ok(PROFILE)]);
    assert_eq!(
        asked,
        [
            "https://api.github.com/repos/Fluent/Fluentd",
            "https://api.github.com/repos/Fluent/Fluentd/community/profile"
        ]
    );
    let facts = reading.facts().unwrap();
    assert!(facts.found && !facts.private && !facts.archived && !facts.fork);
    assert_eq!(facts.license.as_deref(), Some("Apache-2.0"));
    assert_eq!(facts.moved_to, None);
    assert_eq!((facts.contributing, facts.readme), (Some(true), Some(true)));
    assert_eq!(facts.homepage.as_deref(), Some("https://www.fluentd.org"));
    assert_eq!(facts.stars, Some(13_204));
}

#[test]
fn gitlab() {
    let project = r#"{"path_with_namespace":"kelp/tools/kelp","last_activity_at":"2026-08-01T00:00:00.000+02:00",
        "license":{"key":"mpl-2.0","name":"Mozilla"},"star_count":7,"description":null}"#;
    let tree = r#"[{"name":"CONTRIBUTING.md","type":"blob"},{"name":"README.md","type":"blob"}]"#;
    let (asked, reading) = ask("gitlab.com/kelp/tools/kelp", &[ok(project), ok(tree)]);
    assert_eq!(
        asked,
        [
            "https://gitlab.com/api/v4/projects/kelp%2Ftools%2Fkelp?license=true",
            "https://gitlab.com/api/v4/projects/kelp%2Ftools%2Fkelp/repository/tree?per_page=100"
        ]
    );
    let facts = reading.facts().unwrap();
    assert_eq!(facts.license.as_deref(), Some("MPL-2.0"));
    assert_eq!((facts.contributing, facts.stars), (Some(true), Some(7)));
    let internal = project.replace(
        "\"description\"",
        "\"visibility\":\"internal\",\"description\"",
    );
    assert!(self::facts("gitlab.com/kelp/tools/kelp", &[ok(&internal)]).private);
}

#[test]
fn forgejo() {
    let repository = r#"{"full_name":"kelpworks/kelp","private":false,"archived":true,"fork":true,
        "licenses":["MPL-2.0","MIT"],"updated_at":"2026-08-10T00:00:00Z","description":"  ","website":"javascript:alert(1)"}"#;
    let contents = r#"[{"name":"docs","type":"dir"},{"name":"readme.rst","type":"file"}]"#;
    let (asked, reading) = ask(
        "codeberg.org/kelpworks/kelp",
        &[ok(repository), ok(contents)],
    );
    assert_eq!(
        asked[1],
        "https://codeberg.org/api/v1/repos/kelpworks/kelp/contents"
    );
    let facts = reading.facts().unwrap();
    assert!(facts.archived && facts.fork);
    assert_eq!(facts.license.as_deref(), Some("MPL-2.0 AND MIT"));
    // A guide may be in the folder, so its absence is not claimed.
    assert_eq!((facts.contributing, facts.readme), (None, Some(true)));
    assert_eq!(
        (facts.description.clone(), facts.homepage.clone()),
        (None, None)
    );
}

#[test]
fn what_is_not_there_is_an_answer_and_ends_the_inquiry() {
    let (asked, reading) = ask("github.com/fluent/none", &[status(404), ok(PROFILE)]);
    assert_eq!(asked.len(), 1);
    assert!(!reading.facts().unwrap().found);
}

#[test]
fn a_renamed_repository_says_where_it_is() {
    let facts = facts("github.com/fluent/old", &[ok(GITHUB), ok(PROFILE)]);
    let to = SourceAddress::parse("github.com/fluent/fluentd").unwrap();
    assert_eq!(facts.moved_to, Some(to));
}

#[test]
fn a_license_that_the_forge_did_not_recognize_is_none() {
    for instead in [
        "null",
        r#"{"spdx_id":"NOASSERTION"}"#,
        r#"{"spdx_id":null}"#,
    ] {
        let body = GITHUB.replace(r#"{"key":"apache-2.0","spdx_id":"Apache-2.0"}"#, instead);
        assert_eq!(
            facts("github.com/fluent/fluentd", &[ok(&body), ok(PROFILE)]).license,
            None,
            "{instead}"
        );
    }
}

#[test]
fn trouble_is_trouble_and_never_an_answer() {
    let limit = |again| Trouble::LimitReached { again };
    let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
    let reset = at("2026-08-13T09:20:00Z").unwrap().timestamp();
    let cases = [
        (status(403), limit(None)),
        (
            Answer {
                reset: Some(reset),
                ..status(403)
            },
            limit(at("2026-08-13T09:20:00Z")),
        ),
        (
            Answer {
                retry_after: Some(60),
                ..status(429)
            },
            limit(at("2026-08-13T09:01:00Z")),
        ),
        // Times that nobody should wait for.
        (
            Answer {
                reset: Some(0),
                ..status(403)
            },
            limit(None),
        ),
        (
            Answer {
                reset: Some(i64::MAX),
                ..status(403)
            },
            limit(None),
        ),
        (
            Answer {
                retry_after: Some(i64::MAX),
                ..status(429)
            },
            limit(None),
        ),
        (status(401), Trouble::Refused),
        (status(451), Trouble::Refused),
        (status(301), Trouble::SentOn),
        (status(500), Trouble::Away),
        (status(503), Trouble::Away),
        (status(204), Trouble::Garbled),
        (ok(""), Trouble::Garbled),
        (ok(&GITHUB[..GITHUB.len() / 2]), Trouble::Garbled),
        (ok("<html>a page of somebody else</html>"), Trouble::Garbled),
        (ok("{}"), Trouble::Garbled),
        (
            ok(r#"{"full_name":"<script>","private":false,"archived":false,"fork":false}"#),
            Trouble::Garbled,
        ),
    ];
    for (answer, trouble) in cases {
        let (_, reading) = ask("github.com/fluent/fluentd", &[answer]);
        assert_eq!(
            reading,
            Reading::Failed { at: now(), trouble },
            "{answer:?}"
        );
    }
    let flood = vec![b' '; MOST_BYTES + 1];
    let flood = Answer {
        status: 200,
        body: &flood,
        ..Answer::default()
    };
    let (_, reading) = ask("github.com/fluent/fluentd", &[flood]);
    assert_eq!(
        reading,
        Reading::Failed {
            at: now(),
            trouble: Trouble::TooMuch
        }
    );
}

#[test]
fn the_repository_counts_even_when_its_files_cannot_be_listed() {
    for second in [status(403), status(500), ok("nonsense"), status(404)] {
        let facts = facts("github.com/fluent/fluentd", &[ok(GITHUB), second]);
        assert!(facts.found);
        assert_eq!((facts.contributing, facts.readme), (None, None));
    }
}

#[test]
fn an_answer_that_never_comes_is_trouble_too() {
    let forges = Forges::default();
    let address = SourceAddress::parse("github.com/fluent/fluentd").unwrap();
    let mut inquiry = Inquiry::new(&forges.0[0], &address).unwrap();
    inquiry.fail(Trouble::Offline);
    assert_eq!(inquiry.next(), None);
    assert_eq!(
        inquiry.finish(now()),
        Reading::Failed {
            at: now(),
            trouble: Trouble::Offline
        }
    );
}

#[test]
fn texts_are_cut_and_cleaned() {
    let long = "x".repeat(100_000);
    let body = GITHUB.replace("Unified logging", &format!("\\u001b[31m<b>{long}"));
    let description = facts("github.com/fluent/fluentd", &[ok(&body), ok(PROFILE)])
        .description
        .unwrap();
    assert!(description.starts_with("[31m<b>x") && description.len() <= 500);
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(first in any::<Vec<u8>>(), second in "\\PC{0,40}", code in 100u16..600, host in 0usize..3) {
        let forges = Forges::default();
        let address = SourceAddress::parse(&format!("{}/a/b", forges.0[host].host)).unwrap();
        let mut inquiry = Inquiry::new(&forges.0[host], &address).unwrap();
        inquiry.take(Answer { status: code, body: &first, ..Answer::default() }, now());
        inquiry.take(Answer { status: 200, body: second.as_bytes(), ..Answer::default() }, now());
        inquiry.finish(now());
    }
}
