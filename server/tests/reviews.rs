//! Reviewing over the real router and a real file: who may, what is decided, what is
//! said to whom, and two people at once.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{MARTA, Server, answers, begun, opinions, staffed};
use serde_json::{Value, json};

const KEY: &str = "0123456789abcdef-first";

fn verdict(decision: Value, opinions: Value, version: u64) -> Value {
    json!({ "decision": decision, "opinions": opinions, "version": version })
}

/// A server with an application that is being read, and the session of who reads it.
async fn reading() -> (Server, Value, String, u64) {
    let (server, receipt, session, case) = begun(KEY).await;
    let version = case["application"]["version"].as_u64().unwrap();
    (server, receipt, session, version)
}

async fn act(
    server: &Server,
    session: &str,
    receipt: &Value,
    rest: &str,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let path = format!("/api/v1/review/{}{rest}", receipt["id"].as_str().unwrap());
    let (status, _, value) = server
        .ask("POST", &path, &[("cookie", session)], body)
        .await;
    (status, value)
}

#[tokio::test]
async fn approved_it_is_a_member_for_a_year_and_its_applicant_an_owner() {
    let (server, receipt, session, version) = reading().await;
    let approval = verdict(json!({ "decision": "approve" }), opinions(&[]), version);
    let (status, preview) = act(&server, &session, &receipt, "/preview", Some(&approval)).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    let (status, case) = act(&server, &session, &receipt, "/decision", Some(&approval)).await;
    assert_eq!(
        (status, &case["application"]["stage"]["stage"]),
        (StatusCode::OK, &json!("approved"))
    );
    let mail = &server.mails()[0];
    assert_eq!(
        (preview["subject"].as_str(), preview["text"].as_str()),
        (Some(mail.subject.as_str()), Some(mail.text.as_str()))
    );
    assert!(mail.text.contains("until 13 August 2027"), "{}", mail.text);
    let (_, _, facts) = server
        .ask("GET", "/api/v1/namespaces/kelpworks", &[], None)
        .await;
    assert_eq!(facts["claimed"]["facts"], "member");
    // Whoever applied can sign in now.
    server.wait(TimeDelta::minutes(2));
    let applicant = server.sign_in("ines@kelpworks.org").await;
    let (_, _, me) = server
        .ask("GET", "/api/v1/me", &[("cookie", &applicant)], None)
        .await;
    assert_eq!(me["is_staff"], false);
}

