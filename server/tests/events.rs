//! What registries report: who may, what is taken, what is set aside, and that it is counted.

use crate::common;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use common::Server;
use dsos_server::{
    events::{Intake, PREFIX},
    http, secret,
    service::Service,
    store::{
        StoreError,
        reporters::{self, ReporterKind},
    },
};
use http_body_util::BodyExt;
use intake::Drain;
use program::namespace::Namespace;
use pulls::{
    batch::Number,
    calendar::{Day, Span},
    header::Column,
};
use serde_json::{Value, json};
use std::{fs, ops::ControlFlow, sync::Arc};
use tower::ServiceExt;

const DIGEST: &str = "sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const WINDOW: i64 = 60_000;

/// A server that takes in what registries report.
pub struct Taking {
    pub server: Server,
    pub service: Service,
    pub intake: Arc<Intake>,
    drain: Drain,
}

impl Taking {
    async fn start() -> Self {
        Self::over(Server::start().await)
    }

    /// One with data already.
    pub fn over(server: Server) -> Self {
        let intake = Arc::new(Intake::open(&server.service.settings).unwrap());
        let pulls = Arc::clone(&intake.pulls);
        let drain = Drain::open(&server.folder, &intake.spool, pulls, WINDOW).unwrap();
        Self {
            service: server.service.clone().with_intake(Arc::clone(&intake)),
            server,
            intake,
            drain,
        }
    }

    /// A registry; gives its token.
    pub fn add(&self, name: &'static str, kind: ReporterKind, namespaces: &[&str]) -> String {
        let token = format!("{PREFIX}{}", secret::secret().unwrap());
        let namespaces: Vec<Namespace> = namespaces
            .iter()
            .map(|name| Namespace::parse(name).unwrap())
            .collect();
        let (hash, now) = (secret::hash(&token), self.service.now());
        let added: Result<Option<i64>, StoreError> = self
            .service
            .store
            .write(|connection| reporters::add(connection, name, kind, &namespaces, &hash, now));
        assert!(added.unwrap().is_some());
        token
    }

