//! Pages of namespaces: what everybody sees, what maintainers write, who may, and what is
//! refused; and the directory over all of them.

use crate::common;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::{DateTime, Utc};
use common::{INES, Server, member, staffed};
use dsos_server::{
    http::api,
    store::{
        StoreError,
        registry::{self as kept, KeptManifest, KeptTag},
    },
};
use http_body_util::BodyExt;
use image::{ImageFormat, RgbImage};
use registry::{Labels, RepositoryName};
use serde_json::{Value, json};
use std::io::Cursor;
use tower::ServiceExt;

const PAGE: &str = "/api/v1/namespaces/kelpworks/page";
const PROFILE: &str = "/api/v1/namespaces/kelpworks/profile";
const LOGO: &str = "/api/v1/namespaces/kelpworks/logo";

/// Lets the registry have listed a repository with these tags, each an image of its own.
fn list(server: &Server, name: &str, tags: &[&str], labels: &Labels) {
    let name = RepositoryName::parse(name).unwrap();
    let made_at: DateTime<Utc> = "2026-08-01T10:00:00Z".parse().unwrap();
    let digest = |tag: &str| format!("sha256:{:0>64}", hex(&format!("{name}{tag}")));
    let manifests: Vec<KeptManifest> = tags
        .iter()
        .map(|tag| KeptManifest {
            digest: digest(tag),
            kind: "application/vnd.oci.image.manifest.v1+json".to_owned(),
            is_known: *tag != "odd",
            bytes: Some(4_000_000),
            platforms: vec!["linux/amd64".to_owned()],
            made_at: Some(made_at),
            labels: labels.clone(),
        })
        .collect();
    let tags: Vec<KeptTag> = tags
        .iter()
        .map(|tag| KeptTag {
            tag: (*tag).to_owned(),
            digest: Some(digest(tag)),
        })
        .collect();
    let now = server.service.now();
    let put = server.service.store.write(|connection| {
        kept::put(connection, &name, &tags, &manifests, now)?;
        kept::note(connection, "https://registry.example", None, now)
    });
    put.map_err(|error: StoreError| error.to_string()).unwrap();
}

fn hex(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()[..40.min(text.len() * 2)]
        .to_owned()
}

async fn get(server: &Server, path: &str) -> Value {
    let (status, _, value) = server.ask("GET", path, &[], None).await;
    assert_eq!(status, StatusCode::OK, "{path}: {value}");
    value
}

