//! Tags that registries report as pushed: who is told of them, and for how long.

use crate::common::{INES, answers, member};
use crate::events::{Taking, body, event};
use crate::pulls::ask;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use dsos_server::{
    events::tidy,
    renames,
    sample::pulled,
    store::{StoreError, reporters::ReporterKind},
};
use intake::Pushed;
use program::namespace::Namespace;
use pull_store::Block;
use pulls::calendar::{Day, Span};
use serde_json::{Value, json};

/// A server where a registry reports kelpworks; its token, and the maintainer’s session.
async fn started() -> (Taking, String, String) {
    let (server, _) = member().await;
    let session = server.sign_in(INES).await;
    let taking = Taking::over(server);
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    (taking, token, session)
}

fn push(taking: &Taking, id: &str, repository: &str, tag: &str) -> Value {
    let mut event = event(&taking.server, id, repository, "PUT");
    event["action"] = json!("push");
    event["target"]["tag"] = json!(tag);
    event
}

async fn report(taking: &mut Taking, token: &str, events: &[Value]) {
    let (status, text) = taking
        .post("/events/distribution", Some(token), body(events))
        .await;
    assert_eq!((status, text.as_str()), (StatusCode::ACCEPTED, ""));
    taking.counted("kelpworks");
}

/// What a maintainer is told of the year before and the days after today.
async fn told(taking: &Taking, session: &str, name: &str) -> Value {
    let today = taking.service.now().date_naive();
    let path = format!(
        "/api/v1/namespaces/{name}/pulls/pushes?from={}&to={}",
        today - TimeDelta::days(365),
        today + TimeDelta::days(5)
    );
    let said = ask(taking, "GET", &path, &[("cookie", session)], Vec::new()).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    serde_json::from_slice(&said.bytes).unwrap()
}

fn tags(told: &Value) -> Vec<String> {
    let pushes = told["pushes"].as_array().unwrap().iter();
    pushes
        .map(|push| format!("{}:{}", push["repository"], push["tag"]).replace('"', ""))
        .collect()
}

#[tokio::test]
async fn a_pushed_tag_is_told_once_to_its_maintainers() {
    let (mut taking, token, session) = started().await;
    let at = taking.service.now();
    let first = push(&taking, "a", "kelpworks/web", "1.0");
    let mut layer = push(&taking, "b", "kelpworks/web", "1.0");
    layer["target"]["mediaType"] = json!("application/octet-stream");
    let mut platform = push(&taking, "c", "kelpworks/web", "1.0");
    platform["target"].as_object_mut().unwrap().remove("tag");
    let foreign = push(&taking, "d", "tidal/web", "1.0");
    for _ in 0..2 {
        let all = [
            first.clone(),
            first.clone(),
            layer.clone(),
            platform.clone(),
            foreign.clone(),
        ];
        report(&mut taking, &token, &all).await;
    }
    let answer = told(&taking, &session, "kelpworks").await;
    assert_eq!(tags(&answer), ["web:1.0"]);
    let pushed = &answer["pushes"][0];
    let told_at: DateTime<Utc> = pushed["at"].as_str().unwrap().parse().unwrap();
    assert_eq!(told_at.timestamp(), at.timestamp());
    assert_eq!(told_at.timestamp_subsec_nanos(), 0, "to the second");
    assert_eq!(pushed["digest"], first["target"]["digest"]);
    assert_eq!(
        (&pushed["times"], &answer["has_earlier"]),
        (&json!(1), &json!(false))
    );
    // No pull follows from it.
    assert!(taking.counted("kelpworks").is_empty());
    // Another push of the day is the same mark.
    let again = push(&taking, "e", "kelpworks/web", "1.0");
    let other = push(&taking, "f", "kelpworks/agent", "2.0");
    report(&mut taking, &token, &[again, other]).await;
    let answer = told(&taking, &session, "kelpworks").await;
    assert_eq!(tags(&answer), ["web:1.0", "agent:2.0"]);
    assert_eq!(answer["pushes"][0]["times"], 2);
}

#[tokio::test]
async fn nobody_else_is_told_and_days_are_asked_for() {
    let (mut taking, token, session) = started().await;
    let events = [push(&taking, "a", "kelpworks/web", "1.0")];
    report(&mut taking, &token, &events).await;
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    other["mail"] = json!("jun@tidetable.example");
    other["sources"] = json!([{"address": "https://github.com/tidetable/tide"}]);
    taking
        .server
        .send(&other, "another key of enough letters")
        .await;
    let stranger = taking.server.sign_in("jun@tidetable.example").await;
    let path = "/api/v1/namespaces/kelpworks/pulls/pushes";
    let asked = format!("{path}?from=2026-01-01&to=2027-01-01");
    for (cookie, path, status) in [
        (None, &asked[..], StatusCode::UNAUTHORIZED),
        (None, path, StatusCode::UNAUTHORIZED),
        (Some(&stranger), &asked, StatusCode::NOT_FOUND),
        (Some(&stranger), path, StatusCode::NOT_FOUND),
        (Some(&session), path, StatusCode::BAD_REQUEST),
        (Some(&session), &asked, StatusCode::OK),
    ] {
        let headers: Vec<(&str, &str)> = cookie
            .iter()
            .map(|cookie| ("cookie", cookie.as_str()))
            .collect();
        let said = ask(&taking, "GET", path, &headers, Vec::new()).await;
        assert_eq!(said.status, status, "{path} {cookie:?} {}", said.text());
        assert_eq!(said.text().contains("1.0"), status == StatusCode::OK);
    }
}

