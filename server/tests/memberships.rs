//! Two years of a membership in seconds: every notice on its day, to every owner, once;
//! and what happens to one that never went out.

use crate::common;

use chrono::{NaiveDate, TimeDelta};
use common::{Server, member};

fn today(server: &Server) -> NaiveDate {
    server.service.now().date_naive()
}

#[tokio::test]
async fn complaint_2_the_owner_hears_of_every_day_that_changes_something() {
    let server = member().await.0;
    server.send_all();
    let mut heard = Vec::new();
    for _ in 0..400 {
        // Looked at several times a day, it is written once.
        server.service.write_notices().await.unwrap();
        server.service.write_notices().await.unwrap();
        for mail in server.mails() {
            assert_eq!(mail.to, "ines@kelpworks.org");
            heard.push((today(&server).to_string(), mail.subject));
        }
        server.send_all();
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
    let server = member().await.0;
    server.send_all();
    server.service.write_notices().await.unwrap();
    server.send_all();
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
    let server = member().await.0;
    server.send_all();
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
    let server = member().await.0;
    server.send_all();
    server.wait(TimeDelta::days(380));
    server.service.write_notices().await.unwrap();
    let subjects: Vec<String> = server
        .mails()
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(subjects, ["kelpworks is no longer in the program"]);
}
