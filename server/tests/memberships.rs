//! Two years of a membership in seconds: every notice on its day, to every owner, once;
//! and what happens to one that never went out.

mod common;

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};
use common::{MARTA, Server, answers, staffed};
use dsos_server::store::outbox;
use serde_json::json;

/// A server with a member, approved today.
async fn member() -> Server {
    let server = staffed().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), "0123456789abcdef-first").await;
    let session = server.sign_in(MARTA).await;
    let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
    let cookie = [("cookie", session.as_str())];
    let begin = format!("{path}/begin");
    let (_, _, case) = server.ask("POST", &begin, &cookie, None).await;
    let mut opinions = json!({});
    for criterion in [
        "public_source",
        "open_source_license",
        "active_development",
        "no_commercialization",
        "documented",
        "organization_namespace",
    ] {
        opinions[criterion] = json!({ "mark": "met" });
    }
    let verdict = json!({
        "decision": { "decision": "approve" },
        "opinions": opinions,
        "version": case["application"]["version"],
    });
    let decide = format!("{path}/decision");
    let (status, _, problem) = server.ask("POST", &decide, &cookie, Some(&verdict)).await;
    assert_eq!(status, StatusCode::OK, "{problem}");
    server
}

fn today(server: &Server) -> NaiveDate {
    server.service.now().date_naive()
}

/// Lets everything go out that waits.
fn send_all(server: &Server) {
    let now = server.service.now();
    for mail in server.mails() {
        server
            .service
            .store
            .write(|connection| outbox::sent(connection, mail.id, now))
            .unwrap();
    }
}

#[tokio::test]
async fn complaint_2_the_owner_hears_of_every_day_that_changes_something() {
    let server = member().await;
    send_all(&server);
    let mut heard = Vec::new();
    for _ in 0..400 {
        // Looked at several times a day, it is written once.
        server.service.write_notices().await.unwrap();
        server.service.write_notices().await.unwrap();
        for mail in server.mails() {
            assert_eq!(mail.to, "ines@kelpworks.org");
            heard.push((today(&server).to_string(), mail.subject));
        }
        send_all(&server);
        server.wait(TimeDelta::days(1));
    }
    let heard: Vec<(&str, &str)> = heard
        .iter()
        .map(|(day, subject)| (day.as_str(), subject.as_str()))
        .collect();
    assert_eq!(
        heard,
        [
            (
                "2026-08-13",
                "kelpworks is in the program until 13 August 2027"
            ),
            (
                "2027-06-29",
                "kelpworks: 45 days until the sponsored year ends"
            ),
            (
                "2027-07-14",
                "kelpworks: 30 days until the sponsored year ends"
            ),
            (
                "2027-08-06",
                "kelpworks: 7 days until the sponsored year ends"
            ),
            (
                "2027-08-14",
                "kelpworks: the year is over, and everything holds until 27 August 2027"
            ),
            ("2027-08-28", "kelpworks is no longer in the program"),
        ]
    );
}

#[tokio::test]
async fn a_notice_that_never_went_out_is_overtaken_and_not_sent_late() {
    let server = member().await;
    send_all(&server);
    server.service.write_notices().await.unwrap();
    send_all(&server);
    server.wait(TimeDelta::days(320));
    server.service.write_notices().await.unwrap();
    assert!(server.mails()[0].subject.contains("45 days"));
    // The mail server stays away until after the next one is due.
    server.wait(TimeDelta::days(20));
    server.service.write_notices().await.unwrap();
    let subjects: Vec<String> = server
        .mails()
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(
        subjects,
        ["kelpworks: 30 days until the sponsored year ends"]
    );
}

#[tokio::test]
async fn the_first_notice_brings_the_dates_for_the_calendar() {
    let server = member().await;
    send_all(&server);
    server.service.write_notices().await.unwrap();
    let mails = server.mails();
    let calendar = mails[0].calendar.as_deref().unwrap();
    assert!(
        calendar.contains("DTSTART;VALUE=DATE:20270813"),
        "{calendar}"
    );
    assert!(calendar.contains("@hub.example"));
}

#[tokio::test]
async fn a_server_that_stood_still_says_the_latest_and_nothing_of_before() {
    let server = member().await;
    send_all(&server);
    server.wait(TimeDelta::days(380));
    server.service.write_notices().await.unwrap();
    let subjects: Vec<String> = server
        .mails()
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(subjects, ["kelpworks is no longer in the program"]);
}
