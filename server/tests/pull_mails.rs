//! Mails about weeks that rise or fall, with a clock that is moved: each once, when its week is over
//! and all is counted; to whoever maintains the namespace then, and to nobody who does not want it.

use crate::common::{INES, Server, member, with_forges};
use crate::events::{Taking, body, event};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use dsos_server::{
    endings,
    service::Service,
    store::{StoreError, outbox::Waiting, reporters::ReporterKind},
};
use program::namespace::Namespace;
use pull_store::DayRows;
use pulls::{
    batch::{BatchBuilder, Number, Pull, TEXTS},
    calendar::{Day, Span},
    header::Column,
    segment::Action,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, ops::Deref, sync::Arc};

const SETTINGS: &str = "/api/v1/namespaces/kelpworks/pulls/settings";

/// A change of settings.
pub fn settings(settings: Value, version: u64) -> Value {
    json!({ "settings": settings, "version": version })
}

/// A server on which kelpworks is in the program since today, a Thursday, and a registry reports
/// its pulls.
pub struct Pulled {
    pub taking: Taking,
    pub token: String,
    ines: String,
}

impl Deref for Pulled {
    type Target = Taking;

    fn deref(&self) -> &Taking {
        &self.taking
    }
}

impl Pulled {
    pub async fn start() -> Self {
        let (server, _) = member().await;
        let ines = server.sign_in(INES).await;
        let taking = Taking::over(server);
        let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
        taking.server.send_all();
        Self {
            taking,
            token,
            ines,
        }
    }

    /// Decides, as the owner.
    pub async fn decide(&self, wish: Value, version: u64) {
        let change = settings(wish, version);
        let (status, found) = self
            .server
            .as_person(&self.ines, "PUT", SETTINGS, Some(&change))
            .await;
        assert_eq!(status, StatusCode::OK, "{found}");
    }

    async fn alert(&self, factor: &str) {
        let wish = json!({ "publishes_totals": false, "alert": factor, "report": null });
        self.decide(wish, 0).await;
    }

    pub async fn report(&self, every: &str) {
        let wish = json!({ "publishes_totals": false, "alert": null, "report": every });
        self.decide(wish, 0).await;
    }

    /// Sets the clock to a moment that is ahead.
    pub fn until(&self, moment: &str) {
        let moment: DateTime<Utc> = moment.parse().unwrap();
        let wait = moment - self.service.now();
        assert!(wait > TimeDelta::zero(), "{moment} is over");
        self.server.wait(wait);
    }

    /// Looks what is due; gives the mails that wait then.
    pub async fn look(&self) -> Vec<Waiting> {
        self.service.write_pull_mails().await.unwrap();
        self.server.mails()
    }

    /// The same data and clock, of a server that was started again.
    fn restarted(&self) -> Service {
        let (server, clock) = (&self.server, self.service.clone());
        with_forges(&server.folder, Arc::new(move || clock.now()), Vec::new())
            .with_intake(Arc::clone(&self.intake))
    }
}

/// Keeps pulls by tag, pulls by digest and version checks of a day, in place of what was there.
pub fn put_for(pulled: &Pulled, day: &str, repository: &str, tag: &str, counts: [u64; 3]) {
    let day = Day::parse(day.as_bytes()).unwrap();
    let mut rows = BatchBuilder::default();
    for (action, count) in Action::ALL.into_iter().zip(counts) {
        for _ in 0..count {
            let mut pull = Pull {
                texts: TEXTS.map(|column| match (column, action) {
                    (Column::Repository, _) => repository.as_bytes(),
                    (Column::Tag, Action::PullByTag | Action::VersionCheck) => tag.as_bytes(),
                    _ => b"",
                }),
                ..Pull::default()
            };
            pull.numbers[Number::Day as usize] = day.0 as u64;
            pull.numbers[Number::Action as usize] = action as u64;
            pull.numbers[Number::Count as usize] = 1;
            rows.push(&pull);
        }
    }
    let rows = DayRows::of("kelpworks", day, &rows);
    let span = Span::new(day, day);
    pulled
        .intake
        .pulls
        .replace("kelpworks", span, &[rows])
        .unwrap();
}

pub fn put(pulled: &Pulled, day: &str, tag: &str, counts: [u64; 3]) {
    put_for(pulled, day, "web", tag, counts);
}

pub fn subjects(mails: &[Waiting]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.as_str()).collect()
}

