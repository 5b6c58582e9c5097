//! Applications over the real router and a real file: sent once and twice, read
//! by the right and the wrong person, amended, withdrawn, proven.

use crate::common;

use axum::http::StatusCode;
use common::{Server, answers, repository};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

const KEY: &str = "0123456789abcdef-first";

fn standing<'a>(application: &'a Value, criterion: &str) -> &'a str {
    let findings = application["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|finding| finding["criterion"] == criterion);
    found.unwrap()["reason"]["code"].as_str().unwrap()
}

#[tokio::test]
async fn complaint_1_who_applies_has_a_receipt_a_status_and_a_day_for_the_answer() {
    let server = Server::start().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), KEY).await;
    assert_eq!(receipt["number"], "2026-0001");
    let application = server.checked(&receipt).await;
    assert_eq!(application["stage"]["stage"], "received");
    assert_eq!(application["target"], "2026-08-27");
    assert_eq!(application["history"][0]["kind"], "received");
    assert_eq!(standing(&application, "public_source"), "source_public");
    assert_eq!(
        standing(&application, "open_source_license"),
        "license_approved"
    );
    assert_eq!(
        standing(&application, "organization_namespace"),
        "namespace_unchecked"
    );
}

#[tokio::test]
async fn sent_twice_it_is_one_application_with_one_receipt() {
    let server = Server::start().await;
    let first = server.send(&answers(), KEY).await;
    let again = server.send(&answers(), KEY).await;
    assert_eq!(first, again);
    let other = server
        .send(&answers(), "another key of enough letters")
        .await;
    assert_eq!(other["number"], "2026-0002");
    assert_ne!(other["key"], first["key"]);
    // The same key with other words is neither sent nor lost.
    let mut changed = answers();
    changed["remark"] = json!("One more thing.");
    let body = json!({ "answers": changed });
    let (status, _, problem) = server
        .ask(
            "POST",
            "/api/v1/applications",
            &[("idempotency-key", KEY)],
            Some(&body),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["type"], "conflict");
}

#[tokio::test]
async fn many_at_once_with_one_key_are_one() {
    let server = Arc::new(Server::start().await);
    let mut sent = JoinSet::new();
    for _ in 0..16 {
        let server = Arc::clone(&server);
        sent.spawn(async move { server.send(&answers(), KEY).await });
    }
    let mut receipts = sent.join_all().await;
    receipts.dedup();
    assert_eq!(receipts.len(), 1);
}

#[tokio::test]
async fn wrong_fields_come_back_by_name_in_the_order_of_the_form() {
    let server = Server::start().await;
    let mut wrong = answers();
    wrong["namespace"] = json!("Kelp Works");
    wrong["mail"] = json!("ines");
    wrong["money"] = json!({});
    let body = json!({ "answers": wrong });
    let (status, headers, problem) = server
        .ask(
            "POST",
            "/api/v1/applications",
            &[("idempotency-key", KEY)],
            Some(&body),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(headers["content-type"], "application/problem+json");
    let errors = problem["errors"].as_array().unwrap();
    let fields: Vec<&str> = errors
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields[0], "namespace");
    assert_eq!(fields.last(), Some(&"mail"));
    assert_eq!(fields.len(), 8);
}

#[tokio::test]
async fn what_is_not_met_is_taken_in_all_the_same() {
    let server = Server::start().await;
    let mut private = repository("kelpworks/kelp");
    private["private"] = json!(true);
    server
        .forge
        .set("/repos/kelpworks/kelp", 200, private.to_string());
    let mut unmet = answers();
    unmet["license"] = json!("BUSL-1.1");
    unmet["holder"] = json!("person");
    let receipt = server.send(&unmet, KEY).await;
    let application = server.checked(&receipt).await;
    assert_eq!(standing(&application, "public_source"), "source_private");
    assert_eq!(
        standing(&application, "open_source_license"),
        "license_not_approved"
    );
    assert_eq!(
        standing(&application, "organization_namespace"),
        "namespace_personal"
    );
}

#[tokio::test]
async fn only_the_key_opens_an_application() {
    let server = Server::start().await;
    let receipt = server.send(&answers(), KEY).await;
    let other = server
        .send(&answers(), "another key of enough letters")
        .await;
    let id = receipt["id"].as_str().unwrap();
    let wrong_key = other["key"].as_str().unwrap();
    let amendment = json!({ "answers": answers(), "version": 1 });
    for (method, rest, body) in [
        ("GET", "", None),
        ("PUT", "", Some(&amendment)),
        ("POST", "/withdraw", None),
        ("POST", "/control", None),
    ] {
        let path = format!("/api/v1/applications/{id}{rest}");
        for headers in [&[][..], &[("dsos-key", "")], &[("dsos-key", wrong_key)]] {
            let (status, _, problem) = server.ask(method, &path, headers, body).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path} {headers:?}");
            // The same words as for one that is not there.
            let nowhere = format!("/api/v1/applications/nothing{rest}");
            let (_, _, expected) = server.ask(method, &nowhere, headers, body).await;
            assert_eq!(problem, expected);
        }
    }
    assert_eq!(server.read(&receipt).await["stage"]["stage"], "received");
}

