//! A server over a folder of its own, with a clock that is set by hand and a
//! forge that answers what it is told.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod credentials;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Request, StatusCode, Uri},
    response::IntoResponse,
};
use chrono::{DateTime, TimeDelta, Utc};
use dsos_server::{
    http::{api, published},
    service::{Clock, Service},
    settings::{Given, Limits},
    store::{Store, StoreError, accounts, outbox},
};
use http_body_util::BodyExt;
use program::mail::MailAddress;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};
use tower::ServiceExt;

/// The day on which tests begin.
pub fn start() -> DateTime<Utc> {
    "2026-08-13T09:00:00Z".parse().unwrap()
}

/// A clock that stands still.
pub fn clock() -> Clock {
    Arc::new(start)
}

/// A service over a data folder, with no forge.
pub fn service(data: &Path, clock: Clock) -> Service {
    with_forges(data, clock, Vec::new())
}

/// A service over a data folder, with these forges.
pub fn with_forges(data: &Path, clock: Clock, forge: Vec<String>) -> Service {
    let given = Given {
        data: Some(data.to_owned()),
        forge: Some(forge),
        // Tests ask for more at once than people do; the limits have tests of their own.
        limits: Some(Limits::Off),
        ..Given::default()
    };
    let settings = given.settle(Path::new("/nowhere")).unwrap();
    Service::new(
        Store::open(data).unwrap(),
        settings,
        "https://hub.example",
        clock,
    )
}

/// A forge of GitHub’s kind on this machine: paths and what they answer.
#[derive(Clone, Default)]
pub struct StandIn(Arc<Mutex<HashMap<String, (u16, String)>>>);

impl StandIn {
    /// Starts to answer; gives its configuration for the host `github.com`.
    pub async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("github,github.com,http://{address}")
    }

    /// Sets what a path answers.
    pub fn set(&self, path: &str, status: u16, body: impl Into<String>) {
        let mut answers = self.0.lock().unwrap();
        answers.insert(path.to_owned(), (status, body.into()));
    }

    /// Sets a repository that is as it should be.
    pub fn set_repository(&self, name: &str) {
        self.set(&format!("/repos/{name}"), 200, repository(name).to_string());
        let profile = json!({"files": {"contributing": {}, "readme": {}}});
        self.set(
            &format!("/repos/{name}/community/profile"),
            200,
            profile.to_string(),
        );
    }
}

/// A repository as GitHub tells of it.
pub fn repository(name: &str) -> Value {
    json!({
        "full_name": name, "private": false, "archived": false, "fork": false,
        "license": {"spdx_id": "MPL-2.0"}, "pushed_at": "2026-08-10T00:00:00Z",
        "description": "Kelp, grown", "homepage": "https://kelpworks.org"
    })
}