#[tokio::test]
async fn a_week_that_rose_is_told_once_when_it_is_over_also_after_a_restart() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [900, 100, 3]);
    put(&pulled, "2026-08-11", "1.0", [1_000, 100, 4]);
    put(&pulled, "2026-08-16", "2.0", [2_000, 0, 0]);
    pulled.alert("3").await;
    pulled.until("2026-08-17T05:59:00Z");
    assert!(
        pulled.look().await.is_empty(),
        "what comes late is waited for"
    );
    pulled.until("2026-08-17T06:00:00Z");
    let mails = pulled.look().await;
    assert_eq!(
        subjects(&mails),
        ["kelpworks: pulls rose to 3,100 in a week"]
    );
    let mail = &mails[0];
    assert_eq!(mail.to, INES);
    for part in [
        "Hello Inês Caldeira,\n",
        "from 10 August 2026 to 16 August 2026 (UTC). In the week before there were 1,000: 3.1 times as many.",
        "  - by tag: 3,000 (900 before, 3.3 times as many)\n",
        "- Version checks, which are no pulls: 4 (3 before, 33% more)\n",
        "- web:2.0: 0 before, 2,000 now\n- web:1.0: 900 before, 1,000 now\n",
        "\nhttps://hub.example/n/kelpworks/insights?from=2026-08-03&to=2026-08-16&by=day\n",
        "You get this because you maintain kelpworks",
        "\nhttps://hub.example/n/kelpworks/settings\n",
    ] {
        assert!(mail.text.contains(part), "{part}\n\n{}", mail.text);
    }
    pulled.server.send_all();
    assert!(pulled.look().await.is_empty());
    let again = pulled.restarted();
    assert_eq!(again.write_pull_mails().await.unwrap(), 0);
    for hours in 1..150 {
        pulled.server.wait(TimeDelta::hours(1));
        assert_eq!(
            again.write_pull_mails().await.unwrap(),
            0,
            "{hours} hours later"
        );
    }
}

#[tokio::test]
async fn a_fall_is_told_and_a_week_within_the_factor_or_below_the_floor_is_not() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [1_000, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [501, 0, 0]);
    put(&pulled, "2026-08-17", "1.0", [250, 0, 500]);
    put(&pulled, "2026-08-24", "1.0", [99, 0, 0]);
    put(&pulled, "2026-09-01", "1.0", [2, 0, 0]);
    put(&pulled, "2026-09-08", "1.0", [99, 0, 0]);
    pulled.alert("2").await;
    let mut told = Vec::new();
    for week in 0..6 {
        pulled.until(
            &(DateTime::parse_from_rfc3339("2026-08-17T07:00:00Z").unwrap()
                + TimeDelta::weeks(week))
            .to_rfc3339(),
        );
        told.extend(pulled.look().await.into_iter().map(|mail| mail.subject));
        pulled.server.send_all();
    }
    assert_eq!(
        told,
        [
            "kelpworks: pulls fell to 250 in a week",
            "kelpworks: pulls fell to 99 in a week"
        ]
    );
}

#[tokio::test]
async fn a_week_that_is_not_all_known_is_held_against_nothing() {
    let pulled = Pulled::start().await;
    // The registry began to report on a Thursday.
    put(&pulled, "2026-08-06", "1.0", [200, 0, 0]);
    put(&pulled, "2026-08-12", "1.0", [2_000, 0, 0]);
    pulled.alert("2").await;
    pulled.until("2026-08-17T07:00:00Z");
    assert!(pulled.look().await.is_empty());
}

#[tokio::test]
async fn what_was_reported_and_is_not_counted_yet_is_waited_for() {
    let mut pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [1_000, 0, 0]);
    pulled.alert("10").await;
    pulled.until("2026-08-16T22:00:00Z");
    let events: Vec<Value> = (0..3)
        .map(|at| {
            event(
                &pulled.server,
                &format!("late-{at}"),
                "kelpworks/web",
                "GET",
            )
        })
        .collect();
    let sent = pulled
        .post("/events/distribution", Some(&pulled.token), body(&events))
        .await;
    assert_eq!(sent.0, StatusCode::ACCEPTED);
    pulled.until("2026-08-17T08:00:00Z");
    assert!(pulled.look().await.is_empty(), "they may be many");
    pulled.taking.counted("kelpworks");
    let mails = pulled.look().await;
    assert_eq!(subjects(&mails), ["kelpworks: pulls fell to 3 in a week"]);
}

#[tokio::test]
async fn mails_go_to_all_who_maintain_it_then_and_to_nobody_who_left() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [100, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [1_000, 0, 0]);
    put(&pulled, "2026-08-17", "1.0", [100, 0, 0]);
    pulled.alert("5").await;
    let server = &pulled.server;
    let invitation = json!({ "mail": "rui@kelpworks.org", "role": "member" });
    let path = "/api/v1/namespaces/kelpworks/invitations";
    server
        .as_person(&pulled.ines, "POST", path, Some(&invitation))
        .await;
    let rui = server.sign_in("rui@kelpworks.org").await;
    server
        .as_person(&rui, "POST", "/api/v1/account/invitations/kelpworks", None)
        .await;
    server.send_all();
    pulled.until("2026-08-17T07:00:00Z");
    let to = |mails: &[Waiting]| -> BTreeSet<String> {
        mails.iter().map(|mail| mail.to.clone()).collect()
    };
    let both = [INES.to_owned(), "rui@kelpworks.org".to_owned()];
    assert_eq!(to(&pulled.look().await), BTreeSet::from(both));
    // The mail server is away; meanwhile he leaves, and what waits for him goes to nobody.
    let path = "/api/v1/namespaces/kelpworks/membership";
    let (_, membership) = server.as_person(&pulled.ines, "GET", path, None).await;
    let maintainers = membership["maintainers"].as_array().unwrap();
    let his = maintainers
        .iter()
        .find(|one| one["mail"] == "rui@kelpworks.org")
        .unwrap();
    let path = format!("/api/v1/namespaces/kelpworks/maintainers/{}", his["id"]);
    let (status, _) = server.as_person(&rui, "DELETE", &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(to(&server.mails()), BTreeSet::from([INES.to_owned()]));
    // The next week takes the place of what never went out.
    pulled.until("2026-08-24T07:00:00Z");
    let mails = pulled.look().await;
    assert_eq!(subjects(&mails), ["kelpworks: pulls fell to 100 in a week"]);
    assert_eq!(mails[0].to, INES);
}

