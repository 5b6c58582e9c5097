//! Notices of a namespace without an owner: never given to nobody, shown to the people who run
//! the program, and sent as soon as somebody is there.

use crate::common;

use axum::http::StatusCode;
use chrono::TimeDelta;
use common::{INES, Server, member};
use dsos_server::store::{StoreError, accounts, maintainers, outbox};
use program::{mail::MailAddress, namespace::Namespace, roles::Role};
use serde_json::{Value, json};

const MEMBERSHIP: &str = "/api/v1/namespaces/kelpworks/membership";
const NOBODY: &str = "nobody to send it to: the namespace has no owner";

async fn erase_owner(server: &Server, staff: &str) {
    let person = json!({ "mail": INES });
    let path = "/api/v1/people/erase";
    let (status, _) = server.as_person(staff, "POST", path, Some(&person)).await;
    assert_eq!(status, StatusCode::OK);
}

async fn states(server: &Server, staff: &str) -> Vec<Value> {
    let (_, membership) = server.as_person(staff, "GET", MEMBERSHIP, None).await;
    let notices = membership["notices"].as_array().unwrap();
    notices.iter().map(|one| one["state"].clone()).collect()
}

async fn stuck(server: &Server, staff: &str) -> Vec<Value> {
    let (status, stuck) = server.as_person(staff, "GET", "/api/v1/mails", None).await;
    assert_eq!(status, StatusCode::OK);
    stuck.as_array().unwrap().clone()
}

/// Lets somebody own kelpworks.
fn put_owner(server: &Server, mail: &str) {
    let (mail, now) = (MailAddress::parse(mail).unwrap(), server.service.now());
    let namespace = Namespace::parse("kelpworks").unwrap();
    server
        .service
        .store
        .write(|connection| {
            let account = accounts::get_or_make(connection, &mail, "Rui", now)?;
            maintainers::put(connection, &namespace, account.id, Role::Owner, now)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_notice_without_an_owner_is_held_shown_and_sent_once_there_is_one() {
    let (server, staff) = member().await;
    server.service.write_notices().await.unwrap();
    server.send_all();
    erase_owner(&server, &staff).await;
    server.wait(TimeDelta::days(320));
    let staff = server.sign_in(common::MARTA).await;
    server.send_all();
    for _ in 0..3 {
        assert_eq!(server.service.write_notices().await.unwrap(), 0);
    }
    let shown = stuck(&server, &staff).await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["to"], "the owners of kelpworks");
    assert_eq!(
        shown[0]["subject"],
        "kelpworks: 45 days until the sponsored year ends"
    );
    assert_eq!(
        (&shown[0]["error"], &shown[0]["tries"]),
        (&json!(NOBODY), &json!(1))
    );
    let waits = json!({ "delivery": "waiting", "mails": 1, "error": NOBODY });
    assert_eq!(states(&server, &staff).await[1], waits);
    // No mail server is asked about it; the next day it is looked at again.
    let now = server.service.now();
    let due = server
        .service
        .store
        .read(|connection| outbox::due(connection, now, 10))
        .unwrap();
    assert_eq!(due, []);
    server.wait(TimeDelta::days(1));
    server.service.write_notices().await.unwrap();
    assert_eq!(stuck(&server, &staff).await[0]["tries"], 2);
    // Somebody is there: within a minute and not a day, it goes out, once.
    put_owner(&server, "rui@kelpworks.org");
    assert_eq!(server.service.write_notices().await.unwrap(), 1);
    assert_eq!(server.service.write_notices().await.unwrap(), 0);
    assert_eq!(stuck(&server, &staff).await, Vec::<Value>::new());
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "rui@kelpworks.org");
    assert!(mails[0].text.contains("ends on 13 August 2027"));
    server.send_all();
    assert_eq!(states(&server, &staff).await[1]["delivery"], "given");
}

#[tokio::test]
async fn a_later_notice_takes_the_place_of_one_that_is_held() {
    let (server, staff) = member().await;
    server.service.write_notices().await.unwrap();
    server.send_all();
    erase_owner(&server, &staff).await;
    server.wait(TimeDelta::days(320));
    server.service.write_notices().await.unwrap();
    server.wait(TimeDelta::days(15));
    server.service.write_notices().await.unwrap();
    let staff = server.sign_in(common::MARTA).await;
    let shown = stuck(&server, &staff).await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0]["subject"].as_str().unwrap().contains("30 days"));
    let states = states(&server, &staff).await;
    assert_eq!(
        (&states[1]["delivery"], &states[2]["delivery"]),
        (&json!("missed"), &json!("waiting"))
    );
}

#[tokio::test]
async fn a_notice_that_waited_for_the_erased_alone_was_not_given() {
    let (server, staff) = member().await;
    server.service.write_notices().await.unwrap();
    erase_owner(&server, &staff).await;
    server.service.write_notices().await.unwrap();
    let shown = stuck(&server, &staff).await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["error"], NOBODY);
    assert_eq!(states(&server, &staff).await[0]["delivery"], "waiting");
    put_owner(&server, "rui@kelpworks.org");
    assert_eq!(server.service.write_notices().await.unwrap(), 1);
}
