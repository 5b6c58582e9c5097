//! Criterion by criterion.

use crate::case::*;
use program::{
    Criterion, Standing,
    answers::{Answers, Holder, Presence, Stated},
    commercial::MoneyTopic,
    eligibility::assess,
    evidence::{Claim, Evidence, Reading, RepositoryFacts, Trouble},
    finding::{Activity, Document, Reason},
};

#[test]
fn a_project_like_it_should_be_meets_everything() {
    for finding in assess(&answers(), &evidence(read(facts())), today()) {
        assert_eq!(finding.standing(), Standing::Met, "{finding:?}");
        assert_eq!(finding.remedy(), None);
    }
}

#[test]
fn an_empty_form_is_open_everywhere_and_says_how_to_go_on() {
    for finding in assess(&Answers::default(), &Evidence::default(), today()) {
        assert_eq!(finding.word(), "Open", "{finding:?}");
        assert!(finding.remedy().is_some(), "{finding:?}");
    }
}

#[test]
fn public_source() {
    let found = |reading| reason(Criterion::PublicSource, &answers(), &evidence(reading));
    let kelp = || at(KELP);
    let with = |change: fn(&mut RepositoryFacts)| {
        let mut facts = facts();
        change(&mut facts);
        read(facts)
    };
    assert_eq!(found(with(|_| {})), Reason::SourcePublic { count: 1 });
    assert_eq!(
        found(with(|facts| facts.private = true)),
        Reason::SourcePrivate { at: kelp() }
    );
    assert_eq!(
        found(with(|facts| facts.found = false)),
        Reason::SourceNotFound { at: kelp() }
    );
    assert_eq!(
        found(with(|facts| facts.fork = true)),
        Reason::SourceFork { at: kelp() }
    );
    // Archived says nothing about who may read it.
    assert_eq!(
        found(with(|facts| facts.archived = true)),
        Reason::SourcePublic { count: 1 }
    );
    let moved = with(|facts| facts.moved_to = Some(at("https://codeberg.org/kelp/kelp")));
    assert!(matches!(found(moved), Reason::SourceMoved { .. }));
    assert_eq!(
        found(Reading::NotAsked),
        Reason::SourceElsewhere { at: kelp() }
    );
    assert!(matches!(found(Reading::Pending), Reason::Checking { host } if host == "codeberg.org"));
}

#[test]
fn one_repository_that_fails_is_named_whatever_the_others_are() {
    let mut answers = answers();
    answers.sources.push(source(DOCKER));
    let mut evidence = evidence(read(facts()));
    let mut private = facts();
    private.private = true;
    evidence
        .repositories
        .push(repository(DOCKER, read(private)));
    assert_eq!(
        reason(Criterion::PublicSource, &answers, &evidence),
        Reason::SourcePrivate { at: at(DOCKER) }
    );
    // And leaving it out is the remedy.
    answers.sources.pop();
    assert_eq!(
        reason(Criterion::PublicSource, &answers, &evidence),
        Reason::SourcePublic { count: 1 }
    );
}

#[test]
fn license() {
    let criterion = Criterion::OpenSourceLicense;
    let with = |text: &str| {
        let answers = Answers {
            license: text.to_owned(),
            ..answers()
        };
        reason(criterion, &answers, &evidence(read(facts())))
    };
    assert_eq!(with(""), Reason::LicenseOpen);
    assert!(matches!(
        with("MPL-2.0 OR Apache-2.0"),
        Reason::LicenseApproved { .. }
    ));
    assert!(matches!(with("LicenseRef-kelp"), Reason::LicenseOwn { .. }));
    assert!(matches!(with("our own"), Reason::LicenseUnreadable { .. }));
    for text in ["BUSL-1.1", "Commons Clause", "sspl"] {
        assert!(
            matches!(with(text), Reason::LicenseNotApproved { at: None, .. }),
            "{text}"
        );
    }
    let read_as = |license: Option<&str>| {
        let facts = RepositoryFacts {
            license: license.map(str::to_owned),
            ..facts()
        };
        reason(criterion, &answers(), &evidence(read(facts)))
    };
    assert_eq!(read_as(None), Reason::LicenseNotSeen { at: at(KELP) });
    assert_eq!(
        read_as(Some("NOASSERTION")),
        Reason::LicenseNotSeen { at: at(KELP) }
    );
    assert!(matches!(
        read_as(Some("BUSL-1.1")),
        Reason::LicenseNotApproved { at: Some(_), .. }
    ));
    assert!(matches!(
        read_as(Some("MIT")),
        Reason::LicenseApproved { .. }
    ));
}

