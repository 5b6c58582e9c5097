//! The publisher analytics API: what scripts already ask, and links to files.

use crate::common::{INES, MARTA};
use crate::pulls::{Said, counted};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::TimeDelta;
use dsos_server::http::{api, publisher};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const BASE: &str = "/api/publisher/analytics/v1";

/// Asks the API and the program’s own, as a script does.
async fn ask(
    taking: &crate::events::Taking,
    method: &str,
    path: &str,
    bearer: Option<&str>,
    body: Option<Value>,
) -> Said {
    let router: Router =
        publisher::router(taking.service.clone()).merge(api::router(taking.service.clone()));
    let mut request = Request::builder().method(method).uri(path);
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let bytes = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
    let answer = router
        .oneshot(request.body(Body::from(bytes)).unwrap())
        .await
        .unwrap();
    let (parts, body) = answer.into_parts();
    Said {
        status: parts.status,
        headers: parts.headers,
        bytes: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

fn json_of(said: &Said) -> Value {
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    serde_json::from_str(&said.text()).unwrap()
}

/// A personal access token of somebody.
async fn token(taking: &crate::events::Taking, mail: &str) -> String {
    let session = taking.server.sign_in(mail).await;
    let body = json!({ "name": "script", "scope": "read", "days": 90 });
    let (_, _, made) = taking
        .server
        .ask(
            "POST",
            "/api/v1/account/tokens",
            &[("cookie", &session)],
            Some(&body),
        )
        .await;
    made["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_script_signs_in_and_takes_whole_periods_away() {
    let (taking, _) = counted().await;
    let secret = token(&taking, INES).await;
    // August and its weeks are over.
    taking.server.wait(TimeDelta::days(35));
    let login = |password: &str| json!({ "username": INES, "password": password });
    let refused = ask(
        &taking,
        "POST",
        "/v2/users/login",
        None,
        Some(login("dsos_pat_made_up")),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text().contains("\"detail\""));
    let other = json!({ "username": MARTA, "password": secret });
    let refused = ask(&taking, "POST", "/v2/users/login", None, Some(other)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "it is not hers");
    let said = ask(
        &taking,
        "POST",
        "/v2/users/login",
        None,
        Some(login(&secret)),
    )
    .await;
    let bearer = json_of(&said)["token"].as_str().unwrap().to_owned();
    let get = async |path: &str| {
        ask(
            &taking,
            "GET",
            &format!("{BASE}{path}"),
            Some(&bearer),
            None,
        )
        .await
    };
    assert_eq!(
        json_of(&get("/").await),
        json!({ "namespaces": ["kelpworks"] })
    );
    let all = json_of(&get("/namespaces").await);
    assert_eq!(all[0]["extraRepos"], json!([]));
    assert_eq!(
        all[0]["datasets"][0]["timespans"],
        json!(["months", "weeks"])
    );
    assert_eq!(json_of(&get("/namespaces/kelpworks").await), all[0]);
    let pulls = json_of(&get("/namespaces/kelpworks/pulls").await);
    let month = json!({
        "start": "2026-08-01", "end": "2026-08-31", "repo": "web", "namespace": "kelpworks",
        "pullCount": 3, "ipCount": 3, "country": ""
    });
    assert_eq!(pulls, json!({ "pulls": [month] }));
    let weekly = "/namespaces/kelpworks/pulls?timespan=weeks&period=last-2-months&group=namespace";
    let weeks = json_of(&get(weekly).await);
    assert_eq!(weeks["pulls"][0]["pullCount"], 3);
    assert!(weeks["pulls"][0].get("repo").is_none(), "{weeks}");
    let one = json_of(&get("/namespaces/kelpworks/repos/web/pulls").await);
    assert_eq!(one, pulls);
    let none = json_of(&get("/namespaces/kelpworks/repos/other/pulls").await);
    assert_eq!(none, json!({ "pulls": [] }));
    let several = json_of(&get("/repos/pulls?repos=kelpworks/web,kelpworks/other").await);
    assert_eq!(several["repos"]["kelpworks/web"], pulls);
    let many = vec!["kelpworks/web"; 51].join(",");
    assert_eq!(
        get(&format!("/repos/pulls?repos={many}")).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        get("/repos/pulls?repos=web").await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        get("/namespaces/kelpworks/pulls?period=ever").await.status,
        StatusCode::BAD_REQUEST
    );
    let years = "/namespaces/kelpworks/pulls/exports/years";
    assert_eq!(
        json_of(&get(years).await),
        json!({ "years": [{ "year": 2026 }] })
    );
    let months = json_of(&get(&format!("{years}/2026/months")).await);
    assert_eq!(months, json!({ "months": [{ "month": 8 }] }));
    let weeks = json_of(&get(&format!("{years}/2026/weeks")).await);
    assert_eq!(weeks["weeks"].as_array().unwrap().len(), 1);
    assert_eq!(
        json_of(&get(&format!("{years}/2026/months/8")).await),
        json!({ "month": 8 })
    );
    for gone in [
        "2026/months/7",
        "2025/months/8",
        "2026/days/8",
        "2026/months/8/everything",
    ] {
        assert_eq!(
            get(&format!("{years}/{gone}")).await.status,
            StatusCode::NOT_FOUND,
            "{gone}"
        );
    }
    for view in ["raw", "summary", "repo-summary", "namespace-summary"] {
        let files = json_of(&get(&format!("{years}/2026/months/8/{view}")).await);
        let file = &files["data"][0];
        let url = file["url"].as_str().unwrap();
        let path = &url[url.find("/api/").unwrap()..];
        let said = ask(&taking, "GET", path, None, None).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text());
        assert_eq!(
            said.bytes.len() as u64,
            file["size"].as_u64().unwrap(),
            "{view}"
        );
        let text = said.text();
        match view {
            "raw" => assert_eq!(text.lines().count(), 5),
            "summary" => assert!(text.contains("kelpworks,web,1.0,3,3,0,1"), "{text}"),
            "repo-summary" => assert!(text.contains("kelpworks,web,3,3,0,1"), "{text}"),
            _ => assert!(text.contains("kelpworks,3,3,0,1"), "{text}"),
        }
        // For one file, and for a time.
        for (from, to) in [
            ("raw.csv", "summary.csv"),
            ("2026-08-31", "2026-08-30"),
            ("seal=", "seal=x"),
        ] {
            let changed = path.replace(from, to);
            if changed != path {
                let said = ask(&taking, "GET", &changed, None, None).await;
                assert_eq!(said.status, StatusCode::FORBIDDEN, "{changed}");
            }
        }
        assert!(
            said.header(header::CONTENT_DISPOSITION)
                .contains("kelpworks_2026-08-01_2026-08-31")
        );
    }
    let files = json_of(&get(&format!("{years}/2026/months/8/raw")).await);
    let url = files["data"][0]["url"].as_str().unwrap().to_owned();
    taking.server.wait(TimeDelta::minutes(16));
    let said = ask(
        &taking,
        "GET",
        &url[url.find("/api/").unwrap()..],
        None,
        None,
    )
    .await;
    assert_eq!(said.status, StatusCode::FORBIDDEN, "its time is over");
}

#[tokio::test]
async fn nobody_sees_what_is_anothers() {
    let (taking, _) = counted().await;
    let document = publisher::document(&taking.service);
    let others = token(&taking, MARTA).await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_none() || path.ends_with("/exports/{namespace}/{file}") {
            continue;
        }
        let path = path
            .replace("{namespace}", "tidal")
            .replace("{repo}", "web")
            .replace("{year}", "2026")
            .replace("{timespantype}", "months")
            .replace("{timespan}", "8")
            .replace("{dataview}", "raw");
        let path = if path.ends_with("/repos/pulls") {
            format!("{path}?repos=tidal/web")
        } else {
            path
        };
        let nobody = ask(&taking, "GET", &path, None, None).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{path}");
        asked += 1;
    }
    assert!(asked >= 10, "{asked}");
    // She runs the program, and may look; she maintains nothing.
    let said = ask(&taking, "GET", &format!("{BASE}/"), Some(&others), None).await;
    assert_eq!(json_of(&said), json!({ "namespaces": [] }));
    let ines = token(&taking, INES).await;
    for path in [
        "/namespaces/tidal",
        "/namespaces/tidal/pulls",
        "/repos/pulls?repos=tidal/web",
        "/namespaces/tidal/pulls/exports/years",
    ] {
        let said = ask(&taking, "GET", &format!("{BASE}{path}"), Some(&ines), None).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{path}");
    }
}