#[tokio::test]
async fn complaint_6_who_is_approved_without_the_badge_is_told_so_and_why() {
    let (server, receipt, session, version) = reading().await;
    let missing = "The page of kelpworks/kelp has no link to the contributing guide.";
    let marks = opinions(&[("documented", "not_met", missing)]);
    let approval = verdict(json!({ "decision": "approve" }), marks, version);
    let (status, case) = act(&server, &session, &receipt, "/decision", Some(&approval)).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    let mail = &server.mails()[0];
    for part in ["The badge waits", missing] {
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    // And on the page of the application.
    let application = server.read(&receipt).await;
    assert_eq!(application["opinions"]["documented"]["reason"], missing);
}

#[tokio::test]
async fn asked_for_changes_the_time_stands_still_until_the_answer() {
    let (server, receipt, session, version) = reading().await;
    let asked = opinions(&[("no_commercialization", "ask", "Who is paid?")]);
    let ask = verdict(
        json!({ "decision": "ask", "until": "2026-08-27" }),
        asked,
        version,
    );
    let (status, _) = act(&server, &session, &receipt, "/decision", Some(&ask)).await;
    assert_eq!(status, StatusCode::OK);
    let application = server.read(&receipt).await;
    assert_eq!(
        application["stage"],
        json!({ "stage": "changes_asked", "until": "2026-08-27" })
    );
    assert_eq!(
        application["opinions"]["no_commercialization"]["reason"],
        "Who is paid?"
    );
    assert!(server.mails()[0].text.contains("Who is paid?"));
    server.wait(TimeDelta::days(10));
    let mut amended = answers();
    amended["money_remark"] = json!("Nobody.");
    let body = json!({ "answers": amended, "version": application["version"] });
    let (status, _, application) = server.open("PUT", &receipt, "", Some(&body)).await;
    assert_eq!(
        (status, &application["stage"]["stage"]),
        (StatusCode::OK, &json!("in_review"))
    );
    server.checked(&receipt).await;
    server.wait(TimeDelta::days(1));
    let version = application["version"].as_u64().unwrap();
    let approval = verdict(json!({ "decision": "approve" }), opinions(&[]), version);
    let (status, _) = act(&server, &session, &receipt, "/decision", Some(&approval)).await;
    assert_eq!(status, StatusCode::OK);
    // One day of the program's turn, and not eleven.
    let waited = server
        .service
        .store
        .read(|connection| {
            let since = common::start();
            dsos_server::store::applications::decision_times(connection, since)
        })
        .unwrap();
    assert_eq!(waited, (1, Some(24 * 60 * 60 * 1000)));
}

#[tokio::test]
async fn the_target_moves_on_by_as_long_as_the_answers_took() {
    let (server, receipt, session, mut version) = reading().await;
    assert_eq!(server.read(&receipt).await["target"], "2026-08-27");
    let asked = opinions(&[("no_commercialization", "ask", "Who is paid?")]);
    // Half days of two requests are a whole one.
    for (hours, until, target) in [
        (10 * 24 + 12, "2026-08-27", "2026-09-06"),
        (12, "2026-09-10", "2026-09-07"),
    ] {
        // The program's own turn moves nothing.
        server.wait(TimeDelta::days(2));
        let decision = json!({ "decision": "ask", "until": until });
        let ask = verdict(decision, asked.clone(), version);
        let (status, case) = act(&server, &session, &receipt, "/decision", Some(&ask)).await;
        assert_eq!(status, StatusCode::OK, "{case}");
        server.wait(TimeDelta::hours(hours));
        let body = json!({ "answers": answers(), "version": case["application"]["version"] });
        let (_, _, application) = server.open("PUT", &receipt, "", Some(&body)).await;
        assert_eq!(application["target"], target);
        version = application["version"].as_u64().unwrap();
    }
    // An amendment that nobody asked for moves nothing either.
    server.wait(TimeDelta::days(1));
    let body = json!({ "answers": answers(), "version": version });
    let (_, _, application) = server.open("PUT", &receipt, "", Some(&body)).await;
    assert_eq!(application["target"], "2026-09-07");
    let (_, queue) = server
        .as_person(&session, "GET", "/api/v1/review", None)
        .await;
    assert_eq!(queue["waiting"][0]["target"], "2026-09-07");
}

#[tokio::test]
async fn complaint_7_declined_with_a_reason_for_each_criterion_or_not_at_all() {
    let (server, receipt, session, version) = reading().await;
    let silent = opinions(&[("open_source_license", "not_met", "  ")]);
    let decline = verdict(json!({ "decision": "decline" }), silent, version);
    let (status, problem) = act(&server, &session, &receipt, "/decision", Some(&decline)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("Open source license"),
        "{problem}"
    );
    let nothing = verdict(json!({ "decision": "decline" }), opinions(&[]), version);
    let (status, _) = act(&server, &session, &receipt, "/decision", Some(&nothing)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let reasoned = opinions(&[(
        "open_source_license",
        "not_met",
        "kelp-docker is under BUSL-1.1.",
    )]);
    let decline = verdict(json!({ "decision": "decline" }), reasoned, version);
    let (status, _) = act(&server, &session, &receipt, "/decision", Some(&decline)).await;
    assert_eq!(status, StatusCode::OK);
    let application = server.read(&receipt).await;
    assert_eq!(
        application["opinions"]["open_source_license"]["reason"],
        "kelp-docker is under BUSL-1.1."
    );
    assert!(
        server.mails()[0]
            .text
            .contains("kelp-docker is under BUSL-1.1.")
    );
}

#[tokio::test]
async fn an_unmet_criterion_is_approved_only_with_a_reason_on_record() {
    let (server, receipt, session, version) = reading().await;
    let unmet = opinions(&[("public_source", "not_met", "One is private.")]);
    for (exception, expected) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("Legal agreed.", StatusCode::OK),
    ] {
        let decision = json!({ "decision": "approve", "exception": exception });
        let approval = verdict(decision, unmet.clone(), version);
        let (status, value) = act(&server, &session, &receipt, "/decision", Some(&approval)).await;
        assert_eq!(status, expected, "{value}");
    }
    let event = last_event(&server, &session, &receipt).await;
    assert_eq!(
        event,
        json!({ "at": "2026-08-13T09:00:00Z", "kind": "approved", "by": "Marta Oduya",
            "reason": "Legal agreed." })
    );
    let application = server.read(&receipt).await;
    assert!(!application.to_string().contains("Legal agreed"));
}

/// What stands last in the history that reviewers read.
async fn last_event(server: &Server, session: &str, receipt: &Value) -> Value {
    let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
    let (status, case) = server.as_person(session, "GET", &path, None).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    let history = case["application"]["history"].as_array().unwrap();
    history.last().unwrap().clone()
}

#[tokio::test]
async fn of_two_who_decide_at_once_the_second_is_told() {
    let (server, receipt, session, version) = reading().await;
    server.add_staff("tobias@hub.example", "Tobias Falk");
    let other = server.sign_in("tobias@hub.example").await;
    let approval = verdict(json!({ "decision": "approve" }), opinions(&[]), version);
    let reasoned = opinions(&[("public_source", "not_met", "One is private.")]);
    let decline = verdict(json!({ "decision": "decline" }), reasoned, version);
    assert_eq!(
        act(&server, &session, &receipt, "/decision", Some(&approval))
            .await
            .0,
        StatusCode::OK
    );
    let before = server.mails().len();
    let (status, problem) = act(&server, &other, &receipt, "/decision", Some(&decline)).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::CONFLICT, &json!("conflict"))
    );
    assert_eq!(server.mails().len(), before, "no second mail");
    assert_eq!(server.read(&receipt).await["stage"]["stage"], "approved");
}

