//! The data as a file: earlier schemas, copies out and in while a server works with it, who
//! may read it, and the sample.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{
    INES, MARTA, Server, answers,
    credentials::{is_revoked, signed, verifies},
    member, staffed,
};
use credential::{Claims, Compact};
use dsos_server::store::{FILE, Store, StoreError, sample};
use program::namespace::Namespace;
use rusqlite::Connection;
use serde_json::json;
use std::{fs, path::PathBuf};

/// A name in the temporary folder that is not taken, removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dsos-data-{name}-{}", std::process::id()));
        let place = Self(path);
        place.clear();
        place
    }

    fn clear(&self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clear();
    }
}

#[tokio::test]
async fn data_of_an_earlier_schema_is_brought_up_and_loses_nothing() {
    // Written by the first release of the schema with five steps, application and all.
    let place = Place::new("earlier");
    fs::create_dir_all(&place.0).unwrap();
    let file = place.0.join(FILE);
    let earlier = Connection::open(&file).unwrap();
    earlier
        .execute_batch(include_str!("earlier/schema-5.sql"))
        .unwrap();
    drop(earlier);
    let store = Store::open(&place.0).unwrap();
    let found = store
        .read(|connection| {
            let mut kept =
                dsos_server::store::applications::get(connection, "abcdefghjkmn")?.unwrap();
            let terms = dsos_server::store::memberships::last_terms(connection)?;
            let from = dsos_server::store::applications::from_address(connection, INES, 10)?;
            kept.evidence = Default::default();
            Ok((kept, terms, from))
        })
        .unwrap();
    let (kept, terms, from) = found;
    assert_eq!((kept.number.as_str(), kept.renews), ("2026-0001", false));
    assert_eq!(kept.answers.name, "Inês Caldeira");
    assert_eq!(terms[0].0.as_str(), "kelpworks");
    assert_eq!(from, ["abcdefghjkmn"], "found by its address");
    drop(store);
    // Opened again, nothing more is to be done.
    Store::open(&place.0).unwrap();
    let version: u32 = Connection::open(&file)
        .unwrap()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 13);
}

