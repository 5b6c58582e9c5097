//! Namespaces that get another name: what goes along, what is taken back, and who hears of it.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{
    INES, Server,
    credentials::{is_revoked, signed},
    member,
};
use credential::Claims;
use dsos_server::{
    renames::{self, RenameError},
    store::StoreError,
};
use program::namespace::Namespace;
use serde_json::{Value, json};

pub fn rename(server: &Server, from: &str, to: &str) -> Result<(), RenameError> {
    let name = |text| Namespace::parse(text).unwrap();
    let (from, to, now) = (name(from), name(to), server.service.now());
    let outcome: Result<_, StoreError> = server
        .service
        .store
        .write(|connection| renames::rename(connection, &from, &to, now));
    outcome.unwrap()
}

async fn page(server: &Server, name: &str) -> Value {
    let path = format!("/api/v1/namespaces/{name}/page");
    let (status, _, page) = server.ask("GET", &path, &[], None).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page
}

#[tokio::test]
async fn under_its_old_name_a_namespace_is_grey_and_says_the_new_one() {
    let (server, session) = member().await;
    let old = Claims::of(&signed(&server, "/credentials/kelpworks").await.payload).unwrap();
    assert!(rename(&server, "nobody", "somebody").is_err());
    rename(&server, "kelpworks", "kelp-works").unwrap();
    // It may have its own name back, and give it up again.
    rename(&server, "kelp-works", "kelpworks").unwrap();
    rename(&server, "kelpworks", "kelp-works").unwrap();
    let badge = async |name: &str| server.text(&format!("/badge/{name}.svg")).await;
    assert!(badge("kelpworks").await.contains("not sponsored"));
    assert!(badge("kelp-works").await.contains("Sponsored OSS"));
    assert!(is_revoked(&server, &old).await);
    let new = Claims::of(&signed(&server, "/credentials/kelp-works").await.payload).unwrap();
    assert_eq!(new.since.to_string(), "2026-08-13");
    assert_eq!(page(&server, "kelpworks").await["renamed_to"], "kelp-works");
    let path = "/api/v1/namespaces/kelp-works/membership";
    let (status, _) = server.as_person(&session, "GET", path, None).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn everything_that_was_written_goes_along() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let path = |name: &str, what: &str| format!("/api/v1/namespaces/{name}/{what}");
    let (_, state) = server
        .as_person(&ines, "GET", &path("kelpworks", "profile"), None)
        .await;
    let mut profile = state["profile"].clone();
    profile["name"] = json!("The Kelp Works");
    let change = json!({ "profile": profile, "version": 0 });
    let (status, _) = server
        .as_person(&ines, "PUT", &path("kelpworks", "profile"), Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK);
    let invitation = json!({ "mail": "rui@kelpworks.org", "role": "member" });
    let (status, _) = server
        .as_person(
            &ines,
            "POST",
            &path("kelpworks", "invitations"),
            Some(&invitation),
        )
        .await;
    assert!(status.is_success());
    let mut repository = common::repository("kelpworks/kelp");
    repository["stargazers_count"] = json!(77);
    server
        .forge
        .set("/repos/kelpworks/kelp", 200, repository.to_string());
    server.wait(TimeDelta::minutes(6));
    server.service.read_stars().await.unwrap();
    let before = page(&server, "kelpworks").await;
    assert_eq!(before["stars"]["count"], 77);
    server.send_all();

    rename(&server, "kelpworks", "kelp-works").unwrap();

    let after = page(&server, "kelp-works").await;
    for what in ["profile", "stars", "sponsorship"] {
        assert_eq!(after[what], before[what], "{what}");
    }
    let (_, membership) = server
        .as_person(&ines, "GET", &path("kelp-works", "membership"), None)
        .await;
    assert_eq!(
        membership["invitations"][0]["mail"], "rui@kelpworks.org",
        "{membership}"
    );
    // Its owners hear what they have to do, and the record says what was done.
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        mails[0].subject,
        "kelpworks is now called kelp-works: badges have to be changed"
    );
    let recorded: (String, String) = server
        .service
        .store
        .read(|connection| {
            Ok(connection.query_row(
                "SELECT kind, body FROM record ORDER BY id DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?)
        })
        .map_err(|error: StoreError| error.to_string())
        .unwrap();
    assert_eq!(recorded.0, "\"renamed\"");
    assert_eq!(recorded.1, r#"{"from":"kelpworks","to":"kelp-works"}"#);
    // Under neither name anything is left behind: the old one has no years of its own.
    let (status, _) = server
        .as_person(&ines, "GET", &path("kelpworks", "membership"), None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_several_renames_each_old_name_leads_to_the_last() {
    let (server, _) = member().await;
    rename(&server, "kelpworks", "kelp-works").unwrap();
    rename(&server, "kelp-works", "kelp").unwrap();
    for old in ["kelpworks", "kelp-works"] {
        assert_eq!(page(&server, old).await["renamed_to"], "kelp", "{old}");
    }
    // A name that leads somewhere, or that is somebody’s, is not given away.
    assert!(matches!(
        rename(&server, "kelpworks", "other"),
        Err(RenameError::Unknown(_))
    ));
    assert!(matches!(
        rename(&server, "kelp", "kelp"),
        Err(RenameError::Taken(_))
    ));
}