async fn answer(State(stand_in): State<StandIn>, uri: Uri) -> impl IntoResponse {
    let found = stand_in.0.lock().unwrap().get(uri.path()).cloned();
    let (status, body) = found.unwrap_or((404, "{}".to_owned()));
    if status == 0 {
        // It hangs.
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    (StatusCode::from_u16(status.max(200)).unwrap(), body)
}

/// A server in a folder of its own, removed at the end.
pub struct Server {
    pub folder: PathBuf,
    pub service: Service,
    pub forge: StandIn,
    later_ms: Arc<AtomicI64>,
}

impl Server {
    /// Starts one, with a forge.
    pub async fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "dsos-api-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        let later_ms = Arc::new(AtomicI64::new(0));
        let shared = Arc::clone(&later_ms);
        let clock: Clock =
            Arc::new(move || start() + TimeDelta::milliseconds(shared.load(Ordering::Relaxed)));
        let forge = StandIn::default();
        let configuration = forge.start().await;
        let service = with_forges(&folder, clock, vec![configuration]);
        Self {
            folder,
            service,
            forge,
            later_ms,
        }
    }

    /// Moves the clock on.
    pub fn wait(&self, time: TimeDelta) {
        self.later_ms
            .fetch_add(time.num_milliseconds(), Ordering::Relaxed);
    }

    /// Asks; gives status, headers and body.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let text = body.map(Value::to_string);
        self.ask_text(method, path, headers, text.as_deref()).await
    }

    /// Asks with a body as it stands.
    pub async fn ask_text(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "hub.example");
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(body.unwrap_or_default().to_owned());
        let router = api::router(self.service.clone());
        let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (parts.status, parts.headers, value)
    }

    /// Asks for something that is published; gives status, headers and body.
    pub async fn published(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(path).header("host", "hub.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let router = published::router(self.service.clone());
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, bytes.to_vec())
    }

    /// What is published under a path, as text.
    pub async fn text(&self, path: &str) -> String {
        let (status, _, body) = self.published(path, &[]).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        String::from_utf8(body).unwrap()
    }

    /// Sends an application; gives its receipt.
    pub async fn send(&self, answers: &Value, key: &str) -> Value {
        let body = json!({ "answers": answers });
        let (status, _, receipt) = self
            .ask(
                "POST",
                "/api/v1/applications",
                &[("idempotency-key", key)],
                Some(&body),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{receipt}");
        receipt
    }

    /// Reads an application by its receipt.
    pub async fn read(&self, receipt: &Value) -> Value {
        let (status, _, value) = self.open("GET", receipt, "", None).await;
        assert_eq!(status, StatusCode::OK, "{value}");
        value
    }

    /// Does something with an application by its receipt; `rest` goes on from its path.
    pub async fn open(
        &self,
        method: &str,
        receipt: &Value,
        rest: &str,
        body: Option<&Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let path = format!(
            "/api/v1/applications/{}{rest}",
            receipt["id"].as_str().unwrap()
        );
        let key = receipt["key"].as_str().unwrap();
        self.ask(method, &path, &[("dsos-key", key)], body).await
    }

    /// Waits until the server has read the evidence for an application.
    pub async fn checked(&self, receipt: &Value) -> Value {
        for _ in 0..200 {
            let application = self.read(receipt).await;
            let pending = application["findings"]
                .as_array()
                .unwrap()
                .iter()
                .any(|finding| finding["reason"]["code"] == "checking");
            if !pending {
                return application;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the check does not end");
    }
}

/// The criteria, by their names.
pub const CRITERIA: [&str; 6] = [
    "public_source",
    "open_source_license",
    "active_development",
    "no_commercialization",
    "documented",
    "organization_namespace",
];

/// Every criterion met, but those named: with a mark and a reason.
pub fn opinions(others: &[(&str, &str, &str)]) -> Value {
    let mut all = json!({});
    for criterion in CRITERIA {
        all[criterion] = json!({ "mark": "met", "reason": "" });
    }
    for (criterion, mark, reason) in others {
        all[*criterion] = json!({ "mark": mark, "reason": reason });
    }
    all
}

impl Server {
    /// Puts the token of an application where its forge shows it, and has it found.
    pub async fn prove(&self, receipt: &Value) {
        let application = self.read(receipt).await;
        let token = application["control"]["token"].as_str().unwrap();
        for source in application["answers"]["sources"].as_array().unwrap() {
            let name = source["address"].as_str().unwrap();
            let name = name.trim_start_matches("https://github.com/");
            self.forge.set(
                &format!("/repos/{name}/contents/dsos-verify.txt"),
                200,
                token,
            );
        }
        let (status, _, check) = self.open("POST", receipt, "/control", None).await;
        assert_eq!(
            (status, &check["is_proven"]),
            (StatusCode::OK, &json!(true))
        );
    }

    /// Takes an application up and approves it; `session` is of somebody who may.
    pub async fn approve(&self, receipt: &Value, session: &str) -> Value {
        let path = format!("/api/v1/review/{}", receipt["id"].as_str().unwrap());
        let cookie = [("cookie", session)];
        let begin = format!("{path}/begin");
        let (_, _, case) = self.ask("POST", &begin, &cookie, None).await;
        let verdict = json!({
            "decision": { "decision": "approve" },
            "opinions": opinions(&[]),
            "version": case["application"]["version"],
        });
        let decide = format!("{path}/decision");
        let (status, _, case) = self.ask("POST", &decide, &cookie, Some(&verdict)).await;
        assert_eq!(status, StatusCode::OK, "{case}");
        case
    }

    /// Lets everything go out that waits.
    pub fn send_all(&self) {
        let now = self.service.now();
        for mail in self.mails() {
            self.service
                .store
                .write(|connection| outbox::sent(connection, mail.id, now))
                .unwrap();
        }
    }

    /// Asks as somebody who is signed in; gives status and body.
    pub async fn as_person(
        &self,
        session: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let (status, _, value) = self.ask(method, path, &[("cookie", session)], body).await;
        (status, value)
    }
}

/// A server with kelpworks in the program since today; and the session of who runs it.
pub async fn member() -> (Server, String) {
    let server = staffed().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), "0123456789abcdef-first").await;
    server.checked(&receipt).await;
    server.prove(&receipt).await;
    let session = server.sign_in(MARTA).await;
    server.approve(&receipt, &session).await;
    (server, session)
}

