//! What is kept about people: they get all of it, it goes when they ask, and it goes in time.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{INES, MARTA, Server, answers, member, staffed};
use dsos_server::memberships::keep_house;
use serde_json::{Value, json};
use std::time::Duration;

/// Whether a text stands anywhere in the data, in pages that are free as well.
fn is_kept(server: &Server, text: &str) -> bool {
    server
        .service
        .store
        .write(|connection| {
            Ok::<_, dsos_server::store::StoreError>(
                connection.execute_batch("PRAGMA incremental_vacuum")?,
            )
        })
        .unwrap();
    let connection = rusqlite::Connection::open(server.folder.join("dsos.sqlite")).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let bytes = std::fs::read(server.folder.join("dsos.sqlite")).unwrap();
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn somebody_gets_all_that_is_kept_about_them_and_of_nobody_else() {
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let (status, headers, data) = server
        .ask("GET", "/api/v1/account/export", &[("cookie", &ines)], None)
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("attachment")
    );
    assert_eq!(data["mail"], INES);
    assert_eq!(data["account"]["namespaces"][0]["namespace"], "kelpworks");
    assert_eq!(data["applications"][0]["answers"]["name"], "Inês Caldeira");
    assert!(data["mails"].as_array().unwrap().len() >= 2, "{data}");
    assert!(!data.to_string().contains(MARTA));
    // Staff do it on request; nobody else may.
    let person = json!({ "mail": INES });
    let (status, exported) = server
        .as_person(&staff, "POST", "/api/v1/people/export", Some(&person))
        .await;
    assert_eq!(
        (status, &exported["applications"]),
        (StatusCode::OK, &data["applications"])
    );
    for path in ["/api/v1/people/export", "/api/v1/people/erase"] {
        let (status, _) = server.as_person(&ines, "POST", path, Some(&person)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _, _) = server.ask("POST", path, &[], Some(&person)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn erased_nothing_of_somebody_is_left_and_the_record_stays() {
    let server = staffed().await;
    let mut form = answers();
    form["remark"] = json!("Call me on my private number.");
    let receipt = server.send(&form, "0123456789abcdef-first").await;
    let ines = server.sign_in(INES).await;
    assert!(is_kept(&server, INES) && is_kept(&server, "private number"));
    let (status, erased) = server
        .as_person(&ines, "POST", "/api/v1/account/erase", None)
        .await;
    assert_eq!(status, StatusCode::OK, "{erased}");
    assert_eq!(
        (&erased["account"], &erased["applications"]),
        (&json!(true), &json!(1))
    );
    for text in [INES, "Caldeira", "private number"] {
        assert!(!is_kept(&server, text), "{text}");
    }
    // Neither session nor link opens anything.
    assert_eq!(
        server.as_person(&ines, "GET", "/api/v1/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        server.open("GET", &receipt, "", None).await.0,
        StatusCode::NOT_FOUND
    );
    // What the program did is still on record.
    let staff = server.sign_in(MARTA).await;
    let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
    let (status, case) = server.as_person(&staff, "GET", &path, None).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    let kinds: Vec<&Value> = case["application"]["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["kind"])
        .collect();
    assert_eq!(kinds, ["received", "withdrawn", "erased"]);
}

#[tokio::test]
async fn staff_erase_on_request_and_not_themselves() {
    let (server, staff) = member().await;
    let path = "/api/v1/people/erase";
    let (status, _) = server
        .as_person(&staff, "POST", path, Some(&json!({ "mail": MARTA })))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, erased) = server
        .as_person(&staff, "POST", path, Some(&json!({ "mail": INES })))
        .await;
    assert_eq!((status, &erased["account"]), (StatusCode::OK, &json!(true)));
    assert!(!is_kept(&server, INES));
    // The year that was granted stays, for staff to see.
    let (status, membership) = server
        .as_person(
            &staff,
            "GET",
            "/api/v1/namespaces/kelpworks/membership",
            None,
        )
        .await;
    assert_eq!(
        (status, &membership["maintainers"]),
        (StatusCode::OK, &json!([]))
    );
}

/// Lets the server look after its data once, until something holds.
async fn looked_after(server: &Server, holds: impl Fn() -> bool) {
    let house = tokio::spawn(keep_house(server.service.clone()));
    for _ in 0..200 {
        if holds() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    house.abort();
    assert!(holds());
}

#[tokio::test]
async fn codes_go_when_they_end_although_no_mail_server_is_set_and_nobody_asks_again() {
    let server = staffed().await;
    for mail in [MARTA, "stranger@nowhere.example"] {
        let body = json!({ "mail": mail });
        let path = "/api/v1/sign-in";
        let (status, _, _) = server.ask("POST", path, &[], Some(&body)).await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    assert_eq!(server.mails().len(), 1);
    let hashes = || -> u32 {
        let read = "SELECT count(*) FROM code WHERE hash <> x''";
        let store = &server.service.store;
        store
            .read(|connection| Ok(connection.query_row(read, [], |row| row.get(0))?))
            .unwrap()
    };
    assert_eq!(hashes(), 2);
    server.wait(TimeDelta::minutes(11));
    looked_after(&server, || server.mails().is_empty() && hashes() == 0).await;
    assert!(!is_kept(&server, "is your code"));
    // That one was sent is counted for a day.
    assert!(is_kept(&server, "nowhere.example"));
    server.wait(TimeDelta::days(1));
    looked_after(&server, || !is_kept(&server, "nowhere.example")).await;
}

/// What the record says of the end of an application: what, and by whom.
async fn ending(server: &Server, receipt: &Value) -> Vec<(String, Value)> {
    let staff = server.sign_in(MARTA).await;
    let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
    let (_, case) = server.as_person(&staff, "GET", &path, None).await;
    let history = case["application"]["history"].as_array().unwrap();
    let ending = history.iter().skip(1);
    ending
        .map(|event| {
            let kind = event["kind"].as_str().unwrap();
            (kind.to_owned(), event["by"].clone())
        })
        .collect()
}

#[tokio::test]
async fn it_is_on_record_who_erased_somebody() {
    for (erases, by) in [
        ("themselves", Value::Null),
        ("staff", json!("Marta Oduya")),
        ("operator", json!("the command line")),
    ] {
        let server = staffed().await;
        let receipt = server.send(&answers(), "0123456789abcdef-first").await;
        match erases {
            "themselves" => {
                let ines = server.sign_in(INES).await;
                let path = "/api/v1/account/erase";
                server.as_person(&ines, "POST", path, None).await;
            }
            "staff" => {
                let (staff, person) = (server.sign_in(MARTA).await, json!({ "mail": INES }));
                let path = "/api/v1/people/erase";
                server.as_person(&staff, "POST", path, Some(&person)).await;
            }
            _ => {
                let ended = std::process::Command::new(env!("CARGO_BIN_EXE_dsos"))
                    .arg("--data")
                    .arg(&server.folder)
                    .args(["erase-person", INES])
                    .output()
                    .unwrap();
                assert!(ended.status.success(), "{ended:?}");
            }
        }
        assert!(!is_kept(&server, INES), "{erases}");
        let expected = ["withdrawn", "erased"].map(|kind| (kind.to_owned(), by.clone()));
        assert_eq!(ending(&server, &receipt).await, expected, "{erases}");
    }
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_and_members_are_not() {
    let (server, _) = member().await;
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    other["mail"] = json!("jun@tidetable.example");
    let receipt = server.send(&other, "another key of enough letters").await;
    server.open("POST", &receipt, "/withdraw", None).await;
    server.send_all();
    server.wait(TimeDelta::days(401));
    server.service.forget_old().await.unwrap();
    assert_eq!(
        server.open("GET", &receipt, "", None).await.0,
        StatusCode::OK
    );
    let jun = server.sign_in("jun@tidetable.example").await;
    let (_, data) = server
        .as_person(&jun, "GET", "/api/v1/account/export", None)
        .await;
    assert_eq!(data["mails"], json!([]), "mails are kept for 400 days");
    server.wait(TimeDelta::days(330));
    server.service.forget_old().await.unwrap();
    assert_eq!(
        server.open("GET", &receipt, "", None).await.0,
        StatusCode::NOT_FOUND
    );
    // The member's year ended less than two years ago.
    assert!(is_kept(&server, INES));
    server.wait(TimeDelta::days(730));
    server.service.forget_old().await.unwrap();
    let staff = server.sign_in(MARTA).await;
    let (_, data) = server
        .as_person(
            &staff,
            "POST",
            "/api/v1/people/export",
            Some(&json!({ "mail": INES })),
        )
        .await;
    assert_eq!(data["applications"], json!([]));
}
