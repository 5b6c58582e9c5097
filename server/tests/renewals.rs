//! Renewal: everything that was said is there, one step is enough if it still holds, and a
//! person looks at what does not.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{INES, MARTA, Server, credentials::signed, member, repository};
use credential::Claims;
use serde_json::{Value, json};

const RENEWAL: &str = "/api/v1/namespaces/kelpworks/renewal";

/// The forge says that the repository was pushed to lately.
fn pushed(server: &Server) {
    let mut alive = repository("kelpworks/kelp");
    alive["pushed_at"] = json!(server.service.now() - TimeDelta::days(2));
    server
        .forge
        .set("/repos/kelpworks/kelp", 200, alive.to_string());
}

async fn renewable(server: &Server, session: &str) -> Value {
    let (status, value) = server.as_person(session, "GET", RENEWAL, None).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    value
}

async fn renew(server: &Server, session: &str, from: &Value) -> (StatusCode, Value) {
    let body = json!({ "answers": from["answers"], "until": from["until"] });
    server
        .as_person(session, "POST", RENEWAL, Some(&body))
        .await
}

#[tokio::test]
async fn complaint_8_a_renewal_asks_for_nothing_again_and_takes_one_step() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let (status, problem) = server.as_person(&ines, "GET", RENEWAL, None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        problem["detail"].as_str().unwrap().contains("29 June 2027"),
        "{problem}"
    );
    server.wait(TimeDelta::days(325));
    pushed(&server);
    let ines = server.sign_in(INES).await;
    let before = renewable(&server, &ines).await;
    // All that was said a year ago.
    for (field, value) in common::answers().as_object().unwrap() {
        if field != "sources" {
            assert_eq!(&before["answers"][field], value, "{field}");
        }
    }
    assert_eq!(before["to_be_looked_at"], json!([]), "{before}");
    assert_eq!(
        before["next"],
        json!({ "from": "2027-08-14", "until": "2028-08-13" })
    );
    let (status, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(status, StatusCode::OK, "{renewed}");
    assert_eq!(renewed["outcome"], "granted");
    assert_eq!(renewed["term"]["until"], "2028-08-13");
    assert!(
        server.mails()[0].subject.contains("Renewed"),
        "{}",
        server.mails()[0].subject
    );
    // The credential vouches for the year that runs and for the one that was granted ahead.
    let claims = Claims::of(&signed(&server, "/credentials/kelpworks").await.payload).unwrap();
    assert_eq!(claims.from.to_string(), "2026-08-13");
    assert_eq!(claims.until.to_string(), "2028-08-13");
    // A second press changes nothing.
    let (status, problem) = renew(&server, &ines, &before).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    // It is no decision that the median is made of.
    let (_, _, facts) = server.ask("GET", "/api/v1/program", &[], None).await;
    assert_eq!(facts["decisions"], 1, "the first approval");
}

#[tokio::test]
async fn what_changed_is_for_a_person_and_the_year_goes_on_meanwhile() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(330));
    pushed(&server);
    let ines = server.sign_in(INES).await;
    let mut before = renewable(&server, &ines).await;
    before["answers"]["money"]["hosted_edition"] = json!(true);
    let (status, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(status, StatusCode::OK, "{renewed}");
    assert_eq!(renewed["outcome"], "in_review");
    assert_eq!(renewed["to_be_looked_at"], json!(["no_commercialization"]));
    let (_, membership) = server
        .as_person(
            &ines,
            "GET",
            "/api/v1/namespaces/kelpworks/membership",
            None,
        )
        .await;
    assert_eq!(
        membership["waiting"]["number"],
        renewed["renewal"]["number"]
    );
    // It is in the queue, marked as what it is, and a second one is not begun.
    let (status, problem) = server.as_person(&ines, "GET", RENEWAL, None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let staff = server.sign_in(MARTA).await;
    let (_, queue) = server
        .as_person(&staff, "GET", "/api/v1/review", None)
        .await;
    assert_eq!(queue["waiting"][0]["renews"], true);
    // Control of the same repositories stays proven; approved, the next year follows this one.
    server.approve(&renewed["renewal"], &staff).await;
    let (_, membership) = server
        .as_person(
            &ines,
            "GET",
            "/api/v1/namespaces/kelpworks/membership",
            None,
        )
        .await;
    assert_eq!(membership["term"]["until"], "2028-08-13");
    assert_eq!(membership["phase"]["phase"], "active");
}

#[tokio::test]
async fn a_forge_that_is_away_lets_nobody_renew_unseen_and_nobody_lapse_unheard() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(330));
    server.forge.set("/repos/kelpworks/kelp", 503, "");
    let ines = server.sign_in(INES).await;
    let before = renewable(&server, &ines).await;
    assert!(
        before["to_be_looked_at"].as_array().unwrap().len() >= 3,
        "{before}"
    );
    let (_, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(renewed["outcome"], "in_review");
}

