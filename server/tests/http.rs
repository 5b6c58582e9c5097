//! Every rule of the server, asked over a small site in a temporary folder.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use dsos_server::http::{router, site::Site};

use crate::common;
use http_body_util::BodyExt;
use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use tower::ServiceExt;

const SCRIPT: &str = "/dsos-0123456789abcdef.js";
const PAGE: &str = "<!doctype html><script>let theme;</script><h1>Program</h1>";

/// A site in a folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "dsos-server-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = Self(std::env::temp_dir().join(name));
        for (path, content) in [
            ("site/index.html", PAGE),
            ("site/index.html.br", "brotli of the page"),
            ("site/index.html.gz", "gzip of the page"),
            ("site/insights/index.html", "<h1>Insights</h1>"),
            ("site/apply/index.html", "<h1>Apply</h1>"),
            ("site/applications/index.html", "<h1>Status</h1>"),
            ("site/n/_/settings/index.html", "<h1>Membership</h1>"),
            ("site/n/_/insights/index.html", "<h1>Pulls</h1>"),
            ("site/404.html", "<h1>Not here</h1>"),
            ("site/robots.txt", "User-agent: *\n"),
            ("site/build.json", "{\"build\":\"1\"}"),
            ("site/.secret", "hidden"),
            ("site/.git/config", "hidden"),
            (&format!("site{SCRIPT}"), "export {}"),
            (&format!("site{SCRIPT}.br"), "brotli of the script"),
            ("outside.txt", "outside"),
        ] {
            let path = folder.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let router = router(
            Site::load(
                &self.0.join("site"),
                &["https://api.forge.example".to_owned()],
            )
            .unwrap(),
            common::service(&self.0.join("data"), common::clock()),
        );
        let answer = router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (
            parts.status,
            parts.headers,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    async fn get(&self, path: &str) -> (StatusCode, HeaderMap, String) {
        self.ask("GET", path, &[]).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn known_routes_answer_with_their_own_page() {
    let site = Folder::new();
    let (status, headers, body) = site.get("/").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, PAGE));
    assert_eq!(value(&headers, "content-type"), "text/html; charset=utf-8");
    assert_eq!(value(&headers, "cache-control"), "no-cache");
    let (status, _, body) = site.get("/insights?span=3m").await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::OK, "<h1>Insights</h1>")
    );
}

#[tokio::test]
async fn one_page_answers_for_every_namespace_and_may_ask_forges() {
    let site = Folder::new();
    for path in ["/n/kelpworks/settings", "/n/a.b-c/settings?x"] {
        let (status, headers, body) = site.get(path).await;
        assert_eq!(
            (status, body.as_str()),
            (StatusCode::OK, "<h1>Membership</h1>"),
            "{path}"
        );
        let policy = value(&headers, "content-security-policy");
        assert!(policy.contains("https://api.forge.example"), "{policy}");
    }
    let (status, headers, body) = site.get("/n/kelpworks/insights").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "<h1>Pulls</h1>"));
    // It asks this server alone.
    let policy = value(&headers, "content-security-policy");
    assert!(policy.contains("connect-src 'self';"), "{policy}");
    for path in [
        "/n//settings",
        "/n/a/b/settings",
        "/n/a/b/insights",
        "/n/kelpworks",
        "/n",
    ] {
        assert_eq!(site.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn unknown_routes_are_404_with_a_page() {
    let site = Folder::new();
    let (status, headers, body) = site.get("/nowhere").await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::NOT_FOUND, "<h1>Not here</h1>")
    );
    assert_eq!(value(&headers, "cache-control"), "no-cache");
    assert!(value(&headers, "content-security-policy").contains("script-src 'self'"));
}