#[test]
fn where_applicant_and_forge_disagree_a_person_looks() {
    let stating = |stated: Stated| {
        let mut answers = answers();
        answers.sources[0].stated = stated;
        answers
    };
    let mut busl = facts();
    busl.license = Some("BUSL-1.1".to_owned());
    let relicensed = stating(Stated {
        license: Some("MIT".to_owned()),
        ..Stated::default()
    });
    assert!(matches!(
        reason(
            Criterion::OpenSourceLicense,
            &relicensed,
            &evidence(read(busl))
        ),
        Reason::LicenseDiffers { .. }
    ));
    let mut hidden = facts();
    hidden.found = false;
    let public = stating(Stated {
        public: Some(true),
        ..Stated::default()
    });
    assert_eq!(
        reason(Criterion::PublicSource, &public, &evidence(read(hidden))),
        Reason::SourceDiffers { at: at(KELP) }
    );
    let mut fork = facts();
    fork.fork = true;
    let own = stating(Stated {
        fork: Some(false),
        ..Stated::default()
    });
    assert_eq!(
        reason(Criterion::PublicSource, &own, &evidence(read(fork))),
        Reason::SourceDiffers { at: at(KELP) }
    );
}

#[test]
fn complaint_4_every_way_to_have_money_is_a_question_of_its_own_with_its_meaning() {
    for topic in MoneyTopic::ALL {
        for yes in [true, false] {
            let mut answers = answers();
            answers.money.insert(topic, yes);
            let found = reason(
                Criterion::NoCommercialization,
                &answers,
                &Evidence::default(),
            );
            assert_eq!(found.standing(), topic.meaning(yes).0, "{topic:?} {yes}");
            assert!(topic.ask().ends_with('?') && topic.meaning(yes).1.ends_with('.'));
        }
        let mut answers = answers();
        answers.money.remove(&topic);
        assert_eq!(
            reason(
                Criterion::NoCommercialization,
                &answers,
                &Evidence::default()
            ),
            Reason::MoneyOpen { open: 1 }
        );
    }
    // Donations and sponsors together, as most projects have them, are fine.
    let mut answers = answers();
    answers.money.insert(MoneyTopic::Donations, true);
    answers.money.insert(MoneyTopic::SponsorsOrGrants, true);
    assert_eq!(
        reason(
            Criterion::NoCommercialization,
            &answers,
            &Evidence::default()
        ),
        Reason::MoneyFine
    );
}

#[test]
fn complaint_5_a_stable_image_with_current_dependencies_is_active() {
    let mut old = facts();
    old.pushed_at = Some(time("2024-01-01T00:00:00Z"));
    let old = evidence(read(old));
    let found = |answers: &Answers| reason(Criterion::ActiveDevelopment, answers, &old);
    // An old push alone is no judgment: the form asks on.
    assert_eq!(
        found(&answers()),
        Reason::ActivityOpen {
            pushed: Some(day("2024-01-01"))
        }
    );
    for (image, dependencies, what) in [
        (
            Some("2024-01-01"),
            Some("2026-05-01"),
            Activity::Dependencies,
        ),
        (Some("2026-02-13"), Some("2024-01-01"), Activity::Image),
        (None, Some("2026-08-12"), Activity::Dependencies),
        (Some("2026-08-12"), None, Activity::Image),
    ] {
        let answers = Answers {
            image_pushed: image.map(day),
            dependencies_updated: dependencies.map(day),
            ..answers()
        };
        assert!(
            matches!(found(&answers), Reason::ActiveStated { what: shown, .. } if shown == what),
            "{image:?} {dependencies:?}: {:?}",
            found(&answers)
        );
    }
    let stale = Answers {
        image_pushed: Some(day("2026-02-12")),
        dependencies_updated: Some(day("2025-01-01")),
        ..answers()
    };
    assert_eq!(
        found(&stale),
        Reason::Inactive {
            last: day("2026-02-12")
        }
    );
}

