//! Memberships as their maintainers see and change them: notices and whether they arrived,
//! invitations, roles, tokens, and the wrong person at every door.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{INES, MARTA, Server, member};
use dsos_server::store::outbox;
use serde_json::{Value, json};

const MEMBERSHIP: &str = "/api/v1/namespaces/kelpworks/membership";
const INVITATIONS: &str = "/api/v1/namespaces/kelpworks/invitations";
const RUI: &str = "rui@kelpworks.org";

/// Invites somebody, who joins; gives their session.
async fn joined(server: &Server, owner: &str, mail: &str, role: &str) -> String {
    let invitation = json!({ "mail": mail, "role": role });
    let (status, membership) = server
        .as_person(owner, "POST", INVITATIONS, Some(&invitation))
        .await;
    assert_eq!(status, StatusCode::OK, "{membership}");
    assert!(server.mails()[0].text.contains("/account"));
    assert_eq!(server.mails()[0].to, mail);
    let session = server.sign_in(mail).await;
    let (status, _) = server
        .as_person(
            &session,
            "POST",
            "/api/v1/account/invitations/kelpworks",
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    session
}

fn states(membership: &Value) -> Vec<&str> {
    let notices = membership["notices"].as_array().unwrap();
    notices
        .iter()
        .map(|notice| notice["state"]["delivery"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_notice_counts_as_given_only_once_it_was_handed_over() {
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    server.service.write_notices().await.unwrap();
    let (status, membership) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(membership["term"]["until"], "2027-08-13");
    assert_eq!(membership["role"], "owner");
    assert_eq!(
        states(&membership),
        ["waiting", "ahead", "ahead", "ahead", "ahead", "ahead"]
    );
    // It is tried, and does not go out: staff see it, and it is not given.
    let now = server.service.now();
    let mail = server
        .mails()
        .into_iter()
        .find(|mail| mail.calendar.is_some())
        .unwrap();
    let again = now + TimeDelta::minutes(1);
    server
        .service
        .store
        .write(|connection| outbox::failed(connection, mail.id, "no such mailbox", again))
        .unwrap();
    let (_, membership) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    assert_eq!(
        membership["notices"][0]["state"]["error"],
        "no such mailbox"
    );
    let (status, stuck) = server.as_person(&staff, "GET", "/api/v1/mails", None).await;
    assert_eq!((status, &stuck[0]["to"]), (StatusCode::OK, &json!(INES)));
    assert_eq!(stuck[0]["error"], "no such mailbox");
    server.send_all();
    let (_, membership) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    assert_eq!(states(&membership)[0], "given");
    let (_, stuck) = server.as_person(&staff, "GET", "/api/v1/mails", None).await;
    assert_eq!(stuck, json!([]));
    // The next ones: one is overtaken before it could be handed over, and says so.
    server.wait(TimeDelta::days(320));
    server.service.write_notices().await.unwrap();
    server.wait(TimeDelta::days(16));
    server.service.write_notices().await.unwrap();
    server.send_all();
    let ines = server.sign_in(INES).await;
    let (_, membership) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    assert_eq!(
        states(&membership),
        ["given", "missed", "given", "ahead", "ahead", "ahead"]
    );
    assert_eq!(membership["phase"]["phase"], "renewal");
}

#[tokio::test]
async fn the_dates_are_there_as_a_calendar() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let path = "/api/v1/namespaces/kelpworks/membership.ics";
    let (status, headers, _) = server.ask("GET", path, &[("cookie", &ines)], None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"kelpworks.ics\""
    );
}

#[tokio::test]
async fn owners_invite_members_see_and_nobody_else_does_either() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let rui = joined(&server, &ines, RUI, "member").await;
    let (status, membership) = server.as_person(&rui, "GET", MEMBERSHIP, None).await;
    assert_eq!(
        (status, &membership["role"]),
        (StatusCode::OK, &json!("member"))
    );
    // A member may not do what owners do, and is told so; a stranger is told nothing.
    server.send(&json!({
        "namespace": "tidetable", "presence": "exists", "holder": "organization", "paid_plan": false,
        "sources": [{"address": "https://github.com/tidetable/tide"}], "license": "MIT",
        "money": common::answers()["money"], "mail": "jun@tidetable.example", "name": "Jun"
    }), "another key of enough letters").await;
    let stranger = server.sign_in("jun@tidetable.example").await;
    let invitation = json!({ "mail": "x@y.example", "role": "owner" });
    let role = json!({ "role": "owner" });
    let renewal = json!({ "answers": common::answers(), "until": "2027-08-13" });
    for (method, path, body) in [
        ("POST", INVITATIONS.to_owned(), Some(&invitation)),
        ("DELETE", format!("{INVITATIONS}/1"), None),
        (
            "PUT",
            "/api/v1/namespaces/kelpworks/maintainers/1".to_owned(),
            Some(&role),
        ),
        (
            "DELETE",
            "/api/v1/namespaces/kelpworks/maintainers/1".to_owned(),
            None,
        ),
        (
            "GET",
            "/api/v1/namespaces/kelpworks/renewal".to_owned(),
            None,
        ),
        (
            "POST",
            "/api/v1/namespaces/kelpworks/renewal".to_owned(),
            Some(&renewal),
        ),
    ] {
        let (status, problem) = server.as_person(&rui, method, &path, body).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} {problem}");
        let (status, _) = server.as_person(&stranger, method, &path, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
        let (status, _, _) = server.ask(method, &path, &[], body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
    for path in [MEMBERSHIP, "/api/v1/namespaces/kelpworks/membership.ics"] {
        let (status, _) = server.as_person(&stranger, "GET", path, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    // Staff read it, and change nothing.
    let staff = server.sign_in(MARTA).await;
    let (status, membership) = server.as_person(&staff, "GET", MEMBERSHIP, None).await;
    assert_eq!(
        (status, &membership["role"]),
        (StatusCode::OK, &Value::Null)
    );
    let (status, _) = server
        .as_person(&staff, "POST", INVITATIONS, Some(&invitation))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_is_for_one_address_and_a_time_and_can_be_taken_back() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let invite = async |mail: &str| {
        let body = json!({ "mail": mail, "role": "member" });
        server
            .as_person(&ines, "POST", INVITATIONS, Some(&body))
            .await
    };
    let (_, membership) = invite(RUI).await;
    assert_eq!(membership["invitations"][0]["mail"], RUI);
    // Not again at once; and again is no second one.
    assert_eq!(invite(RUI).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    server.wait(TimeDelta::minutes(61));
    let (_, membership) = invite(RUI).await;
    assert_eq!(membership["invitations"].as_array().unwrap().len(), 1);
    let (status, problem) = invite(INES).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let id = membership["invitations"][0]["id"].as_i64().unwrap();
    let (_, membership) = server
        .as_person(&ines, "DELETE", &format!("{INVITATIONS}/{id}"), None)
        .await;
    assert_eq!(membership["invitations"], json!([]));
    // Nobody there to sign in any more: no mail goes out.
    let mails = server.mails().len();
    let body = json!({ "mail": RUI });
    let (status, _, _) = server
        .ask("POST", "/api/v1/sign-in", &[], Some(&body))
        .await;
    assert_eq!(
        (status, server.mails().len()),
        (StatusCode::ACCEPTED, mails)
    );
    invite(RUI).await;
    let rui = server.sign_in(RUI).await;
    server.wait(TimeDelta::days(15));
    let join = "/api/v1/account/invitations/kelpworks";
    let (status, _) = server.as_person(&rui, "POST", join, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "too late");
    let ines = server.sign_in(INES).await;
    let body = json!({ "mail": RUI, "role": "member" });
    server
        .as_person(&ines, "POST", INVITATIONS, Some(&body))
        .await;
    let (status, _) = server.as_person(&rui, "DELETE", join, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "declined");
    let (status, _) = server.as_person(&rui, "POST", join, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owner_is_always_left() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let (_, membership) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    let id_of = |membership: &Value, mail: &str| {
        let all = membership["maintainers"].as_array().unwrap();
        all.iter().find(|one| one["mail"] == mail).unwrap()["id"]
            .as_i64()
            .unwrap()
    };
    let mine = format!(
        "/api/v1/namespaces/kelpworks/maintainers/{}",
        id_of(&membership, INES)
    );
    for (method, body) in [("DELETE", None), ("PUT", Some(json!({ "role": "member" })))] {
        let (status, problem) = server.as_person(&ines, method, &mine, body.as_ref()).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(problem["detail"].as_str().unwrap().contains("an owner"));
    }
    let (status, problem) = server
        .as_person(&ines, "POST", "/api/v1/account/erase", None)
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let rui = joined(&server, &ines, RUI, "owner").await;
    let (status, _) = server.as_person(&ines, "DELETE", &mine, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = server.as_person(&ines, "GET", MEMBERSHIP, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "gone is gone");
    let (_, membership) = server.as_person(&rui, "GET", MEMBERSHIP, None).await;
    assert_eq!(membership["maintainers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_is_shown_once_and_does_what_it_may_until_it_is_revoked() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let make = async |name: &str, scope: &str, days: u32| {
        let body = json!({ "name": name, "scope": scope, "days": days });
        server
            .as_person(&ines, "POST", "/api/v1/account/tokens", Some(&body))
            .await
    };
    for (name, days) in [("", 30), ("x", 0), ("x", 400)] {
        assert_eq!(
            make(name, "read", days).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let (status, made) = make("nightly", "read", 30).await;
    assert_eq!(status, StatusCode::CREATED);
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(
        secret.starts_with("dsos_pat_")
            && secret.ends_with(made["token"]["hint"].as_str().unwrap())
    );
    let bearer = format!("Bearer {secret}");
    let by_token = async |method: &str, path: &str, body: Option<&Value>| {
        server
            .ask(method, path, &[("authorization", &bearer)], body)
            .await
    };
    let (status, _, membership) = by_token("GET", MEMBERSHIP, None).await;
    assert_eq!(
        (status, &membership["role"]),
        (StatusCode::OK, &json!("owner"))
    );
    let invitation = json!({ "mail": RUI, "role": "member" });
    let (status, _, _) = by_token("POST", INVITATIONS, Some(&invitation)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "it may only read");
    // Not for the account itself, nor for what staff do.
    for path in [
        "/api/v1/account",
        "/api/v1/account/export",
        "/api/v1/review",
        "/api/v1/me",
    ] {
        assert_eq!(
            by_token("GET", path, None).await.0,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let (_, account) = server
        .as_person(&ines, "GET", "/api/v1/account", None)
        .await;
    assert_eq!(account["tokens"][0]["last_used"], "2026-08-13");
    assert!(!account.to_string().contains(&secret));
    // Nobody revokes another's.
    let path = format!("/api/v1/account/tokens/{}", made["token"]["id"]);
    let staff = server.sign_in(MARTA).await;
    assert_eq!(
        server.as_person(&staff, "DELETE", &path, None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        server.as_person(&ines, "DELETE", &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        by_token("GET", MEMBERSHIP, None).await.0,
        StatusCode::UNAUTHORIZED
    );
    // One that may write, until its day.
    let (_, made) = make("release", "write", 10).await;
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let (status, _, _) = server
        .ask("POST", INVITATIONS, &headers, Some(&invitation))
        .await;
    assert_eq!(status, StatusCode::OK);
    server.wait(TimeDelta::days(11));
    let (status, _, _) = server.ask("GET", MEMBERSHIP, &headers, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn other_sessions_end_when_asked() {
    let (server, _) = member().await;
    let here = server.sign_in(INES).await;
    let there = server.sign_in(INES).await;
    let (_, account) = server
        .as_person(&here, "GET", "/api/v1/account", None)
        .await;
    assert_eq!(account["sessions"].as_array().unwrap().len(), 2);
    let path = "/api/v1/account/other-sessions/end";
    assert_eq!(
        server.as_person(&here, "POST", path, None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        server.as_person(&there, "GET", "/api/v1/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        server.as_person(&here, "GET", "/api/v1/me", None).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn why_a_membership_was_ended_is_for_its_owners_and_staff() {
    const ENDING: &str = "/api/v1/namespaces/kelpworks/ending";
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let rui = joined(&server, &ines, RUI, "member").await;
    let staff = server.sign_in(MARTA).await;
    let why = async |session: &str| {
        let (status, membership) = server.as_person(session, "GET", MEMBERSHIP, None).await;
        assert_eq!(status, StatusCode::OK, "{membership}");
        membership.get("ended_because").cloned()
    };
    assert_eq!(why(&ines).await, None);
    let reason = json!("The license changed to BUSL.");
    let body = json!({ "namespace": "kelpworks", "reason": reason });
    let (status, answer) = server.as_person(&staff, "POST", ENDING, Some(&body)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    assert_eq!(why(&ines).await.as_ref(), Some(&reason));
    assert_eq!(why(&staff).await.as_ref(), Some(&reason));
    assert_eq!(why(&rui).await, None);
}