#[tokio::test]
async fn an_amendment_is_over_the_version_that_was_read() {
    let server = Server::start().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), KEY).await;
    server.checked(&receipt).await;
    let mut amended = answers();
    amended["license"] = json!("MPL-2.0 OR Apache-2.0");
    let body = json!({ "answers": amended, "version": 1 });
    let (status, _, application) = server.open("PUT", &receipt, "", Some(&body)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(application["version"], 2);
    assert_eq!(application["answers"]["license"], "MPL-2.0 OR Apache-2.0");
    assert_eq!(application["history"][1]["kind"], "answered");
    // Another tab that still has version 1 open.
    let (status, _, problem) = server.open("PUT", &receipt, "", Some(&body)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("stays on this page")
    );
}

#[tokio::test]
async fn withdrawn_it_stays_withdrawn() {
    let server = Server::start().await;
    let receipt = server.send(&answers(), KEY).await;
    let (status, _, application) = server.open("POST", &receipt, "/withdraw", None).await;
    assert_eq!(
        (status, &application["stage"]["stage"]),
        (StatusCode::OK, &json!("withdrawn"))
    );
    let amendment = json!({ "answers": answers(), "version": 2 });
    for (method, rest, body) in [("POST", "/withdraw", None), ("PUT", "", Some(&amendment))] {
        let (status, _, _) = server.open(method, &receipt, rest, body).await;
        assert_eq!(status, StatusCode::CONFLICT, "{method} {rest}");
    }
    // And the namespace is free again.
    let (_, _, facts) = server
        .ask("GET", "/api/v1/namespaces/kelpworks", &[], None)
        .await;
    assert_eq!(facts["claimed"]["facts"], "free");
}

#[tokio::test]
async fn a_namespace_that_is_applied_for_says_so() {
    let server = Server::start().await;
    let facts = async |name: &str| {
        server
            .ask("GET", &format!("/api/v1/namespaces/{name}"), &[], None)
            .await
    };
    assert_eq!(facts("kelpworks").await.2["claimed"]["facts"], "free");
    server.send(&answers(), KEY).await;
    assert_eq!(
        facts("kelpworks").await.2["claimed"]["facts"],
        "applied_for"
    );
    let (status, _, problem) = facts("Kelp%2F..").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("small letters")
    );
}

#[tokio::test]
async fn control_is_proven_by_what_only_its_owner_can_write() {
    let server = Server::start().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), KEY).await;
    let application = server.checked(&receipt).await;
    let token = application["control"]["token"].as_str().unwrap();
    let (status, _, check) = server.open("POST", &receipt, "/control", None).await;
    assert_eq!(
        (status, &check["is_proven"]),
        (StatusCode::OK, &json!(false))
    );
    server.forge.set(
        "/repos/kelpworks/kelp/contents/dsos-verify.txt",
        200,
        format!("{token}\n"),
    );
    let (_, _, check) = server.open("POST", &receipt, "/control", None).await;
    assert_eq!(check["is_proven"], true, "{check}");
    let application = server.read(&receipt).await;
    assert_eq!(application["control"]["proven_at"], "2026-08-13T09:00:00Z");
    assert_eq!(application["history"][1]["kind"], "control_proven");
    // Other repositories are to be proven anew.
    let mut amended = answers();
    amended["sources"] = json!([{"address": "https://github.com/kelpworks/other"}]);
    let body = json!({ "answers": amended, "version": application["version"] });
    let (_, _, application) = server.open("PUT", &receipt, "", Some(&body)).await;
    assert_eq!(application["control"]["proven_at"], Value::Null);
}