#[tokio::test]
async fn pushes_go_along_with_a_new_name_and_are_forgotten_with_their_pulls() {
    let (mut taking, token, session) = started().await;
    let events = [push(&taking, "a", "kelpworks/web", "1.0")];
    report(&mut taking, &token, &events).await;
    let name = |text| Namespace::parse(text).unwrap();
    let (old, new, now) = (name("kelpworks"), name("kelp-works"), taking.service.now());
    let renamed: Result<_, StoreError> = taking
        .service
        .store
        .write(|connection| renames::rename(connection, &old, &new, now));
    renamed.unwrap().unwrap();
    assert_eq!(
        tags(&told(&taking, &session, "kelp-works").await),
        ["web:1.0"]
    );
    // It is 13 August: on 27 September that is last month, on 12 October it is not.
    for (days, months, is_kept) in [(60, None, true), (45, Some(1), true), (60, Some(1), false)] {
        tidy(&taking.intake, now + TimeDelta::days(days), months);
        let answer = told(&taking, &session, "kelp-works").await;
        assert_eq!(tags(&answer) == ["web:1.0"], is_kept, "{days} {months:?}");
    }
}

#[tokio::test]
async fn of_many_the_newest_thousand_are_told() {
    let (taking, _, session) = started().await;
    let now = taking.service.now().timestamp();
    let all: Vec<Pushed> = (0..1_001)
        .map(|at| Pushed {
            repository: "web".to_owned(),
            tag: format!("build-{at}"),
            digest: "sha256:0".to_owned(),
            at_s: now - at,
            times: 1,
        })
        .collect();
    taking
        .intake
        .pushes
        .replace("kelpworks", &all[1..])
        .unwrap();
    let answer = told(&taking, &session, "kelpworks").await;
    assert_eq!(
        (tags(&answer).len(), &answer["has_earlier"]),
        (1_000, &json!(false))
    );
    taking.intake.pushes.replace("kelpworks", &all).unwrap();
    let answer = told(&taking, &session, "kelpworks").await;
    assert_eq!(
        (tags(&answer).len(), &answer["has_earlier"]),
        (1_000, &json!(true))
    );
    assert_eq!(tags(&answer)[0], "web:build-0");
}

#[tokio::test]
async fn pulls_of_the_sample_follow_its_pushes_and_go_with_them() {
    let (taking, ..) = started().await;
    let now = taking.service.now();
    let data = &taking.service.settings.data;
    pulled::add(&taking.intake, data, now).unwrap();
    let always = Span::new(Day(0), Day(1 << 20));
    let pushes = || taking.intake.pushes.between(&["sandpiper"], always, 10_000);
    let pushed = pushes().unwrap();
    assert!(pushed.len() > 300, "{}", pushed.len());
    assert!(pushed.iter().all(|one| one.at_s < now.timestamp()));
    // Most tags are pulled, and none of a release before it was pushed.
    let mut first_pulls = std::collections::HashMap::new();
    taking
        .intake
        .pulls
        .raw(&["sandpiper"], always, &mut |batch| {
            for row in 0..batch.len() {
                let text =
                    |column| String::from_utf8(batch.row(row).text(column).to_vec()).unwrap();
                let key = (
                    text(pulls::header::Column::Repository),
                    text(pulls::header::Column::Tag),
                );
                let day = batch.numbers(pulls::batch::Number::Day).get(row) as i64;
                let first = first_pulls.entry(key).or_insert(day);
                *first = day.min(*first);
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    let mut followed = 0;
    for one in pushed.iter().filter(|one| one.tag != "latest") {
        let key = (one.repository.clone(), one.tag.clone());
        if let Some(first) = first_pulls.get(&key) {
            followed += 1;
            assert!(*first >= one.at_s / 86_400, "{one:?} was pulled on {first}");
        }
    }
    assert!(followed > 50, "{followed} of {}", pushed.len());
    pulled::remove(data, &taking.service.store, &*taking.intake.pulls).unwrap();
    assert!(pushes().unwrap().is_empty());
    // Not into a home that has what was never counted with this data.
    let block = Block {
        number: 1,
        days: Vec::new(),
    };
    taking.intake.pulls.append(&block).unwrap();
    let said = pulled::add(&taking.intake, data, now).unwrap_err();
    assert!(said.contains("not put anywhere"), "{said}");
    assert!(pushes().unwrap().is_empty());
}
