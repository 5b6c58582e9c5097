//! A project like it should be, to be changed in one point.

use chrono::{DateTime, NaiveDate, Utc};
use program::{
    Criterion,
    answers::{Answers, Holder, Presence, Source},
    commercial::MoneyTopic,
    eligibility::assess,
    evidence::{Claim, Evidence, Reading, Repository, RepositoryFacts, Trouble},
    finding::Reason,
    source::SourceAddress,
};

pub const KELP: &str = "https://codeberg.org/kelpworks/kelp";
pub const DOCKER: &str = "https://github.com/kelpworks/kelp-docker";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn today() -> NaiveDate {
    day("2026-08-13")
}

pub fn at(text: &str) -> SourceAddress {
    SourceAddress::parse(text).unwrap()
}

pub fn source(address: &str) -> Source {
    Source {
        address: address.to_owned(),
        ..Source::default()
    }
}

pub fn answers() -> Answers {
    Answers {
        namespace: "kelpworks".to_owned(),
        presence: Some(Presence::ToBeCreated),
        holder: Some(Holder::Organization),
        paid_plan: Some(false),
        sources: vec![source(KELP)],
        license: "MPL-2.0".to_owned(),
        money: MoneyTopic::ALL.map(|topic| (topic, false)).into(),
        mail: "ines@kelpworks.org".to_owned(),
        name: "Inês Caldeira".to_owned(),
        ..Answers::default()
    }
}

pub fn facts() -> RepositoryFacts {
    RepositoryFacts {
        found: true,
        license: Some("MPL-2.0".to_owned()),
        pushed_at: Some(time("2026-08-10T09:00:00Z")),
        contributing: Some(true),
        readme: Some(true),
        description: Some("Kelp, grown".to_owned()),
        homepage: Some("https://kelpworks.org".to_owned()),
        ..RepositoryFacts::default()
    }
}

pub fn read<T>(facts: T) -> Reading<T> {
    Reading::Read {
        at: time("2026-08-13T08:59:58Z"),
        facts,
    }
}

pub fn failed<T>(trouble: Trouble) -> Reading<T> {
    Reading::Failed {
        at: time("2026-08-13T08:59:58Z"),
        trouble,
    }
}

pub fn repository(address: &str, reading: Reading<RepositoryFacts>) -> Repository {
    Repository {
        address: at(address),
        reading,
    }
}

pub fn evidence(reading: Reading<RepositoryFacts>) -> Evidence {
    Evidence {
        repositories: vec![repository(KELP, reading)],
        registered: read(false),
        claimed: read(Claim::Free),
    }
}

pub fn reason(criterion: Criterion, answers: &Answers, evidence: &Evidence) -> Reason {
    let findings = assess(answers, evidence, today());
    let found = findings
        .into_iter()
        .find(|finding| finding.criterion == criterion);
    found.unwrap().reason
}

/// Every trouble there is.
pub fn troubles() -> [Trouble; 9] {
    [
        Trouble::LimitReached { again: None },
        Trouble::LimitReached {
            again: Some(time("2026-08-13T14:20:00Z")),
        },
        Trouble::Refused,
        Trouble::Silent,
        Trouble::Away,
        Trouble::Garbled,
        Trouble::TooMuch,
        Trouble::SentOn,
        Trouble::Offline,
    ]
}
