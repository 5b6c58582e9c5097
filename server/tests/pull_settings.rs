//! What maintainers decide about their pulls: who may, what is refused, and the totals that anybody
//! sees where they are published.

use crate::common::{INES, Server, member};
use crate::pull_mails::{Pulled, put, put_for, settings};
use axum::http::{HeaderMap, StatusCode, header};
use chrono::TimeDelta;
use dsos_server::{endings, service::Service, store::StoreError};
use program::namespace::Namespace;
use serde_json::{Value, json};

const SETTINGS: &str = "/api/v1/namespaces/kelpworks/pulls/settings";
const TOTALS: &str = "/api/v1/namespaces/kelpworks/pulls/totals";

fn off() -> Value {
    json!({ "publishes_totals": false, "alert": null, "report": null })
}

#[tokio::test]
async fn everything_is_off_until_a_maintainer_says_otherwise() {
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let (status, found) = server.as_person(&ines, "GET", SETTINGS, None).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let expected = json!({ "settings": off(), "version": 0, "may_change": true });
    assert_eq!(found, expected);
    let wish = json!({ "publishes_totals": true, "alert": "1.5", "report": "monthly" });
    let (status, found) = server
        .as_person(&ines, "PUT", SETTINGS, Some(&settings(wish.clone(), 0)))
        .await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!((&found["settings"], &found["version"]), (&wish, &json!(1)));
    // Made from a version that somebody else changed: it is said, and nothing is written.
    let (status, refused) = server
        .as_person(&ines, "PUT", SETTINGS, Some(&settings(off(), 0)))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    assert!(
        refused["detail"]
            .to_string()
            .contains("Somebody else changed this")
    );
    // Whoever runs the program sees it, and does not decide for them.
    let (_, found) = server.as_person(&staff, "GET", SETTINGS, None).await;
    assert_eq!(
        (&found["settings"], &found["may_change"]),
        (&wish, &json!(false))
    );
    let (status, refused) = server
        .as_person(&staff, "PUT", SETTINGS, Some(&settings(off(), 1)))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        refused["detail"]
            .to_string()
            .contains("for the maintainers"),
        "{refused}"
    );
}