#[tokio::test]
async fn missing_files_are_404_without_a_page() {
    let site = Folder::new();
    for path in [
        "/dsos-ffffffffffffffff.js",
        "/w-0123456789abcdef/worker",
        "/missing.png",
    ] {
        let (status, headers, body) = site.get(path).await;
        assert_eq!(
            (status, body.as_str()),
            (StatusCode::NOT_FOUND, ""),
            "{path}"
        );
        assert_eq!(value(&headers, "cache-control"), "no-cache", "{path}");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_good_and_others_are_not() {
    let site = Folder::new();
    let (_, headers, _) = site.get(SCRIPT).await;
    assert_eq!(
        value(&headers, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    for path in ["/robots.txt", "/build.json", "/"] {
        assert_eq!(
            value(&site.get(path).await.1, "cache-control"),
            "no-cache",
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_best_accepted_coding_is_sent() {
    let site = Folder::new();
    for (accepted, coding, body) in [
        ("gzip, deflate, br, zstd", "br", "brotli of the page"),
        ("gzip, br;q=0", "gzip", "gzip of the page"),
        ("GZIP;q=0.5", "gzip", "gzip of the page"),
        ("identity", "", PAGE),
        ("brotli", "", PAGE),
    ] {
        let (_, headers, sent) = site.ask("GET", "/", &[("accept-encoding", accepted)]).await;
        assert_eq!(
            (value(&headers, "content-encoding"), sent.as_str()),
            (coding, body),
            "{accepted}"
        );
        assert_eq!(value(&headers, "vary"), "Accept-Encoding", "{accepted}");
        assert_eq!(
            value(&headers, "content-length"),
            body.len().to_string(),
            "{accepted}"
        );
    }
    let (_, headers, sent) = site
        .ask("GET", SCRIPT, &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(
        (value(&headers, "content-encoding"), sent.as_str()),
        ("", "export {}")
    );
    assert_eq!(value(&headers, "vary"), "Accept-Encoding");
    assert_eq!(value(&site.get("/robots.txt").await.1, "vary"), "");
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let site = Folder::new();
    let tag = value(&site.get("/").await.1, "etag").to_owned();
    assert!(tag.len() > 2);
    let packed = site.ask("GET", "/", &[("accept-encoding", "br")]).await;
    assert_ne!(value(&packed.1, "etag"), tag);
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let (status, headers, body) = site.ask("GET", "/", &[("if-none-match", &known)]).await;
        assert_eq!(
            (status, body.as_str()),
            (StatusCode::NOT_MODIFIED, ""),
            "{known}"
        );
        assert_eq!(value(&headers, "etag"), tag);
        assert_eq!(value(&headers, "cache-control"), "no-cache");
    }
    let (status, ..) = site
        .ask("GET", "/", &[("if-none-match", "\"other\"")])
        .await;
    assert_eq!(status, StatusCode::OK);
    let (status, ..) = site.ask("GET", "/nowhere", &[("if-none-match", "*")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let site = Folder::new();
    let (status, headers, body) = site.ask("HEAD", "/", &[]).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    assert_eq!(value(&headers, "content-length"), PAGE.len().to_string());
    assert_eq!(headers.get("etag"), site.get("/").await.1.get("etag"));
}

#[tokio::test]
async fn nothing_but_reading_is_allowed() {
    let site = Folder::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let (status, headers, _) = site.ask(method, "/", &[]).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(value(&headers, "allow"), "GET, HEAD");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_site_or_to_hidden_files() {
    let site = Folder::new();
    for path in [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/insights/../../outside.txt",
        "/..\\outside.txt",
        "//outside.txt",
        "/.secret",
        "/%2esecret",
        "/.git/config",
        "/index.html.br",
        "/index.html%00",
        "/insights//index.html",
    ] {
        let (status, _, body) = site.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            !body.contains("outside") && !body.contains("hidden") && !body.contains("brotli"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn each_page_has_one_address() {
    let site = Folder::new();
    for (path, target) in [
        ("/insights/", "/insights"),
        ("/insights/?span=3m", "/insights?span=3m"),
        ("/insights/index.html", "/insights"),
        ("/index.html", "/"),
        ("/robots.txt/", "/robots.txt"),
    ] {
        let (status, headers, _) = site.get(path).await;
        assert_eq!(
            (status, value(&headers, "location")),
            (StatusCode::PERMANENT_REDIRECT, target),
            "{path}"
        );
    }
    // Not to another host, as //evil would be.
    let (status, headers, _) = site.get("//evil.example/").await;
    assert_eq!(
        (status, value(&headers, "location")),
        (StatusCode::NOT_FOUND, "")
    );
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let site = Folder::new();
    for path in [
        "/",
        "/nowhere",
        SCRIPT,
        "/missing.js",
        "/healthz",
        "/insights/",
    ] {
        let (_, headers, _) = site.get(path).await;
        assert_eq!(
            value(&headers, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(value(&headers, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            value(&headers, "cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            value(&headers, "cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            value(&headers, "permissions-policy").contains("camera=()"),
            "{path}"
        );
        let policy = value(&headers, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}");
    }
    let (_, headers, _) = site.get("/").await;
    assert!(value(&headers, "content-security-policy").contains("'sha256-"));
}

#[tokio::test]
async fn a_worker_may_fetch_and_compile() {
    let site = Folder::new();
    let (_, headers, _) = site.get(SCRIPT).await;
    let policy = value(&headers, "content-security-policy");
    for part in [
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "worker-src 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    let (_, headers, _) = site.get("/robots.txt").await;
    let policy = value(&headers, "content-security-policy");
    assert!(!policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn the_server_says_that_it_is_well() {
    let (status, _, body) = Folder::new().get("/healthz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "well\n"));
}

#[test]
fn a_folder_that_is_no_built_site_is_refused() {
    let folder = Folder::new();
    fs::remove_file(folder.0.join("site/404.html")).unwrap();
    let words = Site::load(&folder.0.join("site"), &[])
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("404.html") && words.contains("cargo xtask build"),
        "{words}"
    );
}

#[tokio::test]
async fn only_the_form_may_ask_forges() {
    let folder = Folder::new();
    for (path, expected) in [
        ("/", false),
        ("/insights", false),
        ("/nowhere", false),
        ("/apply", true),
    ] {
        let (_, headers, _) = folder.get(path).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert_eq!(
            policy.contains("https://api.forge.example"),
            expected,
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn it_says_when_it_is_ready() {
    let folder = Folder::new();
    let (status, _, body) = folder.get("/readyz").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ready\n"));
}

#[tokio::test]
async fn every_application_has_the_same_page_and_the_list_has_none() {
    let folder = Folder::new();
    for (path, expected) in [
        ("/applications/abc", StatusCode::OK),
        ("/applications", StatusCode::NOT_FOUND),
        ("/applications/", StatusCode::NOT_FOUND),
        ("/applications/abc/def", StatusCode::NOT_FOUND),
        ("/applicationsabc", StatusCode::NOT_FOUND),
    ] {
        let (status, headers, body) = folder.get(path).await;
        assert_eq!(status, expected, "{path}");
        assert_eq!(
            body.contains("Status"),
            expected == StatusCode::OK,
            "{path}"
        );
        if expected == StatusCode::OK {
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("https://api.forge.example"));
        }
    }
}
