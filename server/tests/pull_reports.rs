//! Reports of pulls by mail, with a clock that is moved: what they say, each week or month once, and
//! when there is nothing to say.

use crate::events::{body, event};
use crate::pull_mails::{Pulled, put, subjects};
use chrono::TimeDelta;
use pulls::calendar::Day;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn what_waits_when_a_year_runs_out_goes_to_nobody() {
    let pulled = Pulled::start().await;
    pulled.report("weekly").await;
    pulled.until("2027-08-10T07:00:00Z");
    put(&pulled, "2027-08-18", "1.0", [1_000, 0, 0]);
    pulled.until("2027-08-23T07:00:00Z");
    assert_eq!(
        pulled.look().await.len(),
        1,
        "the days of grace are days of the program"
    );
    pulled.until("2027-08-28T07:00:00Z");
    assert!(pulled.look().await.is_empty());
}

#[tokio::test]
async fn a_report_has_the_figures_of_its_month_and_the_addresses_that_are_known() {
    let mut pulled = Pulled::start().await;
    pulled.report("monthly").await;
    let events: Vec<Value> = (0..4)
        .map(|at| {
            let mut event = event(&pulled.server, &format!("e-{at}"), "kelpworks/web", "GET");
            event["request"]["addr"] = json!(format!("192.0.2.{at}:4000"));
            event
        })
        .collect();
    pulled
        .post("/events/distribution", Some(&pulled.token), body(&events))
        .await;
    pulled.taking.counted("kelpworks");
    pulled.until("2026-09-01T07:00:00Z");
    let mails = pulled.look().await;
    assert_eq!(
        subjects(&mails),
        ["kelpworks: 4 pulls in the month from 1 August 2026 to 31 August 2026 (UTC)"]
    );
    let text = &mails[0].text;
    for part in [
        "- Pulls: 4\n  - by tag: 4\n  - by digest, without a tag: 0\n",
        "- Different addresses: 4\n",
        "Not all of the month before is known",
        "- web:1.0: 4\n",
        "/n/kelpworks/insights?from=2026-08-01&to=2026-08-31&by=day\n",
        "You get this because you maintain kelpworks",
        "/n/kelpworks/settings\n",
    ] {
        assert!(text.contains(part), "{part}\n\n{text}");
    }
    assert!(!text.contains("192.0.2"));
    // What is imported has no addresses: nothing is said of them.
    pulled.server.send_all();
    put(&pulled, "2026-09-10", "1.0", [3, 1, 0]);
    pulled.until("2026-10-01T07:00:00Z");
    let mails = pulled.look().await;
    assert_eq!(mails.len(), 1);
    assert!(!mails[0].text.contains("addresses"), "{}", mails[0].text);
}

#[tokio::test]
async fn without_pulls_no_report_goes_out_and_the_first_silent_week_says_so() {
    let pulled = Pulled::start().await;
    pulled.report("weekly").await;
    pulled.until("2026-08-17T07:00:00Z");
    assert!(pulled.look().await.is_empty(), "there never was a pull");
    put(&pulled, "2026-08-17", "1.0", [8, 0, 0]);
    let mut heard = Vec::new();
    for week in ["08-24", "08-31", "09-07", "09-14"] {
        pulled.until(&format!("2026-{week}T07:00:00Z"));
        heard.extend(pulled.look().await);
        pulled.server.send_all();
    }
    heard.sort_by_key(|mail| mail.id);
    assert_eq!(
        subjects(&heard),
        [
            "kelpworks: 8 pulls in the week from 17 August 2026 to 23 August 2026 (UTC)",
            "kelpworks: 0 pulls in the week from 24 August 2026 to 30 August 2026 (UTC)",
        ]
    );
    let silent = &heard[1].text;
    assert!(
        silent.contains("nothing was pulled of kelpworks"),
        "{silent}"
    );
    assert!(silent.contains("- Pulls: 0 (8 before)\n"), "{silent}");
}

#[tokio::test]
async fn through_a_year_every_week_is_reported_once() {
    let pulled = Pulled::start().await;
    pulled.report("weekly").await;
    let mut day = Day::parse(b"2026-08-03").unwrap();
    let end = Day::parse(b"2027-10-01").unwrap();
    while day < end {
        put(&pulled, &day.to_string(), "1.0", [3, 0, 0]);
        day = day.plus(7);
    }
    let mut heard = Vec::new();
    // Until two months after the year and its days of grace; looked at twice a day, and for some
    // days not at all.
    for step in 0..420 {
        pulled.server.wait(TimeDelta::days(1));
        if step % 30 > 26 {
            continue;
        }
        for _ in 0..2 {
            heard.extend(pulled.look().await.into_iter().map(|mail| mail.subject));
            pulled.server.send_all();
        }
    }
    let distinct: BTreeSet<&String> = heard.iter().collect();
    assert_eq!(distinct.len(), heard.len());
    // From the week in which it was asked for to the last that is over within the days of grace.
    assert_eq!(heard.len(), 54, "{heard:#?}");
    assert!(heard[0].contains("from 10 August 2026"), "{}", heard[0]);
    assert!(heard[53].contains("from 16 August 2027"), "{}", heard[53]);
}

#[tokio::test]
async fn another_rhythm_begins_with_the_period_that_goes_on() {
    let pulled = Pulled::start().await;
    pulled.report("weekly").await;
    put(&pulled, "2026-07-01", "1.0", [5, 0, 0]);
    put(&pulled, "2026-08-12", "1.0", [5, 0, 0]);
    pulled.until("2026-09-02T07:00:00Z");
    let wish = json!({ "publishes_totals": false, "alert": null, "report": "monthly" });
    pulled.decide(wish, 1).await;
    assert!(pulled.look().await.is_empty(), "August was over");
    put(&pulled, "2026-09-12", "1.0", [5, 0, 0]);
    pulled.until("2026-10-01T07:00:00Z");
    let mails = pulled.look().await;
    assert_eq!(
        subjects(&mails),
        ["kelpworks: 5 pulls in the month from 1 September 2026 to 30 September 2026 (UTC)"]
    );
}