#[tokio::test]
async fn other_repositories_are_to_be_proven_before_they_are_renewed() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(330));
    let mut alive = repository("kelpworks/other");
    alive["pushed_at"] = json!(server.service.now());
    server.forge.set_repository("kelpworks/other");
    server
        .forge
        .set("/repos/kelpworks/other", 200, alive.to_string());
    let ines = server.sign_in(INES).await;
    let mut before = renewable(&server, &ines).await;
    before["answers"]["sources"] = json!([{"address": "https://github.com/kelpworks/other"}]);
    let (_, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(renewed["outcome"], "in_review", "{renewed}");
}

#[tokio::test]
async fn grace_lapse_and_reinstatement_in_two_years() {
    let (server, _) = member().await;
    let phase = async |session: &str| {
        let path = "/api/v1/namespaces/kelpworks/membership";
        let (_, membership) = server.as_person(session, "GET", path, None).await;
        (
            membership["phase"]["phase"]
                .as_str()
                .unwrap_or("none")
                .to_owned(),
            membership["term"]["until"]
                .as_str()
                .unwrap_or("none")
                .to_owned(),
        )
    };
    server.wait(TimeDelta::days(370));
    let ines = server.sign_in(INES).await;
    assert_eq!(phase(&ines).await.0, "grace");
    let (_, _, facts) = server
        .ask("GET", "/api/v1/namespaces/kelpworks", &[], None)
        .await;
    assert_eq!(facts["claimed"]["facts"], "member");
    server.wait(TimeDelta::days(20));
    assert_eq!(phase(&ines).await.0, "lapsed");
    let (_, _, facts) = server
        .ask("GET", "/api/v1/namespaces/kelpworks", &[], None)
        .await;
    assert_eq!(facts["claimed"]["facts"], "free");
    pushed(&server);
    let before = renewable(&server, &ines).await;
    let (_, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(renewed["outcome"], "granted");
    assert_eq!(
        renewed["term"]["from"], "2027-09-07",
        "after a lapse the year begins anew"
    );
    assert_eq!(
        phase(&ines).await,
        ("active".to_owned(), "2028-09-07".to_owned())
    );
    // And another year on.
    server.wait(TimeDelta::days(366 + 14));
    let ines = server.sign_in(INES).await;
    assert_eq!(phase(&ines).await.0, "grace");
    server.wait(TimeDelta::days(1));
    assert_eq!(phase(&ines).await.0, "lapsed");
}

#[tokio::test]
async fn two_applications_for_one_namespace_are_not_both_approved() {
    let (server, staff) = member().await;
    // Somebody else applied before it was decided, and shows control of what is theirs.
    let mut other = common::answers();
    other["mail"] = json!("eve@elsewhere.example");
    let receipt = server.send(&other, "another key of enough letters").await;
    server.checked(&receipt).await;
    server.prove(&receipt).await;
    let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
    let (_, case) = server
        .as_person(&staff, "POST", &format!("{path}/begin"), None)
        .await;
    let verdict = json!({
        "decision": { "decision": "approve", "exception": "they asked nicely" },
        "opinions": common::opinions(&[]), "version": case["application"]["version"],
    });
    let decide = format!("{path}/decision");
    let (status, problem) = server
        .as_person(&staff, "POST", &decide, Some(&verdict))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let eve = server.sign_in("eve@elsewhere.example").await;
    let (status, _) = server
        .as_person(&eve, "GET", "/api/v1/namespaces/kelpworks/membership", None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_repository_that_was_accepted_hides_no_other() {
    let server = common::staffed().await;
    let mut form = common::answers();
    form["sources"] = json!([
        {"address": "https://github.com/kelpworks/kelp"},
        {"address": "https://github.com/kelpworks/other"},
    ]);
    // The first is a fork, which a reviewer accepts.
    for name in ["kelpworks/kelp", "kelpworks/other"] {
        server.forge.set_repository(name);
    }
    let fork = |pushed: Value| {
        let mut fork = repository("kelpworks/kelp");
        fork["fork"] = json!(true);
        fork["pushed_at"] = pushed;
        fork.to_string()
    };
    let lately = json!("2026-08-10T00:00:00Z");
    server.forge.set("/repos/kelpworks/kelp", 200, fork(lately));
    let receipt = server.send(&form, "0123456789abcdef-first").await;
    server.checked(&receipt).await;
    server.prove(&receipt).await;
    let staff = server.sign_in(MARTA).await;
    server.approve(&receipt, &staff).await;
    server.wait(TimeDelta::days(330));
    let pushed = json!(server.service.now() - TimeDelta::days(2));
    server.forge.set("/repos/kelpworks/kelp", 200, fork(pushed));
    // The second one is gone.
    server.forge.set("/repos/kelpworks/other", 404, "{}");
    let ines = server.sign_in(INES).await;
    let before = renewable(&server, &ines).await;
    let open = before["to_be_looked_at"].as_array().unwrap();
    assert!(open.contains(&json!("public_source")), "{before}");
    let (_, renewed) = renew(&server, &ines, &before).await;
    assert_eq!(renewed["outcome"], "in_review");
}

#[tokio::test]
async fn whoever_is_removed_does_not_come_back_by_a_renewal() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(330));
    pushed(&server);
    // A second owner sends a renewal that a person looks at, and is removed.
    let ines = server.sign_in(INES).await;
    let invitation = json!({ "mail": "rui@kelpworks.org", "role": "owner" });
    let path = "/api/v1/namespaces/kelpworks";
    server
        .as_person(
            &ines,
            "POST",
            &format!("{path}/invitations"),
            Some(&invitation),
        )
        .await;
    let rui = server.sign_in("rui@kelpworks.org").await;
    let join = "/api/v1/account/invitations/kelpworks";
    server.as_person(&rui, "POST", join, None).await;
    let mut before = renewable(&server, &rui).await;
    before["answers"]["money"]["hosted_edition"] = json!(true);
    let (_, renewed) = renew(&server, &rui, &before).await;
    let (_, membership) = server
        .as_person(&ines, "GET", &format!("{path}/membership"), None)
        .await;
    let of = |mail: &str| {
        let all = membership["maintainers"].as_array().unwrap();
        all.iter().find(|one| one["mail"] == mail).unwrap()["id"].clone()
    };
    let theirs = format!("{path}/maintainers/{}", of("rui@kelpworks.org"));
    let (status, _) = server.as_person(&ines, "DELETE", &theirs, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    // It is the other owner's now.
    let id = renewed["renewal"]["id"].as_str().unwrap();
    let application = format!("/api/v1/applications/{id}");
    let (status, _) = server.as_person(&rui, "GET", &application, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = server.as_person(&ines, "GET", &application, None).await;
    assert_eq!(status, StatusCode::OK);
    let staff = server.sign_in(MARTA).await;
    server.approve(&renewed["renewal"], &staff).await;
    let (status, _) = server
        .as_person(&rui, "GET", &format!("{path}/membership"), None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