    pub async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: String,
    ) -> (StatusCode, String) {
        let mut request =
            Request::post(path).header("content-type", events::distribution::MEDIA_TYPE);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = http::events::router(self.service.clone())
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Lets the sessions close, and gives the actions, tags and clients that were counted.
    pub fn counted(&mut self, namespace: &str) -> Vec<(u64, String, String)> {
        self.server.wait(TimeDelta::minutes(3));
        for _ in 0..2 {
            let now = self.service.now().timestamp_millis();
            self.drain.step(now).unwrap();
        }
        let mut found = Vec::new();
        let span = Span {
            first: Day(20_000),
            last: Day(30_000),
        };
        self.intake
            .pulls
            .raw(&[namespace], span, &mut |batch| {
                for row in 0..batch.len() {
                    let text =
                        |column| String::from_utf8(batch.row(row).text(column).to_vec()).unwrap();
                    let action = batch.numbers(Number::Action).get(row);
                    found.push((action, text(Column::Tag), text(Column::Tool)));
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        found.sort();
        found
    }
}

pub fn event(server: &Server, id: &str, repository: &str, method: &str) -> Value {
    json!({
        "id": id,
        "timestamp": server.service.now(),
        "action": "pull",
        "target": { "mediaType": MANIFEST, "digest": DIGEST, "repository": repository, "tag": "1.0" },
        "request": { "addr": "192.0.2.11:42961", "method": method, "useragent": "skopeo/1.9.3" },
        "source": { "addr": "203.0.113.9:5000" }
    })
}

pub fn body(events: &[Value]) -> String {
    json!({ "events": events }).to_string()
}

#[tokio::test]
async fn a_pull_that_a_registry_reports_is_counted_once() {
    let mut taking = Taking::start().await;
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    let head = event(&taking.server, "a", "kelpworks/web", "HEAD");
    let get = event(&taking.server, "b", "kelpworks/web", "GET");
    for _ in 0..3 {
        let both = body(&[get.clone(), head.clone()]);
        let (status, text) = taking
            .post("/events/distribution", Some(&token), both)
            .await;
        assert_eq!((status, text.as_str()), (StatusCode::ACCEPTED, ""));
    }
    assert_eq!(
        taking.counted("kelpworks"),
        [(0, "1.0".to_owned(), "skopeo".to_owned())]
    );
}

#[tokio::test]
async fn only_a_token_of_a_registry_reports_and_only_its_namespaces() {
    let mut taking = Taking::start().await;
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    let harbor = taking.add("harbor", ReporterKind::Harbor, &["kelpworks"]);
    let sent = body(&[event(&taking.server, "a", "kelpworks/web", "GET")]);
    let made_up = format!("{PREFIX}{}", secret::secret().unwrap());
    for wrong in [
        None,
        Some(""),
        Some("dsos_pat_x"),
        Some(made_up.as_str()),
        Some(harbor.as_str()),
    ] {
        let (status, text) = taking
            .post("/events/distribution", wrong, sent.clone())
            .await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{wrong:?}");
        assert!(text.contains("dsos add-registry"), "{text}");
    }
    let (status, _) = taking
        .post("/events/harbor", Some(&token), sent.clone())
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // Of another namespace it is taken and set aside: it must not hold up what follows.
    let foreign = body(&[event(&taking.server, "c", "tidal/web", "GET")]);
    let (status, _) = taking
        .post("/events/distribution", Some(&token), foreign)
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert!(taking.counted("tidal").is_empty());
    let spool = rusqlite::Connection::open(taking.server.folder.join("spool.sqlite")).unwrap();
    let aside: (String, String) = spool
        .query_row("SELECT code, why FROM set_aside", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(aside.0, "namespace");
    assert!(
        aside.1.contains("may not report the namespace tidal"),
        "{}",
        aside.1
    );
    // Once it is removed, its token is nobody's.
    let removed: Result<bool, StoreError> = taking
        .service
        .store
        .write(|connection| reporters::remove(connection, "hub"));
    assert!(removed.unwrap());
    let (status, _) = taking
        .post("/events/distribution", Some(&token), sent)
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_cannot_be_believed_is_taken_and_holds_nothing_up() {
    let mut taking = Taking::start().await;
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    let mut future = event(&taking.server, "f", "kelpworks/web", "GET");
    future["timestamp"] = json!(taking.service.now() + TimeDelta::days(1));
    let mut old = event(&taking.server, "o", "kelpworks/web", "GET");
    old["timestamp"] = json!("1970-01-01T00:00:00Z");
    let mut agent = event(&taking.server, "g", "kelpworks/web", "GET");
    agent["request"]["useragent"] = json!("x".repeat(64 * 1024));
    let mut tag = event(&taking.server, "t", "kelpworks/web", "GET");
    tag["target"]["tag"] = json!("no tag");
    let many = body(&[future, old, tag, agent]);
    for sent in ["", "{", "null", "[]", &many] {
        let (status, _) = taking
            .post("/events/distribution", Some(&token), sent.to_owned())
            .await;
        assert_eq!(status, StatusCode::ACCEPTED, "{sent}");
    }
    assert_eq!(
        taking.counted("kelpworks"),
        [(0, "1.0".to_owned(), "other".to_owned())]
    );
}

#[tokio::test]
async fn no_address_is_written_anywhere() {
    let mut taking = Taking::start().await;
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks"]);
    let mut broken = event(&taking.server, "x", "kelpworks/web", "GET");
    broken["target"]["digest"] = json!("192.0.2.11");
    broken["request"]["headers"] = json!({ "X-Forwarded-For": "2001:db8::77" });
    let sent = body(&[event(&taking.server, "a", "kelpworks/web", "GET"), broken]);
    let whole = format!("{sent} and more from 192.0.2.11");
    for sent in [sent, whole] {
        let (status, _) = taking
            .post("/events/distribution", Some(&token), sent)
            .await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    assert_eq!(taking.counted("kelpworks").len(), 1);
    let mut files = 0;
    for file in fs::read_dir(&taking.server.folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            files += 1;
            let bytes = fs::read(&path).unwrap();
            for address in ["192.0.2.11", "203.0.113.9", "2001:db8::77"] {
                let is_there = bytes
                    .windows(address.len())
                    .any(|some| some == address.as_bytes());
                assert!(!is_there, "{address} in {}", path.display());
            }
            let octets = [192, 0, 2, 11];
            let is_there = bytes.windows(4).any(|some| some == octets);
            assert!(!is_there, "its bytes in {}", path.display());
        }
    }
    assert!(files >= 4, "{files} files");
}

#[tokio::test]
async fn webhooks_of_harbor_are_pulls() {
    let mut taking = Taking::start().await;
    let token = taking.add("harbor", ReporterKind::Harbor, &["kelpworks"]);
    let sent = json!({
        "type": "PULL_ARTIFACT",
        "occur_at": taking.service.now().timestamp(),
        "event_data": {
            "resources": [{ "digest": DIGEST, "tag": "2.0" }],
            "repository": { "repo_full_name": "kelpworks/web" }
        }
    });
    let (status, _) = taking
        .post("/events/harbor", Some(&token), sent.to_string())
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(
        taking.counted("kelpworks"),
        [(0, "2.0".to_owned(), String::new())]
    );
}