#[tokio::test]
async fn marks_and_notes_are_the_reviewers_until_something_is_said() {
    let (server, receipt, session, version) = reading().await;
    let marks = json!({ "opinions": opinions(&[("public_source", "ask", "A draft.")]), "version": version });
    let path = format!("/api/v1/review/{}/marks", receipt["id"].as_str().unwrap());
    let (status, _, case) = server
        .ask("PUT", &path, &[("cookie", &session)], Some(&marks))
        .await;
    assert_eq!(
        (
            status,
            &case["application"]["opinions"]["public_source"]["reason"]
        ),
        (StatusCode::OK, &json!("A draft."))
    );
    let note = json!({ "text": "Asked legal." });
    let (status, case) = act(&server, &session, &receipt, "/notes", Some(&note)).await;
    assert_eq!(
        (status, &case["notes"][0]["by"]),
        (StatusCode::OK, &json!("Marta Oduya"))
    );
    let application = server.read(&receipt).await;
    assert_eq!(application["opinions"], json!({}));
    assert!(!application.to_string().contains("Asked legal"));
}

#[tokio::test]
async fn other_proof_is_accepted_with_a_reason() {
    let (server, receipt, session, version) = reading().await;
    for (reason, expected) in [
        (" ", StatusCode::UNPROCESSABLE_ENTITY),
        ("They wrote from the domain.", StatusCode::OK),
    ] {
        let proof = json!({ "reason": reason, "version": version });
        assert_eq!(
            act(&server, &session, &receipt, "/proof", Some(&proof))
                .await
                .0,
            expected
        );
    }
    let event = last_event(&server, &session, &receipt).await;
    assert_eq!(
        (&event["kind"], &event["by"], &event["reason"]),
        (
            &json!("control_proven"),
            &json!("Marta Oduya"),
            &json!("They wrote from the domain.")
        )
    );
    let application = server.read(&receipt).await;
    assert!(application["control"]["proven_at"].is_string());
    assert!(!application.to_string().contains("from the domain"));
}