#[tokio::test]
async fn a_token_in_the_description_proves_it_too_and_an_outage_proves_nothing() {
    let server = Server::start().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), KEY).await;
    let application = server.checked(&receipt).await;
    server.forge.set("/repos/kelpworks/kelp", 503, "");
    let (_, _, check) = server.open("POST", &receipt, "/control", None).await;
    assert_eq!(check["sources"][0]["trouble"]["cause"], "away");
    let mut described = repository("kelpworks/kelp");
    described["description"] = json!(format!(
        "Kelp. {}",
        application["control"]["token"].as_str().unwrap()
    ));
    server
        .forge
        .set("/repos/kelpworks/kelp", 200, described.to_string());
    let (_, _, check) = server.open("POST", &receipt, "/control", None).await;
    assert_eq!(check["is_proven"], true);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_with_a_sentence() {
    let server = Server::start().await;
    let path = "/api/v1/applications";
    let key = ("idempotency-key", KEY);
    let huge = format!(
        "{{\"answers\":{{\"remark\":\"{}\"}}}}",
        "x".repeat(10_000_000)
    );
    let whole = json!({ "answers": answers() }).to_string();
    for (headers, body, expected) in [
        (vec![key], "{", StatusCode::BAD_REQUEST),
        (vec![key], "", StatusCode::BAD_REQUEST),
        (vec![key], "[]", StatusCode::BAD_REQUEST),
        (
            vec![key],
            "{\"answers\":{\"namespace\":7}}",
            StatusCode::BAD_REQUEST,
        ),
        (vec![key], huge.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        (
            vec![key, ("content-type", "text/plain")],
            whole.as_str(),
            StatusCode::BAD_REQUEST,
        ),
        (vec![], whole.as_str(), StatusCode::BAD_REQUEST),
        (
            vec![("idempotency-key", "short")],
            whole.as_str(),
            StatusCode::BAD_REQUEST,
        ),
        (
            vec![key, ("origin", "https://evil.example")],
            whole.as_str(),
            StatusCode::FORBIDDEN,
        ),
        (
            vec![key, ("sec-fetch-site", "cross-site")],
            whole.as_str(),
            StatusCode::FORBIDDEN,
        ),
    ] {
        let (status, headers, problem) = server.ask_text("POST", path, &headers, Some(body)).await;
        assert_eq!(status, expected, "{problem}");
        assert_eq!(headers["content-type"], "application/problem+json");
        assert!(
            problem["detail"].as_str().unwrap().ends_with('.'),
            "{problem}"
        );
    }
    let (status, _, _) = server.ask("GET", "/api/v1/nothing", &[], None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_text_is_kept_as_it_is_and_hidden_characters_are_sent_back() {
    let server = Server::start().await;
    let mut hostile = answers();
    hostile["remark"] =
        json!("<script>alert(1)</script> & \"quotes\" '); DROP TABLE application; --");
    let receipt = server.send(&hostile, KEY).await;
    assert_eq!(
        server.read(&receipt).await["answers"]["remark"],
        hostile["remark"]
    );
    hostile["name"] = json!("In\u{202e}ês");
    let body = json!({ "answers": hostile });
    let (status, _, problem) = server
        .ask(
            "POST",
            "/api/v1/applications",
            &[("idempotency-key", "another key of letters")],
            Some(&body),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["field"], "name");
}

#[tokio::test]
async fn the_server_asks_nobody_for_a_page_that_the_page_can_ask_itself() {
    let server = Server::start().await;
    server.forge.set_repository("kelpworks/kelp");
    let path = "/api/v1/source?address=https%3A%2F%2Fgithub.com%2Fkelpworks%2Fkelp";
    let (status, _, problem) = server.ask("GET", path, &[], None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("github.com"));
    // Another port of another host may be any service of somebody’s.
    let path = "/api/v1/source?address=https%3A%2F%2Fforge.example%3A22%2Fa%2Fb";
    let (status, _, reading) = server.ask("GET", path, &[], None).await;
    assert_eq!(
        (status, &reading["state"]),
        (StatusCode::OK, &json!("not_asked"))
    );
    let (status, _, problem) = server.ask("GET", "/api/v1/source", &[], None).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::BAD_REQUEST, &json!("malformed"))
    );
    for wrong in [
        "nonsense",
        "https%3A%2F%2F127.0.0.1%2Fa%2Fb",
        "https%3A%2F%2Flocalhost%2Fa%2Fb",
        "file%3A%2F%2F%2Fetc%2Fpasswd",
    ] {
        let path = format!("/api/v1/source?address={wrong}");
        let (status, _, _) = server.ask("GET", &path, &[], None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn the_program_says_what_it_is_and_no_median_before_there_are_decisions() {
    let server = Server::start().await;
    let (status, _, facts) = server.ask("GET", "/api/v1/program", &[], None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&facts["target_days"], &facts["median_days"]),
        (&json!(14), &Value::Null)
    );
    assert_eq!(facts["today"], "2026-08-13");
    assert_eq!(facts["forges"][0]["host"], "github.com");
}
