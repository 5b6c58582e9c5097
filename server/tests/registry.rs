//! Whether a namespace exists, as a registry says it: there, not there, away, or talking nonsense.

use crate::common;

use axum::{Router, extract::RawQuery, http::StatusCode, routing::get};
use dsos_server::{
    http::api,
    service::Service,
    settings::{Given, Limits},
    store::Store,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::{fs, path::Path};
use tower::ServiceExt;

/// Repositories in the order of a registry: by the parts of their names.
const HELD: [&str; 3] = ["kelp/x", "kelpworks/kelp", "kelpworks-old/kelp"];

/// What a catalog answers (Distribution API): those behind `last`, at most `n`.
async fn catalog(RawQuery(query): RawQuery) -> (StatusCode, String) {
    let query = query.unwrap_or_default();
    let last = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("last="))
        .unwrap_or_default()
        .replace("%2F", "/");
    let key = |name: &str| name.replace('/', "\0");
    match last.as_str() {
        "away/" => (StatusCode::BAD_GATEWAY, String::new()),
        "odd/" => (StatusCode::OK, "<html>".to_owned()),
        "shut/" => (StatusCode::UNAUTHORIZED, String::new()),
        last => {
            let next = HELD.into_iter().find(|name| key(name) > key(last));
            let found: Vec<&str> = next.into_iter().collect();
            (StatusCode::OK, json!({ "repositories": found }).to_string())
        }
    }
}

async fn facts(service: &Service, name: &str) -> Value {
    let request = axum::http::Request::get(format!("/api/v1/namespaces/{name}"))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = api::router(service.clone()).oneshot(request).await.unwrap();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_namespace_exists_if_the_registry_has_something_in_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/v2/_catalog", get(catalog));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = std::env::temp_dir().join(format!("dsos-registry-{}", std::process::id()));
    let given = Given {
        data: Some(folder.clone()),
        forge: Some(Vec::new()),
        limits: Some(Limits::Off),
        registry: Some(format!("http://{address}")),
        ..Given::default()
    };
    let settings = given.settle(Path::new("/nowhere")).unwrap();
    let store = Store::open(&folder).unwrap();
    let service = Service::new(store, settings, "https://hub.example", common::clock());
    for (name, registered) in [
        (
            "kelpworks",
            json!({ "state": "read", "at": "2026-08-13T09:00:00Z", "facts": true }),
        ),
        (
            "kelp",
            json!({ "state": "read", "at": "2026-08-13T09:00:00Z", "facts": true }),
        ),
        // Something that only begins alike is none.
        (
            "kelpwork",
            json!({ "state": "read", "at": "2026-08-13T09:00:00Z", "facts": false }),
        ),
        (
            "tidetable",
            json!({ "state": "read", "at": "2026-08-13T09:00:00Z", "facts": false }),
        ),
        (
            "away",
            json!({ "state": "failed", "at": "2026-08-13T09:00:00Z", "trouble": { "cause": "away" } }),
        ),
        (
            "odd",
            json!({ "state": "failed", "at": "2026-08-13T09:00:00Z", "trouble": { "cause": "garbled" } }),
        ),
        (
            "shut",
            json!({ "state": "failed", "at": "2026-08-13T09:00:00Z", "trouble": { "cause": "refused" } }),
        ),
    ] {
        assert_eq!(
            facts(&service, name).await["registered"],
            registered,
            "{name}"
        );
    }
    fs::remove_dir_all(&folder).unwrap();
}
