//! What holds whatever is said and read.

use crate::case::*;
use program::{
    Criterion, Finding, Standing,
    answers::{Answers, Holder, Presence, Stated},
    commercial::MoneyTopic,
    eligibility::assess,
    evidence::{Evidence, Reading, RepositoryFacts, Trouble},
    finding::Reason,
    wording::Plain,
};
use proptest::prelude::*;

#[test]
fn what_could_not_be_read_never_counts_against_a_project() {
    for trouble in troubles() {
        let evidence = Evidence {
            registered: failed(trouble),
            claimed: failed(trouble),
            ..evidence(failed(trouble))
        };
        for finding in assess(&answers(), &evidence, today()) {
            assert_ne!(finding.standing(), Standing::Unmet, "{finding:?}");
            if finding.criterion != Criterion::NoCommercialization {
                assert_eq!(finding.word(), "Could not check", "{finding:?}");
            }
            let words = finding.sentence(&Plain);
            assert!(!words.is_empty() && words.ends_with('.'), "{words}");
        }
    }
    let limit = Trouble::LimitReached {
        again: Some(time("2026-08-13T14:20:00Z")),
    };
    let words = assess(&answers(), &evidence(failed(limit)), today())[0].sentence(&Plain);
    assert!(words.contains("14:20 UTC"), "{words}");
}

fn any_reading() -> impl Strategy<Value = Reading<RepositoryFacts>> {
    let license = prop_oneof![
        Just(None),
        Just(Some("MIT".to_owned())),
        Just(Some("BUSL-1.1".to_owned())),
        Just(Some("NOASSERTION".to_owned())),
        "\\PC{0,12}".prop_map(Some),
    ];
    let facts = (
        any::<[bool; 4]>(),
        license,
        proptest::option::of(0i64..2_000),
        any::<[Option<bool>; 2]>(),
        any::<[bool; 2]>(),
    )
        .prop_map(
            |([found, private, archived, fork], license, ago, [contributing, readme], texts)| {
                RepositoryFacts {
                    found,
                    private,
                    archived,
                    fork,
                    license,
                    pushed_at: ago
                        .map(|days| time("2026-08-13T00:00:00Z") - chrono::TimeDelta::days(days)),
                    contributing,
                    readme,
                    description: texts[0].then(|| "Kelp".to_owned()),
                    homepage: texts[1].then(|| "https://kelp.example".to_owned()),
                    stars: None,
                    moved_to: None,
                }
            },
        );
    prop_oneof![
        Just(Reading::NotAsked),
        Just(Reading::Pending),
        proptest::sample::select(troubles().to_vec()).prop_map(failed),
        facts.prop_map(read),
    ]
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let license = prop_oneof![
        Just(String::new()),
        Just("MIT OR Apache-2.0".to_owned()),
        Just("BUSL-1.1".to_owned()),
        Just("LicenseRef-x".to_owned()),
        "\\PC{0,12}",
    ];
    let stated = (
        any::<[Option<bool>; 3]>(),
        proptest::option::of("MIT|ISC|BUSL-1.1"),
    )
        .prop_map(|([public, archived, fork], license)| Stated {
            public,
            archived,
            fork,
            license,
            ..Stated::default()
        });
    let choice = proptest::option::of(any::<bool>());
    let day =
        || proptest::option::of((0u64..2_000).prop_map(|days| today() - chrono::Days::new(days)));
    (
        license,
        stated,
        (choice.clone(), choice.clone(), choice.clone()),
        (day(), day()),
        proptest::collection::btree_map(
            proptest::sample::select(MoneyTopic::ALL.to_vec()),
            any::<bool>(),
            0..6,
        ),
        any::<bool>(),
    )
        .prop_map(
            |(
                license,
                stated,
                (presence, holder, paid_plan),
                (image_pushed, dependencies_updated),
                money,
                two,
            )| {
                let mut answers = Answers {
                    license,
                    presence: presence.map(|there| {
                        if there {
                            Presence::Exists
                        } else {
                            Presence::ToBeCreated
                        }
                    }),
                    holder: holder.map(|org| {
                        if org {
                            Holder::Organization
                        } else {
                            Holder::Person
                        }
                    }),
                    paid_plan,
                    image_pushed,
                    dependencies_updated,
                    money,
                    ..answers()
                };
                answers.sources[0].stated = stated;
                if two {
                    answers.sources.push(source(DOCKER));
                }
                answers
            },
        )
}

proptest! {
    #[test]
    fn whatever_is_said_and_read_there_is_one_finding_a_criterion_with_a_whole_sentence(
        answers in any_answers(),
        first in any_reading(),
        second in any_reading(),
    ) {
        let evidence = Evidence {
            repositories: vec![repository(KELP, first), repository(DOCKER, second)],
            ..Evidence::default()
        };
        let findings = assess(&answers, &evidence, today());
        prop_assert_eq!(findings.clone().map(|finding| finding.criterion), Criterion::ALL);
        for finding in &findings {
            let words = finding.sentence(&Plain);
            prop_assert!(words.ends_with(['.', '?']), "{}", words);
            prop_assert!(words.matches('`').count() % 2 == 0, "{}", words);
            if finding.standing() == Standing::Unmet {
                prop_assert!(finding.remedy().is_some(), "{:?}", finding);
            }
        }
        // What one of them reads, the other reads again.
        let json = serde_json::to_string(&findings).unwrap();
        prop_assert_eq!(serde_json::from_str::<[Finding; 6]>(&json).unwrap(), findings);
    }

    /// Without any answer from elsewhere, only the applicant's own words count against them.
    #[test]
    fn an_outage_never_makes_a_criterion_fail(
        answers in any_answers(),
        trouble in proptest::sample::select(troubles().to_vec()),
    ) {
        let away = Evidence {
            registered: failed(trouble),
            claimed: failed(trouble),
            repositories: vec![repository(KELP, failed(trouble)), repository(DOCKER, failed(trouble))],
        };
        for finding in assess(&answers, &away, today()) {
            prop_assert!(
                finding.standing() != Standing::Unmet || only_said(&finding.reason),
                "{:?}", finding
            );
        }
    }
}

/// Reasons that rest on nothing but the applicant's own words.
fn only_said(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::LicenseNotApproved { at: None, .. }
            | Reason::Money { .. }
            | Reason::NamespacePersonal
            | Reason::NamespacePaidPlan
    )
}
