//! Every door of the API, by its own document: closed to nobody in particular, and to somebody
//! who is signed in but has nothing to do with what is behind it. A new route without a rule here fails.

use crate::common;

use axum::http::StatusCode;
use common::{INES, Server, answers, member};
use dsos_server::http::api;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Open to anybody.
const OPEN: [&str; 12] = [
    "get /api/v1/program",
    "get /api/v1/directory",
    "get /api/v1/namespaces/{name}",
    "get /api/v1/namespaces/{name}/page",
    "get /api/v1/namespaces/{name}/repositories/{repository}",
    "get /api/v1/namespaces/{name}/pulls/totals",
    "get /api/v1/namespaces/{name}/verifiable",
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
    path.replace("{name}", "kelpworks")
        .replace("{repository}", "kelp")
        .replace("{id}", id)
}

fn body(method: &str) -> Option<Value> {
    (method == "post" || method == "put").then(|| {
        json!({
            "answers": answers(), "version": 1, "until": "2027-08-13", "opinions": {},
            "decision": {"decision": "decline"}, "text": "x", "reason": "x", "mail": INES,
            "role": "owner", "profile": {}, "page": {}, "settings": {"publishes_totals": true, "alert": "2", "report": "weekly"}, "namespace": "kelpworks", "name": "x", "scope": "read", "days": 30, "code": "123456"
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

/// The schemes that open an operation, by the document, each with the scopes that it needs.
fn schemes(method: &str, path: &str) -> BTreeMap<String, Value> {
    let document = api::document();
    let schemes = &document["components"]["securitySchemes"];
    let named = document["paths"][path][method]["security"].as_array();
    named
        .into_iter()
        .flatten()
        .flat_map(|one| one.as_object().unwrap().clone())
        .inspect(|(name, _)| assert!(schemes[name].is_object(), "{name} is not described"))
        .collect()
}

/// Makes a token of somebody who is signed in; what a script sends with it.
async fn bearer(server: &Server, session: &str, scope: &str) -> String {
    let wish = json!({"name": "nightly", "scope": scope, "days": 30});
    let path = "/api/v1/account/tokens";
    let (status, made) = server.as_person(session, "POST", path, Some(&wish)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    format!("Bearer {}", made["secret"].as_str().unwrap())
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
    // The first is the one that the operation revokes which revokes one.
    bearer(&server, &session, "read").await;
    let reading = bearer(&server, &session, "read").await;
    let writing = bearer(&server, &session, "write").await;
    for (method, path) in operations() {
        let name = format!("{method} {path}");
        let said = schemes(&method, &path);
        assert_eq!(said.is_empty(), OPEN.contains(&name.as_str()), "{name}");
        for (scheme, scope, header) in [
            ("session", "", ("cookie", session.as_str())),
            ("token", "read", ("authorization", reading.as_str())),
            ("token", "write", ("authorization", writing.as_str())),
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
            let what = format!("{name}, {scheme} {scope}: {status} {answer}");
            let is_known = status != StatusCode::UNAUTHORIZED;
            assert_eq!(is_known, said.contains_key(scheme), "{what}");
            assert!(
                !status.is_server_error() && status.as_u16() != 429,
                "{what}"
            );
            let needs_more = scope == "read" && said.get("token") == Some(&json!(["write"]));
            let may_only_read = answer["detail"].to_string().contains("may only read");
            assert_eq!(may_only_read, needs_more, "{what}");
        }
    }
    // An application is as if it were not there to whoever may not see it: this one is there.
    for (method, rest) in [
        ("GET", ""),
        ("PUT", ""),
        ("POST", "/control"),
        ("POST", "/withdraw"),
    ] {
        let path = format!("/api/v1/applications/{{id}}{rest}");
        let said = schemes(&method.to_lowercase(), &path);
        let address = path.replace("{id}", receipt["id"].as_str().unwrap());
        let body = (method == "PUT").then(|| json!({"answers": other, "version": 1000}));
        for (scheme, header) in [
            ("session", ("cookie", session.as_str())),
            ("token", ("authorization", writing.as_str())),
            (
                "applicationKey",
                ("dsos-key", receipt["key"].as_str().unwrap()),
            ),
        ] {
            let (status, _, answer) = server.ask(method, &address, &[header], body.as_ref()).await;
            let what = format!("{method} {path}, {scheme}: {status} {answer}");
            assert_eq!(
                status != StatusCode::NOT_FOUND,
                said.contains_key(scheme),
                "{what}"
            );
            assert!(
                !status.is_server_error() && status.as_u16() != 429,
                "{what}"
            );
        }
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
