//! Decisions rest on evidence that is fresh, and how long they take is told.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{MARTA, Server, answers, begun, opinions, staffed};
use serde_json::{Value, json};

const KEY: &str = "0123456789abcdef-first";
const REPOSITORY: &str = "/repos/kelpworks/kelp";

/// A server with an application that somebody began to read two hours ago.
async fn read_long_ago() -> (Server, Value, String) {
    let (server, receipt, session, _) = begun(KEY).await;
    server.wait(TimeDelta::hours(2));
    (server, receipt, session)
}

/// Decides over the version that is there, with these marks.
async fn decide(
    server: &Server,
    session: &str,
    receipt: &Value,
    decision: &str,
    opinions: Value,
) -> (StatusCode, Value) {
    let verdict = json!({
        "decision": { "decision": decision },
        "opinions": opinions,
        "version": server.read(receipt).await["version"],
    });
    let path = format!(
        "/api/v1/review/{}/decision",
        receipt["id"].as_str().unwrap()
    );
    server
        .as_person(session, "POST", &path, Some(&verdict))
        .await
}

#[tokio::test]
async fn what_changed_since_it_was_read_is_looked_at_before_anything_is_decided() {
    let unmet = [("documented", "not_met", "There is no contributing guide.")];
    for (decision, marks) in [("approve", opinions(&[])), ("decline", opinions(&unmet))] {
        let (server, receipt, session) = read_long_ago().await;
        server.forge.set(REPOSITORY, 404, "{}");
        let mails = server.mails().len();
        let (status, problem) = decide(&server, &session, &receipt, decision, marks.clone()).await;
        assert_eq!(
            (status, &problem["type"]),
            (StatusCode::CONFLICT, &json!("evidence-changed"))
        );
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("look at the findings once more"),
            "{detail}"
        );
        // Nothing was decided, and what was read is there to be looked at.
        assert_eq!(server.mails().len(), mails);
        let application = server.read(&receipt).await;
        assert_eq!(application["stage"]["stage"], "in_review");
        assert_eq!(
            application["findings"][0]["reason"]["code"],
            "source_not_found"
        );
        assert_eq!(application["checked_at"], "2026-08-13T11:00:00Z");
        // Whoever looked decides.
        let (status, case) = decide(&server, &session, &receipt, decision, marks).await;
        assert_eq!(status, StatusCode::OK, "{case}");
    }
}

#[tokio::test]
async fn what_is_as_it_was_is_decided_on_and_what_is_fresh_is_not_asked_for_again() {
    let (server, receipt, session) = read_long_ago().await;
    // Another word of it, and the same standing.
    let mut repository = common::repository("kelpworks/kelp");
    repository["description"] = json!("Kelp, grown slowly");
    server.forge.set(REPOSITORY, 200, repository.to_string());
    let (status, case) = decide(&server, &session, &receipt, "approve", opinions(&[])).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    assert_eq!(case["application"]["checked_at"], "2026-08-13T11:00:00Z");

    let (server, receipt, session) = read_long_ago().await;
    let path = format!("/api/v1/review/{}/check", receipt["id"].as_str().unwrap());
    server.as_person(&session, "POST", &path, None).await;
    server.wait(TimeDelta::minutes(59));
    server.forge.set(REPOSITORY, 404, "{}");
    let (status, case) = decide(&server, &session, &receipt, "approve", opinions(&[])).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    assert_eq!(case["application"]["checked_at"], "2026-08-13T11:00:00Z");
}

#[tokio::test]
async fn a_forge_that_is_away_keeps_nobody_from_deciding_on_what_was_seen() {
    let (server, receipt, session) = read_long_ago().await;
    let seen = server.read(&receipt).await;
    server.forge.set(REPOSITORY, 503, "{}");
    let (status, case) = decide(&server, &session, &receipt, "approve", opinions(&[])).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    for part in ["findings", "checked_at"] {
        assert_eq!(case["application"][part], seen[part], "{part}");
    }
}

#[tokio::test]
async fn what_may_not_be_decided_so_asks_no_forge() {
    let (server, receipt, session) = read_long_ago().await;
    server.forge.set(REPOSITORY, 404, "{}");
    let (status, _) = decide(&server, &session, &receipt, "decline", opinions(&[])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        server.read(&receipt).await["checked_at"],
        "2026-08-13T09:00:00Z"
    );
}

#[tokio::test]
async fn the_median_is_told_once_there_are_enough_decisions() {
    let server = staffed().await;
    server.forge.set_repository("kelpworks/kelp");
    let session = server.sign_in(MARTA).await;
    let mut receipts = Vec::new();
    for at in 0..5 {
        let mut each = answers();
        each["namespace"] = json!(format!("kelpworks{at}"));
        let receipt = server.send(&each, &format!("{KEY}-{at}")).await;
        server.checked(&receipt).await;
        server.prove(&receipt).await;
        receipts.push(receipt);
    }
    // On days 1, 3, 4, 9 and 11.
    let mut told = Vec::new();
    for (receipt, days) in receipts.iter().zip([1, 2, 1, 5, 2]) {
        server.wait(TimeDelta::days(days));
        server.approve(receipt, &session).await;
        server.wait(TimeDelta::minutes(1));
        let (status, _, facts) = server.ask("GET", "/api/v1/program", &[], None).await;
        assert_eq!(status, StatusCode::OK, "{facts}");
        told.push((facts["decisions"].clone(), facts["median_days"].as_f64()));
    }
    // The minutes of waiting for the count to be made anew are a part of the third's four days.
    let median = 4.0 + 2.0 / (24.0 * 60.0);
    let expected: Vec<_> = (1..=5)
        .map(|count| (json!(count), (count == 5).then_some(median)))
        .collect();
    assert_eq!(told, expected);
}