#[tokio::test]
async fn who_names_the_same_repository_is_related_however_it_is_written() {
    let server = staffed().await;
    let first = server.send(&answers(), KEY).await;
    let apply = |namespace: &str, address: &str| {
        let mut other = answers();
        other["namespace"] = json!(namespace);
        other["mail"] = json!(format!("{namespace}@example.org"));
        other["sources"] = json!([{ "address": address }]);
        other
    };
    let mut receipts = Vec::new();
    for (namespace, address) in [
        ("seaweed", "http://GitHub.com/Kelpworks/kelp.git/"),
        ("wrack", "git@github.com:kelpworks/kelp.git"),
        ("driftwood", "https://github.com/kelpworks/kelp-docs"),
    ] {
        server.wait(TimeDelta::minutes(1));
        let key = format!("a key of enough letters for {namespace}");
        receipts.push(server.send(&apply(namespace, address), &key).await);
    }
    let session = server.sign_in(MARTA).await;
    let related = async || {
        let path = format!("/api/v1/review/{}", first["id"].as_str().unwrap());
        let (_, case) = server.as_person(&session, "GET", &path, None).await;
        let related = case["related"].as_array().unwrap();
        related
            .iter()
            .map(|one| one["namespace"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(related().await, ["wrack", "seaweed"]);
    // An amendment names others.
    for (at, namespace, address) in [
        (0, "seaweed", "https://codeberg.org/kelpworks/kelp"),
        (2, "driftwood", "github.com/KELPWORKS/KELP"),
    ] {
        let body = json!({ "answers": apply(namespace, address), "version": 1 });
        let (status, _, value) = server.open("PUT", &receipts[at], "", Some(&body)).await;
        assert_eq!(status, StatusCode::OK, "{value}");
    }
    assert_eq!(related().await, ["driftwood", "wrack"]);
}

#[tokio::test]
async fn the_queue_is_by_age_and_for_staff_alone() {
    let server = staffed().await;
    server.send(&answers(), KEY).await;
    server.wait(TimeDelta::hours(1));
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    let receipt = server.send(&other, "another key of enough letters").await;
    let session = server.sign_in(MARTA).await;
    let (_, _, queue) = server
        .ask("GET", "/api/v1/review", &[("cookie", &session)], None)
        .await;
    let names: Vec<&str> = queue["waiting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["namespace"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["kelpworks", "tidetable"]);
    // Every route, for nobody, for a guess, for a maintainer who is no staff, and with the applicant's key.
    let id = receipt["id"].as_str().unwrap();
    let marks = json!({ "opinions": {}, "version": 1 });
    let decision = verdict(json!({ "decision": "decline" }), json!({}), 1);
    let note = json!({ "text": "x" });
    let proof = json!({ "reason": "x", "version": 1 });
    let maintainer = {
        let mail = program::mail::MailAddress::parse("ines@kelpworks.org").unwrap();
        let now = server.service.now();
        let put = |connection: &_| {
            dsos_server::store::accounts::put(connection, &mail, "Inês", false, now)
        };
        server.service.store.write(put).unwrap();
        server.wait(TimeDelta::minutes(2));
        server.sign_in("ines@kelpworks.org").await
    };
    let key = receipt["key"].as_str().unwrap();
    for (method, rest, body) in [
        ("GET", String::new(), None),
        ("GET", format!("/{id}"), None),
        ("POST", format!("/{id}/begin"), None),
        ("POST", format!("/{id}/check"), None),
        ("PUT", format!("/{id}/marks"), Some(&marks)),
        ("POST", format!("/{id}/preview"), Some(&decision)),
        ("POST", format!("/{id}/decision"), Some(&decision)),
        ("POST", format!("/{id}/proof"), Some(&proof)),
        ("POST", format!("/{id}/notes"), Some(&note)),
    ] {
        let path = format!("/api/v1/review{rest}");
        for (headers, expected) in [
            (vec![], StatusCode::UNAUTHORIZED),
            (
                vec![("cookie", "__Host-dsos-session=guessed")],
                StatusCode::UNAUTHORIZED,
            ),
            (vec![("dsos-key", key)], StatusCode::UNAUTHORIZED),
            (vec![("cookie", maintainer.as_str())], StatusCode::FORBIDDEN),
        ] {
            let (status, _, _) = server.ask(method, &path, &headers, body).await;
            assert_eq!(status, expected, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(server.read(&receipt).await["stage"]["stage"], "received");
}