#[tokio::test]
async fn who_turned_it_off_gets_nothing_not_even_what_waits() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [100, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [1_000, 0, 0]);
    put(&pulled, "2026-08-17", "1.0", [10_000, 0, 0]);
    let wish = json!({ "publishes_totals": false, "alert": "2", "report": "weekly" });
    pulled.decide(wish, 0).await;
    pulled.until("2026-08-17T07:00:00Z");
    assert_eq!(pulled.look().await.len(), 2);
    let wish = json!({ "publishes_totals": false, "alert": null, "report": "weekly" });
    pulled.decide(wish, 1).await;
    assert_eq!(
        subjects(&pulled.server.mails()),
        ["kelpworks: 1,000 pulls in the week from 10 August 2026 to 16 August 2026 (UTC)"]
    );
    pulled
        .decide(
            json!({ "publishes_totals": false, "alert": null, "report": null }),
            2,
        )
        .await;
    assert!(pulled.server.mails().is_empty());
    pulled.until("2026-08-24T07:00:00Z");
    assert!(pulled.look().await.is_empty());
    // Turned on again, it begins with the week that goes on: not with what was before.
    let wish = json!({ "publishes_totals": false, "alert": "2", "report": "weekly" });
    pulled.decide(wish, 3).await;
    assert!(pulled.look().await.is_empty());
}

#[tokio::test]
async fn nothing_goes_out_once_the_membership_is_over() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [100, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [1_000, 0, 0]);
    let wish = json!({ "publishes_totals": false, "alert": "2", "report": "weekly" });
    pulled.decide(wish, 0).await;
    pulled.until("2026-08-17T07:00:00Z");
    assert_eq!(pulled.look().await.len(), 2);
    let now = pulled.service.now();
    let ended: Result<bool, StoreError> = pulled.service.store.write(|connection| {
        let namespace = Namespace::parse("kelpworks").unwrap();
        endings::end(connection, &namespace, "Marta Oduya", "For a test.", now)
    });
    assert!(ended.unwrap());
    assert_eq!(
        subjects(&pulled.server.mails()),
        ["kelpworks is no longer in the program"],
        "what waited is taken back"
    );
    pulled.server.send_all();
    put(&pulled, "2026-08-17", "1.0", [10_000, 0, 0]);
    pulled.until("2026-08-24T07:00:00Z");
    assert!(pulled.look().await.is_empty());
}

#[tokio::test]
async fn under_another_name_nothing_is_told_twice_and_what_waits_can_be_taken_back() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [100, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [1_000, 0, 0]);
    pulled.alert("2").await;
    pulled.until("2026-08-17T07:00:00Z");
    assert_eq!(pulled.look().await.len(), 1);
    let server: &Server = &pulled.server;
    crate::renames::rename(server, "kelpworks", "kelp-works").unwrap();
    assert_eq!(pulled.service.write_pull_mails().await.unwrap(), 0);
    let path = SETTINGS.replace("kelpworks", "kelp-works");
    let off = json!({ "publishes_totals": false, "alert": null, "report": null });
    let change = settings(off, 1);
    let (status, found) = server
        .as_person(&pulled.ines, "PUT", &path, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(
        subjects(&server.mails()),
        ["kelpworks is now called kelp-works: badges have to be changed"]
    );
}

#[tokio::test]
async fn a_person_who_is_erased_gets_nothing_and_takes_their_mails_along() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-03", "1.0", [100, 0, 0]);
    put(&pulled, "2026-08-10", "1.0", [1_000, 0, 0]);
    pulled.alert("2").await;
    pulled.until("2026-08-17T07:00:00Z");
    assert_eq!(pulled.look().await.len(), 1);
    let mail = program::mail::MailAddress::parse(INES).unwrap();
    let data = pulled.service.personal_data(mail.clone()).await.unwrap();
    let said = serde_json::to_string(&data).unwrap();
    assert!(said.contains("pulls rose to 1,000"), "{said}");
    let now = pulled.service.now();
    let erased: Result<_, StoreError> = pulled.service.store.write(|connection| {
        dsos_server::store::people::erase(connection, &mail, Some("the command line"), now)
    });
    assert!(erased.unwrap().account);
    assert!(pulled.server.mails().is_empty());
    put(&pulled, "2026-08-17", "1.0", [10, 0, 0]);
    pulled.until("2026-08-24T07:00:00Z");
    assert!(pulled.look().await.is_empty(), "nobody maintains it");
}