#[tokio::test]
async fn data_of_a_newer_program_is_left_alone() {
    let server = staffed().await;
    let connection = Connection::open(server.folder.join(FILE)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(&server.folder).err().unwrap().to_string();
    assert!(
        error.contains("99") && error.contains("newer program"),
        "{error}"
    );
}

#[tokio::test]
async fn a_backup_is_put_back_while_the_server_works_and_revives_no_session() {
    let server = staffed().await;
    let kept = server.send(&answers(), "0123456789abcdef-first").await;
    // A token of before, which may have been revoked since.
    let session = server.sign_in(MARTA).await;
    let new = json!({ "name": "nightly", "scope": "read", "days": 30 });
    let (_, made) = server
        .as_person(&session, "POST", "/api/v1/account/tokens", Some(&new))
        .await;
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let copy = Place::new("copy.sqlite");
    Store::backup(&server.folder, &copy.0).unwrap();
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    let later = server.send(&other, "another key of enough letters").await;
    let aside = Store::restore(&server.folder, &copy.0).unwrap().unwrap();
    // The very server that has the data open goes on with what was restored.
    assert_eq!(server.read(&kept).await["number"], kept["number"]);
    assert_eq!(
        server.open("GET", &later, "", None).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, _) = server.as_person(&session, "GET", "/api/v1/me", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let path = "/api/v1/namespaces/kelpworks/membership";
    let headers = [("authorization", bearer.as_str())];
    let (status, _, _) = server.ask("GET", path, &headers, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the token is not revived");
    let again = server.send(&other, "another key of enough letters").await;
    assert_eq!(
        again["number"], later["number"],
        "numbering goes on from there"
    );
    // What was there before is kept beside it, whole.
    let before = Connection::open(aside).unwrap();
    let count: u32 = before
        .query_row("SELECT count(*) FROM application", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn keys_of_a_backup_vouch_for_nothing_once_it_is_put_back() {
    let (server, _) = member().await;
    let before = signed(&server, "/credentials/kelpworks").await;
    let copy = Place::new("keys.sqlite");
    Store::backup(&server.folder, &copy.0).unwrap();
    // Ended after the copy was made: the badge is grey, and memory knows it.
    let namespace = Namespace::parse("kelpworks").unwrap();
    let now = server.service.now();
    let ended: Result<bool, StoreError> = server.service.store.write(|connection| {
        dsos_server::endings::end(connection, &namespace, "Marta Oduya", "For a test.", now)
    });
    assert!(ended.unwrap());
    let is_grey = async || {
        let badge = server.text("/badge/kelpworks.svg").await;
        badge.contains("not sponsored")
    };
    assert!(is_grey().await);
    Store::restore(&server.folder, &copy.0).unwrap();
    // As many changes as there were before: their number alone would not tell.
    let same: Result<usize, StoreError> = server
        .service
        .store
        .write(|connection| Ok(connection.execute("UPDATE term SET first_day = first_day", [])?));
    assert_eq!(same.unwrap(), 1);
    assert!(!is_grey().await, "the running server reads anew");
    assert!(
        !verifies(&server, &before).await,
        "whoever has the backup has its key"
    );
    let after = signed(&server, "/credentials/kelpworks").await;
    assert_ne!(after.key, before.key);
    // Numbers that were given out after the copy are not given out again.
    let list = |token: &Compact| Claims::of(&token.payload).unwrap().status.list;
    assert_eq!(list(&before), "https://hub.example/status/0");
    assert_eq!(list(&after), "https://hub.example/status/1");
    assert!(!is_revoked(&server, &Claims::of(&after.payload).unwrap()).await);
}

#[tokio::test]
async fn what_is_no_backup_changes_nothing() {
    let server = staffed().await;
    let receipt = server.send(&answers(), "0123456789abcdef-first").await;
    let place = Place::new("none.sqlite");
    let copy = Place::new("whole.sqlite");
    Store::backup(&server.folder, &copy.0).unwrap();
    let whole = fs::read(&copy.0).unwrap();
    let other = {
        let connection = Connection::open(&place.0).unwrap();
        connection.execute_batch("CREATE TABLE x (y)").unwrap();
        drop(connection);
        fs::read(&place.0).unwrap()
    };
    for bytes in [
        b"text".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        other,
        Vec::new(),
    ] {
        fs::write(&place.0, bytes).unwrap();
        let error = Store::restore(&server.folder, &place.0)
            .unwrap_err()
            .to_string();
        assert!(error.contains("not a backup"), "{error}");
        assert_eq!(server.read(&receipt).await["number"], receipt["number"]);
    }
    let error = Store::backup(&server.folder, &place.0)
        .unwrap_err()
        .to_string();
    assert!(error.contains("exists already"), "{error}");
    assert!(!server.folder.join("restored.sqlite").exists());
}

#[test]
fn damaged_data_is_replaced_by_a_backup() {
    let place = Place::new("damaged");
    let copy = Place::new("good.sqlite");
    drop(Store::open(&place.0).unwrap());
    Store::backup(&place.0, &copy.0).unwrap();
    fs::write(
        place.0.join(FILE),
        b"no database at all, but long enough to be looked at",
    )
    .unwrap();
    let aside = Store::restore(&place.0, &copy.0).unwrap().unwrap();
    assert!(fs::read(aside).unwrap().starts_with(b"no database"));
    Store::open(&place.0).unwrap().check().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_whoever_runs_the_server_reads_the_data() {
    use std::os::unix::fs::PermissionsExt;
    let server = staffed().await;
    server.send(&answers(), "0123456789abcdef-first").await;
    let copy = Place::new("mode.sqlite");
    Store::backup(&server.folder, &copy.0).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(server.folder.clone()), 0o700);
    for name in [FILE, "dsos.sqlite-wal", "dsos.sqlite-shm"] {
        assert_eq!(mode(server.folder.join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(copy.0.clone()), 0o600);
}

#[tokio::test]
async fn the_sample_shows_every_state_and_goes_without_a_trace() {
    let server = Server::start().await;
    let codes = server.service.fill_with_sample().unwrap();
    assert_eq!(codes.len(), 2);
    assert!(
        server.service.fill_with_sample().unwrap().is_empty(),
        "not twice"
    );
    let body = json!({ "mail": codes[0].mail, "code": codes[0].code });
    let (status, headers, me) = server
        .ask("POST", "/api/v1/sign-in/code", &[], Some(&body))
        .await;
    assert_eq!((status, &me["is_staff"]), (StatusCode::OK, &json!(true)));
    let staff = common::cookies(&headers);
    let (_, queue) = server
        .as_person(&staff, "GET", "/api/v1/review", None)
        .await;
    let numbers: Vec<&str> = queue["waiting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["number"].as_str().unwrap())
        .collect();
    assert!(
        numbers.len() == 4 && numbers.iter().all(|number| number.starts_with("sample-")),
        "{queue}"
    );
    let mut phases = Vec::new();
    for name in [
        "sandpiper",
        "tidepool",
        "lanternfs",
        "mossdb",
        "quillpress",
        "driftgrid",
        "gullwing",
    ] {
        let path = format!("/api/v1/namespaces/{name}/membership");
        let (status, membership) = server.as_person(&staff, "GET", &path, None).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        phases.push(membership["phase"]["phase"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        phases,
        [
            "renewal", "active", "grace", "lapsed", "renewal", "active", "active"
        ]
    );
    let (_, stuck) = server.as_person(&staff, "GET", "/api/v1/mails", None).await;
    assert_eq!(stuck.as_array().unwrap().len(), 1);
    // Its decisions are nobody's median.
    let (_, _, facts) = server.ask("GET", "/api/v1/program", &[], None).await;
    assert_eq!(facts["decisions"], 0);
    server.service.write_notices().await.unwrap();
    // Somebody really applies meanwhile: that stays.
    let mut real = answers();
    real["namespace"] = json!("realworks");
    let receipt = server.send(&real, "0123456789abcdef-first").await;
    server.service.store.write(sample::remove).unwrap();
    assert_eq!(server.read(&receipt).await["number"], "2026-0001");
    let left: i64 = Connection::open(server.folder.join(FILE))
        .unwrap()
        .query_row(
            "SELECT (SELECT count(*) FROM application) + (SELECT count(*) FROM account)
                 + (SELECT count(*) FROM term) + (SELECT count(*) FROM maintainer)
                 + (SELECT count(*) FROM note) + (SELECT count(*) FROM notice)
                 + (SELECT count(*) FROM invitation) + (SELECT count(*) FROM outbox)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 2, "the real application and its receipt");
}

#[tokio::test]
async fn the_record_is_never_shortened() {
    let (server, _) = member().await;
    server.wait(TimeDelta::days(1));
    let connection = Connection::open(server.folder.join(FILE)).unwrap();
    for change in ["DELETE FROM record", "UPDATE record SET kind = 'x'"] {
        let error = connection.execute(change, []).unwrap_err().to_string();
        assert!(error.contains("the record is never"), "{error}");
    }
}

#[test]
fn several_processes_begin_on_one_fresh_folder() {
    let place = Place::new("several");
    let folder = place.0.clone();
    let begun: Vec<_> = (0..6)
        .map(|_| {
            let folder = folder.clone();
            std::thread::spawn(move || {
                Store::open(&folder)
                    .map(drop)
                    .map_err(|error| error.to_string())
            })
        })
        .collect();
    for one in begun {
        assert_eq!(one.join().unwrap(), Ok(()));
    }
}
