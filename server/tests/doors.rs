//! Every door of the API, by its own document: closed to nobody in particular, and to somebody
//! who is signed in but has nothing to do with what is behind it. A new route without a rule here fails.

mod common;

use axum::http::StatusCode;
use common::{INES, Server, answers, member};
use dsos_server::http::api;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Open to anybody.
const OPEN: [&str; 7] = [
    "get /api/v1/program",
    "get /api/v1/namespaces/{name}",
    "get /api/v1/source",
    "post /api/v1/applications",
    "post /api/v1/sign-in",
    "post /api/v1/sign-in/code",
    "post /api/v1/sign-out",
];

/// About whoever asks, and nobody else.
const OWN: [&str; 6] = [
    "get /api/v1/me",
    "get /api/v1/account",
    "get /api/v1/account/export",
    "post /api/v1/account/tokens",
    "post /api/v1/account/other-sessions/end",
    "post /api/v1/account/erase",
];

/// Every operation: method, path as in the document.
fn operations() -> Vec<(String, String)> {
    let document = api::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            all.push((method.clone(), path.clone()));
        }
    }
    assert!(all.len() > 30, "{all:?}");
    all
}

/// The path to what there is: an application of kelpworks, and the first of everything else.
fn filled(path: &str, application: &str) -> String {
    let id = if path.contains("/applications/") || path.contains("/review/") {
        application
    } else {
        "1"
    };
    path.replace("{name}", "kelpworks").replace("{id}", id)
}

fn body(method: &str) -> Option<Value> {
    (method == "post" || method == "put").then(|| {
        json!({
            "answers": answers(), "version": 1, "until": "2027-08-13", "opinions": {},
            "decision": {"decision": "decline"}, "text": "x", "reason": "x", "mail": INES,
            "role": "owner", "name": "x", "scope": "read", "days": 30, "code": "123456"
        })
    })
}

async fn application_of(server: &Server) -> String {
    let ines = server.sign_in(INES).await;
    let (_, account) = server
        .as_person(&ines, "GET", "/api/v1/account", None)
        .await;
    account["applications"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn nobody_comes_in_without_a_key() {
    let (server, _) = member().await;
    let application = application_of(&server).await;
    for (method, path) in operations() {
        if OPEN.contains(&format!("{method} {path}").as_str()) {
            continue;
        }
        let address = filled(&path, &application);
        let body = body(&method);
        for headers in [
            vec![],
            vec![("cookie", "__Host-dsos-session=guessed")],
            vec![("authorization", "Bearer dsos_pat_guessed")],
            vec![("dsos-key", "guessed")],
        ] {
            let (status, _, answer) = server
                .ask(&method.to_uppercase(), &address, &headers, body.as_ref())
                .await;
            assert!(
                matches!(status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND),
                "{method} {address} {headers:?}: {status} {answer}"
            );
        }
    }
}

#[tokio::test]
async fn whoever_is_signed_in_sees_what_is_theirs_and_nothing_of_others() {
    let (server, _) = member().await;
    let application = application_of(&server).await;
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    other["mail"] = json!("jun@tidetable.example");
    other["sources"] = json!([{"address": "https://github.com/tidetable/tide"}]);
    server.send(&other, "another key of enough letters").await;
    let stranger = server.sign_in("jun@tidetable.example").await;
    for (method, path) in operations() {
        let name = format!("{method} {path}");
        if OPEN.contains(&name.as_str()) || OWN.contains(&name.as_str()) {
            continue;
        }
        let address = filled(&path, &application);
        let body = body(&method);
        let (status, answer) = server
            .as_person(&stranger, &method.to_uppercase(), &address, body.as_ref())
            .await;
        assert!(
            matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
            "{name}: {status} {answer}"
        );
    }
    for name in OWN.iter().filter(|name| name.starts_with("get")) {
        let path = name.trim_start_matches("get ");
        let (status, answer) = server.as_person(&stranger, "GET", path, None).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        assert!(
            !answer.to_string().contains("kelpworks"),
            "{name}: {answer}"
        );
    }
}

/// The names of the schemes that open an operation, by the document.
fn schemes(method: &str, path: &str) -> BTreeSet<String> {
    let document = api::document();
    let schemes = &document["components"]["securitySchemes"];
    let named = document["paths"][path][method]["security"].as_array();
    named
        .into_iter()
        .flatten()
        .flat_map(|one| one.as_object().unwrap().keys())
        .inspect(|name| assert!(schemes[name].is_object(), "{name} is not described"))
        .cloned()
        .collect()
}

#[tokio::test]
async fn the_document_says_what_opens_each_door() {
    let (server, _) = member().await;
    let application = application_of(&server).await;
    let mut other = answers();
    other["namespace"] = json!("tidetable");
    other["mail"] = json!("jun@tidetable.example");
    let receipt = server.send(&other, "another key of enough letters").await;
    let session = server.sign_in("jun@tidetable.example").await;
    let wish = json!({"name": "nightly", "scope": "write", "days": 30});
    let path = "/api/v1/account/tokens";
    // The first is what the operation revokes that revokes one.
    server.as_person(&session, "POST", path, Some(&wish)).await;
    let (status, made) = server.as_person(&session, "POST", path, Some(&wish)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    for (method, path) in operations() {
        let name = format!("{method} {path}");
        let said = schemes(&method, &path);
        assert_eq!(said.is_empty(), OPEN.contains(&name.as_str()), "{name}");
        for (scheme, header) in [
            ("session", ("cookie", session.as_str())),
            ("token", ("authorization", bearer.as_str())),
        ] {
            // What a session of one's own does to the account has tests of its own.
            let is_own = OWN.contains(&name.as_str()) && method == "post" && scheme == "session";
            if said.is_empty() || path.contains("/applications/") || is_own {
                continue;
            }
            let address = filled(&path, &application);
            let body = body(&method);
            let (status, _, answer) = server
                .ask(&method.to_uppercase(), &address, &[header], body.as_ref())
                .await;
            let is_known = status != StatusCode::UNAUTHORIZED;
            assert_eq!(
                is_known,
                said.contains(scheme),
                "{name}, {scheme}: {answer}"
            );
        }
    }
    // An application is as if it were not there to whoever may not see it: this one is.
    let path = "/api/v1/applications/{id}";
    let said = schemes("get", path);
    let address = path.replace("{id}", receipt["id"].as_str().unwrap());
    for (scheme, header) in [
        ("session", ("cookie", session.as_str())),
        ("token", ("authorization", bearer.as_str())),
        (
            "applicationKey",
            ("dsos-key", receipt["key"].as_str().unwrap()),
        ),
    ] {
        let (status, _, _) = server.ask("GET", &address, &[header], None).await;
        assert_eq!(status == StatusCode::OK, said.contains(scheme), "{scheme}");
    }
}

#[tokio::test]
async fn another_site_changes_nothing_with_somebodys_session() {
    let (server, staff) = member().await;
    let application = application_of(&server).await;
    for (method, path) in operations() {
        if method == "get" {
            continue;
        }
        let address = filled(&path, &application);
        let headers = [
            ("cookie", staff.as_str()),
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ];
        let body = body(&method);
        let (status, _, answer) = server
            .ask(&method.to_uppercase(), &address, &headers, body.as_ref())
            .await;
        assert_eq!(
            status,
            StatusCode::FORBIDDEN,
            "{method} {address}: {answer}"
        );
    }
}
