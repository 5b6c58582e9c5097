//! The registries that report pulls, as staff look after them over HTTP.

use crate::common::{INES, member};
use crate::events::{Taking, body, event};
use crate::pulls::{ask, report};
use axum::http::StatusCode;
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

/// The token in a configuration.
fn token_in(text: &str) -> String {
    let at = text.find("dsos_reg_").unwrap();
    text[at..]
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "_-".contains(*letter))
        .collect()
}