#[tokio::test]
async fn members_decide_too_and_who_may_not_is_told_before_anything_is_read() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    let invitation = json!({ "mail": "rui@kelpworks.org", "role": "member" });
    let path = "/api/v1/namespaces/kelpworks/invitations";
    server
        .as_person(&ines, "POST", path, Some(&invitation))
        .await;
    let rui = server.sign_in("rui@kelpworks.org").await;
    let wish = json!({ "publishes_totals": true, "alert": null, "report": "weekly" });
    let change = settings(wish, 0);
    // Invited is not yet joined.
    for body in [change.clone(), json!("no such thing")] {
        let (status, _) = server.as_person(&rui, "PUT", SETTINGS, Some(&body)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let joining = "/api/v1/account/invitations/kelpworks";
    server.as_person(&rui, "POST", joining, None).await;
    let (status, found) = server.as_person(&rui, "PUT", SETTINGS, Some(&change)).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let (status, _, _) = server.ask("PUT", SETTINGS, &[], Some(&change)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_none_of_the_choices_is_refused_with_a_sentence() {
    let (server, _) = member().await;
    let ines = server.sign_in(INES).await;
    for (wish, words) in [
        (
            json!({ "publishes_totals": false, "alert": "4", "report": null }),
            "1.5",
        ),
        (
            json!({ "publishes_totals": false, "alert": "-2", "report": null }),
            "1.5",
        ),
        (
            json!({ "publishes_totals": false, "alert": null, "report": "daily" }),
            "monthly",
        ),
        (
            json!({ "publishes_totals": "yes", "alert": null, "report": null }),
            "boolean",
        ),
        (json!({ "publish": true }), "unknown field"),
    ] {
        let (status, refused) = server
            .as_person(&ines, "PUT", SETTINGS, Some(&settings(wish, 0)))
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
        assert!(refused["detail"].to_string().contains(words), "{refused}");
    }
    let (_, found) = server.as_person(&ines, "GET", SETTINGS, None).await;
    assert_eq!(found["version"], 0);
}

/// Asks for totals as anybody does.
async fn totals(pulled: &Pulled, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Value) {
    ask(&pulled.service, TOTALS, headers).await
}

async fn ask(
    service: &Service,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Value) {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let router: axum::Router = dsos_server::http::api::router(service.clone());
    let mut request = axum::http::Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (parts.status, parts.headers, value)
}

async fn publish(pulled: &Pulled, is_published: bool, version: u64) {
    let wish = json!({ "publishes_totals": is_published, "alert": null, "report": null });
    pulled.decide(wish, version).await;
}

#[tokio::test]
async fn totals_are_for_anybody_once_they_are_published_and_not_before() {
    let pulled = Pulled::start().await;
    put(&pulled, "2025-07-31", "1.0", [1_000, 0, 0]);
    put(&pulled, "2025-08-01", "1.0", [10, 1, 2]);
    put(&pulled, "2026-07-14", "1.0", [100, 20, 5]);
    put_for(&pulled, "2026-08-12", "api", "2.0", [300, 0, 0]);
    put(&pulled, "2026-08-13", "1.0", [5_000, 0, 0]);
    let (status, _, refused) = totals(&pulled, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Not a word more than of what is not there at all, by whatever name.
    for name in ["nowhere", "Not%20A%20Name"] {
        let path = TOTALS.replace("kelpworks", name);
        let (status, _, unknown) = ask(&pulled.service, &path, &[]).await;
        assert_eq!((status, &unknown), (StatusCode::NOT_FOUND, &refused));
    }
    let (_, _, page) = ask(&pulled.service, "/api/v1/namespaces/kelpworks/page", &[]).await;
    assert_eq!(page["has_totals"], false);

    publish(&pulled, true, 0).await;
    let (status, headers, found) = totals(&pulled, &[]).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=300");
    assert_eq!(found["known_from"], "2025-07-31");
    assert_eq!(
        found["months"],
        json!({
            "first": "2025-08-01", "last": "2026-07-31",
            "by_tag": 110, "by_digest": 21, "version_checks": 7,
            "repositories": [
                { "repository": "web", "by_tag": 110, "by_digest": 21, "version_checks": 7 }
            ],
            "repository_count": 1
        })
    );
    // The day that goes on is no whole one.
    assert_eq!(
        found["days"],
        json!({
            "first": "2026-07-14", "last": "2026-08-12",
            "by_tag": 400, "by_digest": 20, "version_checks": 5,
            "repositories": [
                { "repository": "api", "by_tag": 300, "by_digest": 0, "version_checks": 0 },
                { "repository": "web", "by_tag": 100, "by_digest": 20, "version_checks": 5 }
            ],
            "repository_count": 2
        })
    );
    let text = found.to_string();
    assert!(
        !text.contains("1.0") && !text.contains("2.0"),
        "no tag is named: {text}"
    );
    let (_, _, page) = ask(&pulled.service, "/api/v1/namespaces/kelpworks/page", &[]).await;
    assert_eq!(page["has_totals"], true);

    let tag = headers[header::ETAG].to_str().unwrap().to_owned();
    let (status, _, _) = totals(&pulled, &[("if-none-match", &tag)]).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    publish(&pulled, false, 1).await;
    let (status, _, again) = totals(&pulled, &[("if-none-match", &tag)]).await;
    assert_eq!((status, again), (StatusCode::NOT_FOUND, refused));
}

#[tokio::test]
async fn totals_are_counted_once_in_ten_minutes_however_many_ask() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-11", "1.0", [100, 0, 0]);
    publish(&pulled, true, 0).await;
    let count = async || {
        let (status, headers, found) = totals(&pulled, &[]).await;
        assert_eq!(status, StatusCode::OK, "{found}");
        let tag = headers[header::ETAG].to_str().unwrap().to_owned();
        (found["days"]["by_tag"].as_u64().unwrap(), tag)
    };
    let (first, tag) = count().await;
    assert_eq!(first, 100);
    put(&pulled, "2026-08-12", "1.0", [50, 0, 0]);
    let all = futures_util::future::join_all((0..20).map(|_| count())).await;
    assert!(all.iter().all(|one| *one == (100, tag.clone())), "{all:?}");
    pulled.server.wait(TimeDelta::minutes(9));
    assert_eq!(count().await.0, 100);
    pulled.server.wait(TimeDelta::minutes(1));
    let (now, other) = count().await;
    assert_eq!(now, 150);
    assert_ne!(tag, other);
}

#[tokio::test]
async fn totals_of_who_left_the_program_are_nobodys() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-11", "1.0", [100, 0, 0]);
    publish(&pulled, true, 0).await;
    assert_eq!(totals(&pulled, &[]).await.0, StatusCode::OK);
    let now = pulled.service.now();
    let ended: Result<bool, StoreError> = pulled.service.store.write(|connection| {
        let namespace = Namespace::parse("kelpworks").unwrap();
        endings::end(connection, &namespace, "Marta Oduya", "For a test.", now)
    });
    assert!(ended.unwrap());
    assert_eq!(totals(&pulled, &[]).await.0, StatusCode::NOT_FOUND);
    let (_, _, page) = ask(&pulled.service, "/api/v1/namespaces/kelpworks/page", &[]).await;
    assert_eq!(page["has_totals"], false);
}

#[tokio::test]
async fn what_was_decided_goes_along_with_another_name() {
    let pulled = Pulled::start().await;
    put(&pulled, "2026-08-11", "1.0", [100, 0, 0]);
    publish(&pulled, true, 0).await;
    let server: &Server = &pulled.server;
    crate::renames::rename(server, "kelpworks", "kelp-works").unwrap();
    assert_eq!(totals(&pulled, &[]).await.0, StatusCode::NOT_FOUND);
    let path = TOTALS.replace("kelpworks", "kelp-works");
    let (status, _, found) = ask(&pulled.service, &path, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&found["namespace"], &found["days"]["by_tag"]),
        (&json!("kelp-works"), &json!(100)),
        "pulls under the old name count"
    );
}
