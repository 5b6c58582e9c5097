//! Pages about something that the server knows, as a crawler reads them: without a script.

use crate::common;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use common::{Server, member};
use dsos_server::http::{router, site::Site};
use http_body_util::BodyExt;
use serde_json::Value;
use std::fs;
use tower::ServiceExt;

const SHELL: &str = "<!doctype html>\n<html><head>\n<title>Shell</title>\n<meta name=\"description\" content=\"Shell.\">\n<meta property=\"og:title\" content=\"Shell\">\n<meta property=\"og:description\" content=\"Shell.\">\n<script>let theme;</script></head><body><noscript><p>Scripts.</p></noscript><h1>Shell</h1></body></html>";

async fn ask(
    server: &Server,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let site = server.folder.join("site");
    for page in [
        "index",
        "404",
        "explore/index",
        "verify/index",
        "n/_/index",
        "n/_/settings/index",
    ] {
        let file = site.join(format!("{page}.html"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(
            file,
            if page == "404" {
                "<h1>Not here</h1>"
            } else {
                SHELL
            },
        )
        .unwrap();
    }
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router = router(Site::load(&site, &[]).unwrap(), server.service.clone());
    let answer = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, body.to_vec())
}

async fn html(server: &Server, path: &str) -> String {
    String::from_utf8(ask(server, path, &[]).await.2).unwrap()
}

/// What stands in an element of a page, as JSON.
fn json_in(html: &str, open: &str) -> Value {
    let (_, rest) = html.split_once(open).expect(open);
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

const FIRST: &str = "<script type=\"application/json\" id=\"first-answer\">";
const DATA: &str = "<script type=\"application/ld+json\">";

#[tokio::test]
async fn a_namespace_describes_itself_and_brings_its_answer() {
    let (server, _) = member().await;
    let html = html(&server, "/n/kelpworks").await;
    assert!(
        html.contains("<title>kelpworks · Docker-Sponsored Open Source Program</title>"),
        "{html}"
    );
    assert!(
        html.contains("content=\"Kelp, grown. kelpworks is in the "),
        "{html}"
    );
    assert!(html.contains("<link rel=\"canonical\" href=\"https://hub.example/n/kelpworks\">"));
    assert!(!html.contains("Shell."));
    let data = json_in(&html, DATA);
    assert_eq!(data["sameAs"][0], "https://github.com/kelpworks/kelp");
    let first = json_in(&html, FIRST);
    let path = first["path"].as_str().unwrap();
    let (_, _, answer) = server.ask("GET", path, &[], None).await;
    assert_eq!(first["answer"], answer, "the same as the API says");
}

#[tokio::test]
async fn what_is_not_known_is_not_found_and_says_so_without_being_asked() {
    let (server, _) = member().await;
    for (path, status) in [
        ("/n/kelpworks", StatusCode::OK),
        ("/n/nobody", StatusCode::NOT_FOUND),
        ("/n/NOBODY", StatusCode::NOT_FOUND),
        ("/n/%20kelpworks", StatusCode::NOT_FOUND),
        ("/n/kelpworks/other", StatusCode::NOT_FOUND),
        ("/n/kelpworks/settings", StatusCode::OK),
        ("/explore", StatusCode::OK),
        ("/verify", StatusCode::OK),
        ("/verify/nobody", StatusCode::OK),
        ("/verify/NOBODY", StatusCode::NOT_FOUND),
        ("/verify/..%2f", StatusCode::NOT_FOUND),
        ("/verify/a/b", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(ask(&server, path, &[]).await.0, status, "{path}");
    }
    let html = html(&server, "/n/nobody").await;
    let first = json_in(&html, FIRST);
    let (_, _, problem) = server
        .ask("GET", first["path"].as_str().unwrap(), &[], None)
        .await;
    assert_eq!(first["problem"], problem);
}

#[tokio::test]
async fn the_directory_brings_its_first_answer_unless_something_is_looked_for() {
    let (server, _) = member().await;
    let plain = html(&server, "/explore").await;
    assert!(
        plain.contains("1 open source project whose images"),
        "{plain}"
    );
    let first = json_in(&plain, FIRST);
    let (_, _, answer) = server
        .ask("GET", first["path"].as_str().unwrap(), &[], None)
        .await;
    assert_eq!(first["answer"], answer);
    assert!(plain.contains("<a href=\"/n/kelpworks\">kelpworks</a>"));
    let asked = html(&server, "/explore?q=kelp").await;
    assert!(!asked.contains("first-answer"), "{asked}");
}

#[tokio::test]
async fn a_page_is_kept_by_its_tag_and_packed_for_who_takes_it() {
    let (server, _) = member().await;
    let (_, headers, plain) = ask(&server, "/verify/kelpworks", &[]).await;
    assert_eq!(headers["cache-control"], "no-cache");
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src 'self'")
    );
    let tag = headers["etag"].to_str().unwrap();
    let (status, _, body) = ask(&server, "/verify/kelpworks", &[("if-none-match", tag)]).await;
    assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    let gzip = [("accept-encoding", "gzip, br")];
    let (_, headers, packed) = ask(&server, "/verify/kelpworks", &gzip).await;
    assert_eq!(headers["content-encoding"], "gzip");
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(&packed[..]),
        &mut unpacked,
    )
    .unwrap();
    assert_eq!(unpacked, plain);
}

#[tokio::test]
async fn crawlers_get_a_list_of_pages_and_what_lapsed_is_not_on_it() {
    let (server, _) = member().await;
    let robots = html(&server, "/robots.txt").await;
    assert!(robots.contains("Sitemap: https://hub.example/sitemap.xml"));
    let map = html(&server, "/sitemap.xml").await;
    assert!(
        map.contains("<loc>https://hub.example/n/kelpworks</loc>"),
        "{map}"
    );
    server.wait(chrono::TimeDelta::days(400));
    let map = html(&server, "/sitemap.xml").await;
    assert!(!map.contains("kelpworks") && map.contains("<loc>https://hub.example/explore</loc>"));
}

#[tokio::test]
async fn a_page_about_a_namespace_has_one_address() {
    let (server, _) = member().await;
    for (path, target) in [
        ("/verify/", "/verify"),
        ("/explore/", "/explore"),
        ("/verify/kelpworks/", "/verify/kelpworks"),
        ("/n/kelpworks/?show=all", "/n/kelpworks?show=all"),
    ] {
        let (status, headers, _) = ask(&server, path, &[]).await;
        let location = headers.get("location").map(|value| value.to_str().unwrap());
        assert_eq!(
            (status, location),
            (StatusCode::PERMANENT_REDIRECT, Some(target)),
            "{path}"
        );
    }
    for path in [
        "/n//",
        "/n/Kelpworks/",
        "/n/%2f%2fevil.example/",
        "/verify/kelpworks/x/",
    ] {
        let (status, _, _) = ask(&server, path, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn under_its_old_name_it_says_the_new_one_without_a_script() {
    let (server, _) = member().await;
    let name = |text| program::namespace::Namespace::parse(text).unwrap();
    let (old, new, now) = (name("kelpworks"), name("kelp-works"), server.service.now());
    let renamed: Result<_, dsos_server::store::StoreError> = server
        .service
        .store
        .write(|connection| dsos_server::renames::rename(connection, &old, &new, now));
    renamed.unwrap().unwrap();
    let html = html(&server, "/n/kelpworks").await;
    assert!(
        html.contains("kelpworks is now called kelp-works."),
        "{html}"
    );
}
