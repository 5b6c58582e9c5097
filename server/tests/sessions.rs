//! Signing in: right, wrong, too late, too often, elsewhere, and by somebody who
//! has no account.

use crate::common;

use axum::http::{HeaderMap, StatusCode};
use chrono::TimeDelta;
use common::{MARTA, Server, cookies, staffed};
use serde_json::{Value, json};

async fn ask(server: &Server, mail: &str) -> (StatusCode, HeaderMap, Value) {
    let body = json!({ "mail": mail });
    server
        .ask("POST", "/api/v1/sign-in", &[], Some(&body))
        .await
}

async fn give(
    server: &Server,
    mail: &str,
    code: &str,
    cookie: &str,
) -> (StatusCode, HeaderMap, Value) {
    let body = json!({ "mail": mail, "code": code });
    server
        .ask(
            "POST",
            "/api/v1/sign-in/code",
            &[("cookie", cookie)],
            Some(&body),
        )
        .await
}

async fn me(server: &Server, cookie: &str) -> (StatusCode, Value) {
    let (status, _, body) = server
        .ask("GET", "/api/v1/me", &[("cookie", cookie)], None)
        .await;
    (status, body)
}

fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_code_by_mail_opens_a_session_that_ends_when_told() {
    let server = staffed().await;
    let (status, headers, sent) = ask(&server, "Marta@Hub.Example").await;
    assert_eq!(
        (status, &sent["until"]),
        (StatusCode::ACCEPTED, &json!("2026-08-13T09:10:00Z"))
    );
    let code = server.code();
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let (status, headers, person) = give(&server, MARTA, &spaced, &cookies(&headers)).await;
    assert_eq!(
        (status, &person["name"]),
        (StatusCode::OK, &json!("Marta Oduya"))
    );
    for cookie in headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
    }
    let session = cookies(&headers);
    assert_eq!(me(&server, &session).await.1["is_staff"], true);
    assert_eq!(me(&server, "").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        me(&server, "__Host-dsos-session=guessed").await.0,
        StatusCode::UNAUTHORIZED
    );
    server
        .ask("POST", "/api/v1/sign-out", &[("cookie", &session)], None)
        .await;
    assert_eq!(me(&server, &session).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let (_, headers, _) = give(&server, MARTA, &server.code(), &cookies(&headers)).await;
    let session = cookies(&headers);
    server.wait(TimeDelta::days(29));
    assert_eq!(me(&server, &session).await.0, StatusCode::OK);
    server.wait(TimeDelta::days(2));
    assert_eq!(me(&server, &session).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_is_good_once_for_minutes_and_in_one_browser() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let (cookie, first) = (cookies(&headers), server.code());
    // Another browser, with the right code.
    for stranger in ["", "__Host-dsos-asking=guessed"] {
        assert_eq!(
            give(&server, MARTA, &first, stranger).await.0,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(
        give(&server, MARTA, &first, &cookie).await.0,
        StatusCode::OK
    );
    assert_eq!(
        give(&server, MARTA, &first, &cookie).await.0,
        StatusCode::UNAUTHORIZED
    );
    // Too late.
    server.wait(TimeDelta::minutes(2));
    let (_, headers, _) = ask(&server, MARTA).await;
    let second = server.code();
    server.wait(TimeDelta::minutes(10));
    let (status, _, problem) = give(&server, MARTA, &second, &cookies(&headers)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("no longer good"),
        "{problem}"
    );
}

/// Asks again in a browser that holds cookies.
async fn ask_with(server: &Server, mail: &str, cookie: &str) -> (StatusCode, HeaderMap, Value) {
    let body = json!({ "mail": mail });
    server
        .ask(
            "POST",
            "/api/v1/sign-in",
            &[("cookie", cookie)],
            Some(&body),
        )
        .await
}

#[tokio::test]
async fn a_browser_has_one_code_and_waits_a_minute_for_the_next() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let cookie = cookies(&headers);
    let (status, _, problem) = ask_with(&server, MARTA, &cookie).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{problem}");
    server.wait(TimeDelta::seconds(61));
    let (status, headers, _) = ask_with(&server, MARTA, &cookie).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let code = server.code();
    assert_eq!(
        give(&server, MARTA, &code, &cookies(&headers)).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn nobody_voids_the_code_of_another_browser() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let (cookie, code) = (cookies(&headers), server.code());
    // A stranger asks in her name, and guesses.
    let (_, headers, _) = ask(&server, MARTA).await;
    let stranger = cookies(&headers);
    for _ in 0..7 {
        give(&server, MARTA, &wrong(&code), &stranger).await;
    }
    assert_eq!(give(&server, MARTA, &code, &cookie).await.0, StatusCode::OK);
}

#[tokio::test]
async fn five_wrong_tries_and_the_code_is_void() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let (cookie, right) = (cookies(&headers), server.code());
    for left in [
        "4 tries are",
        "3 tries are",
        "2 tries are",
        "One try is",
        "void",
    ] {
        let (status, _, problem) = give(&server, MARTA, &wrong(&right), &cookie).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(
            problem["detail"].as_str().unwrap().contains(left),
            "{problem}"
        );
    }
    assert_eq!(
        give(&server, MARTA, &right, &cookie).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn strangers_use_up_their_codes_and_lock_nobody_out() {
    let server = staffed().await;
    // She was in with this browser before.
    let (_, headers, _) = ask(&server, MARTA).await;
    let (_, headers, _) = give(&server, MARTA, &server.code(), &cookies(&headers)).await;
    let known = cookies(&headers);
    let mut sent = 1;
    let mut refused = None;
    for _ in 0..20 {
        let (status, _, problem) = ask(&server, MARTA).await;
        match status {
            StatusCode::ACCEPTED => sent += 1,
            _ => refused = Some((status, problem)),
        }
        server.wait(TimeDelta::minutes(20));
    }
    assert_eq!(sent, 8, "a day’s codes");
    let (status, problem) = refused.unwrap();
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("Too many codes")
    );
    let (status, headers, _) = ask_with(&server, MARTA, &known).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let code = server.code();
    assert_eq!(
        give(&server, MARTA, &code, &cookies(&headers)).await.0,
        StatusCode::OK
    );
    // Made up, it counts for nothing.
    let (status, _, _) = ask_with(&server, MARTA, "__Host-dsos-known=guessed").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn an_operator_hands_out_a_code_that_is_good_in_any_browser_once() {
    let server = staffed().await;
    let mail = program::mail::MailAddress::parse(MARTA).unwrap();
    let now = server.service.now();
    let code = server
        .service
        .store
        .write(|connection| {
            Ok::<_, dsos_server::store::StoreError>(
                dsos_server::service::Service::operator_code(connection, &mail, now).unwrap(),
            )
        })
        .unwrap();
    server.wait(TimeDelta::minutes(50));
    for _ in 0..10 {
        // Nobody voids it by guessing.
        assert_eq!(
            give(&server, MARTA, "123456", "").await.0,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(give(&server, MARTA, &code, "").await.0, StatusCode::OK);
    assert_eq!(
        give(&server, MARTA, &code, "").await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn whoever_applied_signs_in_and_opens_the_application_without_its_link() {
    let server = staffed().await;
    let receipt = server
        .send(&common::answers(), "0123456789abcdef-first")
        .await;
    let session = server.sign_in("ines@kelpworks.org").await;
    let path = format!("/api/v1/applications/{}", receipt["id"].as_str().unwrap());
    let (status, application) = server.as_person(&session, "GET", &path, None).await;
    assert_eq!(
        (status, &application["number"]),
        (StatusCode::OK, &receipt["number"])
    );
    let (_, account) = server
        .as_person(&session, "GET", "/api/v1/account", None)
        .await;
    assert_eq!(account["me"]["name"], "Inês Caldeira");
    assert_eq!(account["applications"][0]["id"], receipt["id"]);
    // Nobody else’s session does, staff’s neither: they have a page of their own.
    let staff = server.sign_in(MARTA).await;
    let (status, _) = server.as_person(&staff, "GET", &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_removed_from_staff_is_out_at_once() {
    let server = staffed().await;
    let session = server.sign_in(MARTA).await;
    let mail = program::mail::MailAddress::parse(MARTA).unwrap();
    let removed = server
        .service
        .store
        .write(|connection| dsos_server::store::accounts::remove_staff(connection, &mail));
    assert!(removed.unwrap());
    let (status, _) = server
        .as_person(&session, "GET", "/api/v1/review", None)
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_has_no_account_learns_nothing_and_gets_no_mail() {
    let server = staffed().await;
    let stranger = "nobody@hub.example";
    let (status, headers, sent) = ask(&server, stranger).await;
    let (known_status, _, known) = ask(&server, MARTA).await;
    assert_eq!((status, sent), (known_status, known));
    assert_eq!(server.mails().len(), 1, "only the account’s mail");
    let (status, _, problem) = give(&server, stranger, "123456", &cookies(&headers)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("4 tries are left"),
        "{problem}"
    );
    // Asked again at once, both hear the same.
    assert_eq!(ask(&server, stranger).await.0, ask(&server, MARTA).await.0);
}

#[tokio::test]
async fn what_is_kept_opens_nothing() {
    let server = staffed().await;
    let (_, headers, _) = ask(&server, MARTA).await;
    let code = server.code();
    let (_, headers, _) = give(&server, MARTA, &code, &cookies(&headers)).await;
    let session = cookies(&headers);
    let secret = session.split(['=', ';']).nth(1).unwrap().to_owned();
    let file = std::fs::read(server.folder.join("dsos.sqlite")).unwrap();
    let log = std::fs::read(server.folder.join("dsos.sqlite-wal")).unwrap();
    for bytes in [file, log] {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(&secret),
            "the session’s secret is in the file"
        );
    }
}
