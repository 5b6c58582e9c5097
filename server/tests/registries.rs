//! The registries that report pulls, as staff look after them over HTTP.

use crate::common::{INES, MARTA, member};
use crate::events::{Taking, body, event};
use crate::pulls::{ask, report};
use crate::renames::rename;
use axum::http::StatusCode;
use chrono::TimeDelta;
use dsos_server::store::reporters::ReporterKind;
use pulls::segment::Action;
use serde_json::{Value, json};

#[tokio::test]
async fn staff_look_after_registries() {
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let mut taking = Taking::over(server);
    let path = "/api/v1/registries";
    let json_of = ("content-type", "application/json");
    let new = |name: &str, namespace: &str| {
        json!({ "name": name, "kind": "distribution", "namespaces": [namespace] })
            .to_string()
            .into_bytes()
    };
    for (session, status) in [
        ("", StatusCode::UNAUTHORIZED),
        (&*ines, StatusCode::FORBIDDEN),
    ] {
        let said = ask(&taking, "GET", path, &[("cookie", session)], Vec::new()).await;
        assert_eq!(said.status, status);
        let said = ask(
            &taking,
            "POST",
            path,
            &[("cookie", session), json_of],
            new("a", "kelpworks"),
        )
        .await;
        assert_eq!(said.status, status);
    }
    let cookie = ("cookie", staff.as_str());
    let refused = ask(
        &taking,
        "POST",
        path,
        &[cookie, json_of],
        new("hub", "Not A Name"),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("\"namespaces\""),
        "{}",
        refused.text()
    );
    let made = ask(
        &taking,
        "POST",
        path,
        &[cookie, json_of],
        new("hub", "kelpworks"),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made: Value = serde_json::from_str(&made.text()).unwrap();
    let token = token_in(made["text"].as_str().unwrap());
    let taken = ask(
        &taking,
        "POST",
        path,
        &[cookie, json_of],
        new("hub", "kelpworks"),
    )
    .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    report(&mut taking, &token, 2, "GET").await;
    let (status, _) = taking
        .post("/events/distribution", Some(&token), "no events".to_owned())
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let said = ask(&taking, "GET", path, &[cookie], Vec::new()).await;
    let all: Value = serde_json::from_str(&said.text()).unwrap();
    let one = &all["registries"][0];
    assert_eq!(
        (&one["name"], &one["set_aside"]),
        (&json!("hub"), &json!(1)),
        "{all}"
    );
    assert_eq!(
        one["hours"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_u64)
            .sum::<u64>(),
        2
    );
    assert!(
        one["last_at"].is_string() && one["waits_since"].is_null(),
        "{all}"
    );
    let id = &made["id"];
    let aside = ask(
        &taking,
        "GET",
        &format!("{path}/{id}/set-aside"),
        &[cookie],
        Vec::new(),
    )
    .await;
    assert!(aside.text().contains("no events"), "{}", aside.text());
    let renewed = ask(
        &taking,
        "POST",
        &format!("{path}/{id}/token"),
        &[cookie],
        Vec::new(),
    )
    .await;
    let renewed: Value = serde_json::from_str(&renewed.text()).unwrap();
    let new_token = token_in(renewed["text"].as_str().unwrap());
    assert_ne!(token, new_token);
    let sent = body(&[event(&taking.server, "z", "kelpworks/web", "GET")]);
    for (token, status) in [
        (&token, StatusCode::UNAUTHORIZED),
        (&new_token, StatusCode::ACCEPTED),
    ] {
        let (found, _) = taking
            .post("/events/distribution", Some(token), sent.clone())
            .await;
        assert_eq!(found, status);
    }
    let own = format!("{path}/{id}");
    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let gone = ask(&taking, "DELETE", &own, &[cookie], Vec::new()).await;
        assert_eq!(gone.status, status);
    }
    let (status, _) = taking
        .post("/events/distribution", Some(&new_token), sent)
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_registry_may_report_is_changed_and_follows_a_new_name() {
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let mut taking = Taking::over(server);
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    let cookie = ("cookie", staff.as_str());
    let list = async |taking: &Taking| -> Value {
        let said = ask(taking, "GET", "/api/v1/registries", &[cookie], Vec::new()).await;
        serde_json::from_str::<Value>(&said.text()).unwrap()["registries"][0].clone()
    };
    let id = list(&taking).await["id"].as_i64().unwrap();
    let change = async |taking: &Taking, session: &str, id: i64, names: &[&str]| {
        let path = format!("/api/v1/registries/{id}/namespaces");
        let headers = [("cookie", session), ("content-type", "application/json")];
        let body = json!({ "namespaces": names }).to_string().into_bytes();
        ask(taking, "PUT", &path, &headers, body).await
    };
    for (session, id, names, status) in [
        ("", id, &["tidal"][..], StatusCode::UNAUTHORIZED),
        (&*ines, id, &["tidal"], StatusCode::FORBIDDEN),
        (&*staff, id + 1, &["tidal"], StatusCode::NOT_FOUND),
        (&*staff, id, &[], StatusCode::UNPROCESSABLE_ENTITY),
        (
            &*staff,
            id,
            &["tidal", "Not A Name"],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let said = change(&taking, session, id, names).await;
        assert_eq!(said.status, status, "{names:?} {}", said.text());
    }
    assert_eq!(list(&taking).await["namespaces"], json!(["kelpworks"]));
    // Before, an event of another namespace is set aside; afterwards it counts, and the first no more.
    let of = |taking: &Taking, id: &str, namespace: &str| {
        body(&[event(
            &taking.server,
            id,
            &format!("{namespace}/web"),
            "GET",
        )])
    };
    let sent = of(&taking, "a", "tidal");
    taking
        .post("/events/distribution", Some(&token), sent)
        .await;
    let said = change(&taking, &staff, id, &["tidal", "moss-db", "tidal"]).await;
    assert_eq!(
        said.text(),
        json!({ "namespaces": ["tidal", "moss-db"] }).to_string()
    );
    for (id, namespace) in [("b", "tidal"), ("c", "kelpworks")] {
        let sent = of(&taking, id, namespace);
        taking
            .post("/events/distribution", Some(&token), sent)
            .await;
    }
    assert_eq!(taking.counted("tidal").len(), 1);
    assert_eq!(taking.counted("kelpworks").len(), 0);
    assert_eq!(list(&taking).await["set_aside"], 2);
    assert_eq!(list(&taking).await["kept_aside"], 2);
    // Two days later there is none lately, and both are still there to be looked at.
    taking.server.wait(TimeDelta::days(2));
    let staff = taking.server.sign_in(MARTA).await;
    let cookie = ("cookie", staff.as_str());
    let said = ask(&taking, "GET", "/api/v1/registries", &[cookie], Vec::new()).await;
    let later: Value = serde_json::from_str(&said.text()).unwrap();
    assert_eq!(later["registries"][0]["set_aside"], 0);
    assert_eq!(later["registries"][0]["kept_aside"], 2);
    // Two who change it at once: the second is told what there is by now.
    let path = format!("/api/v1/registries/{id}/namespaces");
    let headers = [("cookie", &*staff), ("content-type", "application/json")];
    let late = json!({ "namespaces": ["tidal", "late"], "before": ["tidal"] });
    let said = ask(&taking, "PUT", &path, &headers, late.to_string().into()).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    assert!(said.text().contains("tidal, moss-db"), "{}", said.text());
    // A member of the program gets another name: its registry may report that, too.
    change(&taking, &staff, id, &["kelpworks", "tidal"]).await;
    rename(&taking.server, "kelpworks", "kelp").unwrap();
    for (id, namespace) in [("d", "kelp"), ("e", "kelpworks")] {
        let sent = of(&taking, id, namespace);
        taking
            .post("/events/distribution", Some(&token), sent)
            .await;
    }
    assert_eq!(taking.counted("kelp").len(), 1);
    assert_eq!(taking.counted("kelpworks").len(), 1);
    // The maintainers see both.
    let ines = taking.server.sign_in(INES).await;
    let path = "/api/v1/namespaces/kelp/pulls/files/raw.csv";
    let raw = ask(&taking, "GET", path, &[("cookie", &ines)], Vec::new()).await;
    assert_eq!(raw.text().lines().count(), 3, "{}", raw.text());
}

#[tokio::test]
async fn two_registries_report_one_namespace_each_for_itself() {
    let (server, _) = member().await;
    let mut taking = Taking::over(server);
    let one = taking.add("one", ReporterKind::Distribution, &["kelpworks"]);
    let other = taking.add("other", ReporterKind::Distribution, &["kelpworks"]);
    // The same names of events mean nothing between registries, and neither does a session: a check
    // at one and a pull at the other are two. What one of them says twice is one.
    let head = body(&[event(&taking.server, "same", "kelpworks/web", "HEAD")]);
    let get = body(&[event(&taking.server, "same", "kelpworks/web", "GET")]);
    for (token, sent) in [(&one, &head), (&other, &get), (&one, &head), (&other, &get)] {
        let (status, _) = taking
            .post("/events/distribution", Some(token), sent.clone())
            .await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    let counted = taking.counted("kelpworks");
    let mut actions: Vec<u64> = counted.iter().map(|(action, ..)| *action).collect();
    actions.sort_unstable();
    let mut expected = [Action::VersionCheck as u64, Action::PullByTag as u64];
    expected.sort_unstable();
    assert_eq!(actions, expected, "{counted:?}");
}

/// The token in a configuration.
fn token_in(text: &str) -> String {
    let at = text.find("dsos_reg_").unwrap();
    text[at..]
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "_-".contains(*letter))
        .collect()
}