async fn put_file(server: &Server, session: &str, file: Vec<u8>) -> (StatusCode, Value) {
    let request = Request::put(LOGO)
        .header("host", "hub.example")
        .header("cookie", session)
        .header("content-type", "image/png")
        .body(Body::from(file))
        .unwrap();
    let router = api::router(server.service.clone());
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

fn picture(side: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::new(side, side)
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

#[tokio::test]
async fn a_new_member_has_a_page_of_what_it_applied_with() {
    let (server, _) = member().await;
    let page = get(&server, PAGE).await;
    assert_eq!(page["sponsorship"]["state"], "sponsored");
    assert_eq!(
        page["profile"]["source"],
        "https://github.com/kelpworks/kelp"
    );
    assert_eq!(page["profile"]["description"], "Kelp, grown");
    assert_eq!(page["repositories"], json!([]));
    let (status, _, problem) = server
        .ask("GET", "/api/v1/namespaces/nobody/page", &[], None)
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
    for odd in ["KELP", "..%2f", "%D0%BAelp", "a%20b"] {
        let path = format!("/api/v1/namespaces/{odd}/page");
        assert_eq!(
            server.ask("GET", &path, &[], None).await.0,
            StatusCode::NOT_FOUND
        );
    }
    // Nothing of who applied is on it.
    assert!(!page.to_string().contains("ines"), "{page}");
}

#[tokio::test]
async fn repositories_say_of_themselves_what_nobody_wrote_and_lack_the_rest() {
    let (server, session) = member().await;
    let labels = Labels {
        description: Some("A tide clock\nwith two lines".to_owned()),
        url: Some("javascript:alert(1)".to_owned()),
        source: Some("https://forge.example/kelp".to_owned()),
        ..Labels::default()
    };
    list(
        &server,
        "kelpworks/clock",
        &["1.0", "latest", "odd"],
        &labels,
    );
    list(&server, "kelpworks/group/inner", &[], &Labels::default());
    let page = get(&server, PAGE).await;
    let rows = page["repositories"].as_array().unwrap();
    assert_eq!(rows[0]["name"], "clock");
    assert_eq!(rows[0]["description"], "A tide clock");
    assert_eq!((&rows[0]["tags"], &rows[1]["tags"]), (&json!(3), &json!(0)));
    assert_eq!(rows[0]["missing"], json!(["contributing", "website"]));
    assert_eq!(
        rows[1]["missing"],
        json!(["description", "contributing", "website"])
    );
    let path = "/api/v1/namespaces/kelpworks/repositories/clock";
    let details = get(&server, path).await;
    assert_eq!(details["page"]["website"], "");
    let odd = details["tags"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tag| tag["tag"] == "odd");
    assert!(odd.unwrap()["unknown_kind"].is_string());
    let inner = get(
        &server,
        "/api/v1/namespaces/kelpworks/repositories/group%2Finner",
    )
    .await;
    assert_eq!(
        (&inner["name"], &inner["tags"]),
        (&json!("group/inner"), &json!([]))
    );
    let (status, _, _) = server
        .ask(
            "GET",
            "/api/v1/namespaces/kelpworks/repositories/none",
            &[],
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    // What a maintainer writes stands before it, and what it runs is taken out.
    let ines = server.sign_in(INES).await;
    let change = json!({ "version": 0, "page": {
        "description": "Tides, told", "about": "# Hello\n<script>alert(1)</script> ![x](https://t.example/p.png)",
        "website": "https://kelpworks.org", "source": "", "contributing": "https://kelpworks.org/help"
    }});
    let written = format!("{path}/page");
    let (status, state) = server
        .as_person(&ines, "PUT", &written, Some(&change))
        .await;
    assert_eq!(status, StatusCode::OK, "{state}");
    let details = get(&server, path).await;
    let html = details["about_html"].as_str().unwrap();
    assert!(
        html.contains("<h3>Hello</h3>") && !html.contains("script") && !html.contains("<img"),
        "{html}"
    );
    assert_eq!(details["missing"], json!([]));
    assert_eq!(details["page"]["source"], "https://forge.example/kelp");
    let (status, problem) = server
        .as_person(&ines, "PUT", &written, Some(&change))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let huge = json!({ "version": 1, "page": { "about": "a".repeat(25_001) } });
    let (status, problem) = server.as_person(&ines, "PUT", &written, Some(&huge)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["field"], "profile-about");
    let megabyte = json!({ "version": 1, "page": { "about": "a".repeat(1_000_000) } });
    let (status, _) = server
        .as_person(&ines, "PUT", &written, Some(&megabyte))
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let none = "/api/v1/namespaces/kelpworks/repositories/none/page";
    let (status, _) = server.as_person(&ines, "PUT", none, Some(&change)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Whoever runs the program takes down what should not stand there; nobody else does.
    let empty = json!({ "version": 1, "page": {} });
    let jun = stranger(&server).await;
    let (status, _) = server.as_person(&jun, "PUT", &written, Some(&empty)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = server
        .as_person(&session, "PUT", &written, Some(&empty))
        .await;
    assert_eq!(status, StatusCode::OK);
}

/// Somebody who has an account, and nothing to do with kelpworks.
async fn stranger(server: &Server) -> String {
    let mut answers = common::answers();
    answers["namespace"] = json!("tidetable");
    answers["mail"] = json!("jun@tidetable.example");
    server.send(&answers, "another key of enough letters").await;
    server.sign_in("jun@tidetable.example").await
}

#[tokio::test]
async fn maintainers_write_the_profile_one_after_the_other() {
    let (server, session) = member().await;
    let ines = server.sign_in(INES).await;
    let (status, state) = server.as_person(&ines, "GET", PROFILE, None).await;
    assert_eq!((status, &state["version"]), (StatusCode::OK, &json!(0)));
    let mut profile = state["profile"].clone();
    profile["name"] = json!("  Kelpworks ");
    profile["categories"] = json!(["science", "maps"]);
    let change = json!({ "profile": profile, "version": 0 });
    let (status, state) = server.as_person(&ines, "PUT", PROFILE, Some(&change)).await;
    assert_eq!((status, &state["version"]), (StatusCode::OK, &json!(1)));
    assert_eq!(get(&server, PAGE).await["profile"]["name"], "Kelpworks");
    let (status, _) = server.as_person(&ines, "PUT", PROFILE, Some(&change)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    for (field, value, wrong) in [
        ("website", json!("javascript:alert(1)"), "profile-website"),
        ("description", json!("a".repeat(161)), "profile-description"),
        ("name", json!("a\u{202e}b"), "profile-name"),
        (
            "categories",
            json!(["web", "games", "maps", "home"]),
            "profile-categories",
        ),
    ] {
        let mut change = change.clone();
        change["version"] = json!(1);
        change["profile"][field] = value;
        let (status, problem) = server.as_person(&ines, "PUT", PROFILE, Some(&change)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(problem["errors"][0]["field"], wrong);
    }
    // The wrong people.
    let (status, _, _) = server.ask("GET", PROFILE, &[], None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let jun = stranger(&server).await;
    for method in ["GET", "PUT"] {
        let body = (method == "PUT").then_some(&change);
        let (status, _) = server.as_person(&jun, method, PROFILE, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method}");
    }
    let (status, _) = server.as_person(&session, "GET", PROFILE, None).await;
    assert_eq!(status, StatusCode::OK, "staff reads");
}

#[tokio::test]
async fn a_logo_is_written_anew_and_only_pictures_become_one() {
    let (server, session) = member().await;
    let ines = server.sign_in(INES).await;
    let (status, version) = put_file(&server, &ines, picture(400)).await;
    assert_eq!(status, StatusCode::OK, "{version}");
    let version = version.as_str().unwrap();
    assert_eq!(get(&server, PAGE).await["logo"], version);
    let path = format!("/logo/kelpworks/{version}.png");
    let (status, headers, png) = server.published(&path, &[]).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(image::load_from_memory(&png).unwrap().width(), 256);
    for (file, expected) in [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (picture(60), StatusCode::UNPROCESSABLE_ENTITY),
        (Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
        (vec![0; 5_000_001], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![0; 5_000_100], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let (status, problem) = put_file(&server, &ines, file).await;
        assert_eq!(status, expected, "{problem}");
        assert!(problem["detail"].as_str().unwrap().ends_with('.'));
    }
    assert_eq!(
        get(&server, PAGE).await["logo"],
        version,
        "the old one stays"
    );
    let jun = stranger(&server).await;
    assert_eq!(
        put_file(&server, &jun, picture(400)).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, _) = server.as_person(&session, "DELETE", LOGO, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(server.published(&path, &[]).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_directory_finds_who_is_in_and_on_wish_who_is_not() {
    let (server, _) = member().await;
    list(&server, "kelpworks/clock", &["1.0"], &Labels::default());
    list(
        &server,
        "wrackline/shore",
        &["1.0", "2.0"],
        &Labels::default(),
    );
    let all = get(&server, "/api/v1/directory").await;
    assert_eq!(
        (&all["total"], &all["sponsored"], &all["all"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(all["namespaces"][0]["namespace"], "kelpworks");
    assert!(all["registry_read_at"].is_string());
    let wide = get(&server, "/api/v1/directory?all=true&order=name").await;
    assert_eq!(wide["namespaces"][1]["namespace"], "wrackline");
    assert_eq!(wide["namespaces"][1]["sponsorship"]["state"], "never");
    let found = get(&server, "/api/v1/directory?words=clo").await;
    assert_eq!(found["namespaces"][0]["fitting"], json!(["clock"]));
    let none = get(&server, "/api/v1/directory?words=shore").await;
    assert_eq!((&none["total"], &none["all"]), (&json!(0), &json!(1)));
    let ines = server.sign_in(INES).await;
    let change = json!({ "version": 0, "profile": { "name": "Kelp", "categories": ["science"] } });
    server.as_person(&ines, "PUT", PROFILE, Some(&change)).await;
    let facets = get(&server, "/api/v1/directory?category=science").await;
    assert_eq!(
        facets["categories"],
        json!([{ "category": "science", "count": 1 }])
    );
    assert_eq!(facets["namespaces"][0]["name"], "Kelp");
    for wrong in [
        "skip=1000001",
        "most=501",
        "skip=-1",
        "category=none",
        "order=none",
        "most=x",
    ] {
        let path = format!("/api/v1/directory?{wrong}");
        let (status, _, problem) = server.ask("GET", &path, &[], None).await;
        assert!(status.is_client_error(), "{wrong}: {problem}");
    }
    // Once it has lapsed, it is among those that are not in.
    server.wait(chrono::TimeDelta::days(400));
    let later = get(&server, "/api/v1/directory").await;
    assert_eq!(later["total"], 0);
    let later = get(&server, "/api/v1/directory?all=true&words=kelp").await;
    assert_eq!(later["namespaces"][0]["sponsorship"]["state"], "lapsed");
}

#[tokio::test]
async fn an_empty_directory_is_an_answer() {
    let server = staffed().await;
    let none = get(&server, "/api/v1/directory?words=anything").await;
    assert_eq!(
        (&none["total"], &none["registry_read_at"]),
        (&json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn stars_come_from_the_forge_with_their_date_and_stay_when_it_is_silent() {
    let (server, _) = member().await;
    assert_eq!(get(&server, PAGE).await["stars"], Value::Null);
    let mut repository = common::repository("kelpworks/kelp");
    repository["stargazers_count"] = json!(1_204);
    server
        .forge
        .set("/repos/kelpworks/kelp", 200, repository.to_string());
    // What was read for the application is kept for some minutes.
    server.wait(chrono::TimeDelta::minutes(6));
    let read = server.service.read_stars().await.unwrap();
    assert_eq!(
        read.map(|name| name.to_string()).as_deref(),
        Some("kelpworks")
    );
    let stars = get(&server, PAGE).await["stars"].clone();
    assert_eq!(
        stars,
        json!({ "count": 1204, "of": "github.com/kelpworks/kelp", "read_at": "2026-08-13T09:06:00Z" })
    );
    assert_eq!(
        server.service.read_stars().await.unwrap(),
        None,
        "not again today"
    );
    server.forge.set("/repos/kelpworks/kelp", 503, "");
    server.wait(chrono::TimeDelta::days(2));
    assert!(server.service.read_stars().await.unwrap().is_some());
    assert_eq!(get(&server, PAGE).await["stars"], stars);
    let listed = get(&server, "/api/v1/directory").await;
    assert_eq!(listed["namespaces"][0]["stars"], 1204);
}