/// Who applied for kelpworks.
pub const INES: &str = "ines@kelpworks.org";

impl Server {
    /// Lets somebody run the program.
    pub fn add_staff(&self, mail: &str, name: &str) {
        let (mail, now) = (MailAddress::parse(mail).unwrap(), self.service.now());
        self.service
            .store
            .write(|connection| accounts::put(connection, &mail, name, true, now))
            .map_err(|error: StoreError| error.to_string())
            .unwrap();
    }

    /// The mails that wait, newest first.
    pub fn mails(&self) -> Vec<outbox::Waiting> {
        self.service
            .store
            .read(|connection| outbox::waiting(connection, 100))
            .unwrap()
    }

    /// The code in the newest mail.
    pub fn code(&self) -> String {
        self.mails()[0].subject.chars().take(6).collect()
    }

    /// Signs somebody in; gives the cookie of the session.
    pub async fn sign_in(&self, mail: &str) -> String {
        let body = json!({ "mail": mail });
        let (_, headers, _) = self.ask("POST", "/api/v1/sign-in", &[], Some(&body)).await;
        let body = json!({ "mail": mail, "code": self.code() });
        let cookie = cookies(&headers);
        let (status, headers, _) = self
            .ask(
                "POST",
                "/api/v1/sign-in/code",
                &[("cookie", &cookie)],
                Some(&body),
            )
            .await;
        assert_eq!(status, StatusCode::OK);
        cookies(&headers)
    }
}

/// Somebody who runs the program.
pub const MARTA: &str = "marta@hub.example";

/// A server that knows [`MARTA`].
pub async fn staffed() -> Server {
    let server = Server::start().await;
    server.add_staff(MARTA, "Marta Oduya");
    server
}

/// A server with an application whose source is proven and that somebody begins to read: its
/// receipt, their session, and the case as it is then.
pub async fn begun(key: &str) -> (Server, Value, String, Value) {
    let server = staffed().await;
    server.forge.set_repository("kelpworks/kelp");
    let receipt = server.send(&answers(), key).await;
    server.checked(&receipt).await;
    server.prove(&receipt).await;
    let session = server.sign_in(MARTA).await;
    let id = receipt["id"].as_str().unwrap();
    let path = format!("/api/v1/review/{id}/begin");
    let (status, case) = server.as_person(&session, "POST", &path, None).await;
    assert_eq!(status, StatusCode::OK, "{case}");
    (server, receipt, session, case)
}

/// What a browser keeps of an answer’s cookies.
pub fn cookies(headers: &HeaderMap) -> String {
    let all = headers.get_all("set-cookie").into_iter();
    let pairs = all.map(|value| value.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
}

impl Drop for Server {
    fn drop(&mut self) {
        // What is still open there is removed with it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A form as it should be.
pub fn answers() -> Value {
    json!({
        "namespace": "kelpworks", "presence": "to_be_created", "holder": "organization",
        "paid_plan": false, "sources": [{"address": "https://github.com/kelpworks/kelp"}],
        "license": "MPL-2.0",
        "money": {"paid_tiers": false, "hosted_edition": false, "support_or_consulting": false,
            "sponsors_or_grants": true, "donations": true, "sold_by_others": false},
        "mail": "ines@kelpworks.org", "name": "Inês Caldeira"
    })
}
