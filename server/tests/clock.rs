//! A clock that is set back a day and forward again: nothing is given twice, nobody lapses for it,
//! and whoever is signed in stays so.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{INES, MARTA, Server, cookies, member, staffed};
use serde_json::{Value, json};

const DAY: TimeDelta = TimeDelta::days(1);
const MEMBERSHIP: &str = "/api/v1/namespaces/kelpworks/membership";

/// What the server does from time to time.
async fn look(server: &Server) {
    server.service.write_notices().await.unwrap();
    server.service.forget_codes().await.unwrap();
    server.service.forget_old().await.unwrap();
}

async fn phase(server: &Server, session: &str) -> Value {
    let (status, membership) = server.as_person(session, "GET", MEMBERSHIP, None).await;
    assert_eq!(status, StatusCode::OK, "{membership}");
    membership["phase"]["phase"].clone()
}

fn notices(server: &Server) -> Vec<String> {
    let mails = server.mails().into_iter();
    let notices = mails.filter(|mail| mail.to == INES && mail.subject.contains("kelpworks"));
    notices.map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn every_notice_goes_out_once_although_each_of_its_days_comes_twice() {
    let (server, _) = member().await;
    server.send_all();
    let mut heard = Vec::new();
    // The days on which something changes, as days between them.
    for days in [0, 320, 15, 23, 8, 14] {
        server.wait(TimeDelta::days(days));
        let session = server.sign_in(MARTA).await;
        look(&server).await;
        let written = notices(&server);
        let before = phase(&server, &session).await;
        // What was written waits on, and nothing that is past is said again.
        server.wait(-DAY);
        look(&server).await;
        assert_eq!(notices(&server), written, "{heard:?}");
        phase(&server, &session).await;
        server.wait(DAY);
        look(&server).await;
        assert_eq!(notices(&server), written, "{heard:?}");
        assert_eq!(phase(&server, &session).await, before);
        server.send_all();
        // And once more when it was handed over.
        server.wait(-DAY);
        look(&server).await;
        server.wait(DAY);
        look(&server).await;
        assert_eq!(notices(&server), Vec::<String>::new(), "{heard:?}");
        heard.extend(written);
    }
    assert_eq!(
        heard,
        [
            "kelpworks is in the program until 13 August 2027",
            "kelpworks: 45 days until the sponsored year ends",
            "kelpworks: 30 days until the sponsored year ends",
            "kelpworks: 7 days until the sponsored year ends",
            "kelpworks: the year is over, and everything holds until 27 August 2027",
            "kelpworks is no longer in the program",
        ]
    );
    let session = server.sign_in(MARTA).await;
    let (_, membership) = server.as_person(&session, "GET", MEMBERSHIP, None).await;
    let all = membership["notices"].as_array().unwrap();
    assert!(all.iter().all(|one| one["state"]["delivery"] == "given"));
}

#[tokio::test]
async fn what_was_overtaken_is_not_said_after_what_overtook_it() {
    let (server, _) = member().await;
    server.send_all();
    // It stood still until the second notice; then its clock goes back to the first.
    server.wait(TimeDelta::days(335));
    look(&server).await;
    let written = notices(&server);
    assert_eq!(
        written,
        ["kelpworks: 30 days until the sponsored year ends"]
    );
    for _ in 0..2 {
        server.wait(-DAY);
        look(&server).await;
        assert_eq!(notices(&server), written);
        server.wait(DAY);
        look(&server).await;
        assert_eq!(notices(&server), written);
    }
}

#[tokio::test]
async fn the_last_day_of_grace_comes_twice_and_nobody_lapses() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(379));
    let session = server.sign_in(MARTA).await;
    for step in [TimeDelta::zero(), -DAY, DAY] {
        server.wait(step);
        look(&server).await;
        assert_eq!(phase(&server, &session).await, "grace");
    }
    server.wait(DAY);
    assert_eq!(phase(&server, &session).await, "lapsed");
}

async fn ask(server: &Server) -> (StatusCode, String) {
    let body = json!({ "mail": MARTA });
    let (status, headers, _) = server
        .ask("POST", "/api/v1/sign-in", &[], Some(&body))
        .await;
    (status, cookies(&headers))
}

async fn give(server: &Server, code: &str, cookie: &str) -> (StatusCode, String) {
    let body = json!({ "mail": MARTA, "code": code });
    let headers = [("cookie", cookie)];
    let path = "/api/v1/sign-in/code";
    let (status, headers, _) = server.ask("POST", path, &headers, Some(&body)).await;
    (status, cookies(&headers))
}

#[tokio::test]
async fn sessions_hold_and_codes_of_another_time_are_void() {
    let server = staffed().await;
    let is_in = async |session: &str| {
        let (status, _) = server.as_person(session, "GET", "/api/v1/me", None).await;
        status == StatusCode::OK
    };
    let first = server.sign_in(MARTA).await;
    let (_, asking) = ask(&server).await;
    let code = server.code();
    server.wait(-DAY);
    look(&server).await;
    // A code that would be good for a day is good for nobody; another one can be had at once.
    assert_eq!(
        give(&server, &code, &asking).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, asking) = ask(&server).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, second) = give(&server, &server.code(), &asking).await;
    assert_eq!(status, StatusCode::OK);
    let (_, asking) = ask(&server).await;
    let late = server.code();
    server.wait(DAY);
    look(&server).await;
    assert_eq!(
        give(&server, &late, &asking).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, asking) = ask(&server).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, third) = give(&server, &server.code(), &asking).await;
    assert_eq!(status, StatusCode::OK);
    for session in [&first, &second, &third] {
        assert!(is_in(session).await);
    }
}