#[test]
fn activity_of_several_repositories_is_that_of_the_liveliest() {
    let criterion = Criterion::ActiveDevelopment;
    let mut answers = answers();
    answers.sources.push(source(DOCKER));
    let mut archived = facts();
    archived.archived = true;
    let mut evidence = evidence(read(archived.clone()));
    evidence
        .repositories
        .push(repository(DOCKER, read(facts())));
    assert!(matches!(
        reason(criterion, &answers, &evidence),
        Reason::Active { .. }
    ));
    // A push before it was archived shows nothing.
    evidence.repositories[1] = repository(DOCKER, read(archived));
    assert_eq!(
        reason(criterion, &answers, &evidence),
        Reason::Archived { at: at(KELP) }
    );
    // One that answers is enough, whatever became of the other.
    evidence.repositories[0] = repository(KELP, failed(Trouble::Silent));
    evidence.repositories[1] = repository(DOCKER, read(facts()));
    assert!(matches!(
        reason(criterion, &answers, &evidence),
        Reason::Active { .. }
    ));
}

#[test]
fn six_months_are_counted_on_the_calendar() {
    let pushed = |text: &str| {
        let facts = RepositoryFacts {
            pushed_at: Some(time(text)),
            ..facts()
        };
        reason(
            Criterion::ActiveDevelopment,
            &answers(),
            &evidence(read(facts)),
        )
    };
    assert!(matches!(
        pushed("2026-02-13T00:00:00Z"),
        Reason::Active { .. }
    ));
    assert!(matches!(
        pushed("2026-02-12T23:59:59Z"),
        Reason::ActivityOpen { .. }
    ));
}

#[test]
fn documents() {
    let criterion = Criterion::Documented;
    let mut bare = facts();
    bare.contributing = Some(false);
    bare.homepage = Some(String::new());
    let bare = evidence(read(bare));
    assert_eq!(
        reason(criterion, &answers(), &bare),
        Reason::DocumentsMissing {
            missing: vec![Document::Contributing, Document::Website]
        }
    );
    let given = Answers {
        contributing: "https://kelpworks.org/help".to_owned(),
        website: "https://kelpworks.org".to_owned(),
        ..answers()
    };
    assert_eq!(reason(criterion, &given, &bare), Reason::DocumentsStated);
    assert_eq!(
        reason(criterion, &answers(), &evidence(read(facts()))),
        Reason::Documented
    );
}

#[test]
fn organization_namespace() {
    let criterion = Criterion::OrganizationNamespace;
    let found = |presence, registered: Reading<bool>, claimed: Reading<Claim>| {
        let answers = Answers {
            presence: Some(presence),
            ..answers()
        };
        let evidence = Evidence {
            registered,
            claimed,
            ..Evidence::default()
        };
        reason(criterion, &answers, &evidence)
    };
    let name = || "kelpworks".to_owned();
    let free = || read(Claim::Free);
    use Presence::{Exists, ToBeCreated};
    assert_eq!(
        found(Exists, read(true), free()),
        Reason::NamespaceExists { name: name() }
    );
    assert_eq!(
        found(Exists, read(false), free()),
        Reason::NamespaceNotFound { name: name() }
    );
    assert_eq!(
        found(ToBeCreated, read(true), free()),
        Reason::NamespaceTaken { name: name() }
    );
    assert_eq!(
        found(ToBeCreated, read(false), free()),
        Reason::NamespaceFree { name: name() }
    );
    for presence in [Exists, ToBeCreated] {
        assert_eq!(
            found(presence, Reading::NotAsked, free()),
            Reason::NamespaceUnchecked { name: name() }
        );
        assert_eq!(
            found(presence, read(true), read(Claim::Member)),
            Reason::NamespaceMember { name: name() }
        );
    }
    assert_eq!(
        found(Exists, read(true), read(Claim::AppliedFor)),
        Reason::NamespaceAppliedFor { name: name() }
    );
    assert!(matches!(
        found(Exists, failed(Trouble::Away), free()),
        Reason::NotChecked { .. }
    ));
    assert!(matches!(
        found(Exists, read(true), failed(Trouble::Offline)),
        Reason::NotChecked { .. }
    ));

    let with = |change: fn(&mut Answers)| {
        let mut answers = answers();
        change(&mut answers);
        reason(criterion, &answers, &evidence(Reading::NotAsked))
    };
    assert_eq!(
        with(|answers| answers.holder = Some(Holder::Person)),
        Reason::NamespacePersonal
    );
    assert_eq!(
        with(|answers| answers.paid_plan = Some(true)),
        Reason::NamespacePaidPlan
    );
    for change in [
        (|answers| answers.holder = None) as fn(&mut Answers),
        |answers| answers.paid_plan = None,
        |answers| answers.presence = None,
        |answers| answers.namespace = "Kelp Works".to_owned(),
    ] {
        assert_eq!(with(change), Reason::NamespaceOpen);
    }
}
