//! What one client may ask for: so much and no more, told how long to wait, and by whom it is counted.

use crate::common;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use dsos_server::{
    http::api,
    service::Service,
    settings::{Given, Limits},
    store::{Store, accounts, outbox},
};
use http_body_util::BodyExt;
use program::mail::MailAddress;
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path};
use tower::ServiceExt;

struct Limited {
    folder: tempdir::Folder,
    service: Service,
    /// Made once: that takes longer than a limit takes to let one more in.
    router: Router,
}

/// A folder that is removed at the end.
mod tempdir {
    use std::{fs, path::PathBuf};

    pub struct Folder(pub PathBuf);

    impl Folder {
        pub fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("dsos-{name}-{}", std::process::id())))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

impl Limited {
    fn new(name: &str) -> Self {
        let folder = tempdir::Folder::new(name);
        let given = Given {
            data: Some(folder.0.clone()),
            limits: Some(Limits::On),
            trusted_proxy: Some(vec!["10.0.0.1".parse().unwrap()]),
            public_url: Some("https://hub.example".to_owned()),
            ..Given::default()
        };
        let settings = given.settle(Path::new("/nowhere")).unwrap();
        let store = Store::open(&folder.0).unwrap();
        let service = Service::new(store, settings, "", common::clock());
        let router = api::router(service.clone());
        Self {
            folder,
            service,
            router,
        }
    }

    async fn ask(
        &self,
        peer: &str,
        forwarded: Option<&str>,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let method = if body.is_some() { "POST" } else { "GET" };
        let forwarded = forwarded.map(|forwarded| ("x-forwarded-for", forwarded));
        self.ask_with(peer, forwarded.as_slice(), method, path, body)
            .await
    }

    async fn ask_with(
        &self,
        peer: &str,
        headers: &[(&str, &str)],
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let mut request = request.body(body).unwrap();
        let peer: SocketAddr = format!("{peer}:4000").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (parts.status, parts.headers, value)
    }

    /// Asks for codes until it is refused; gives how many were granted, and the refusal.
    async fn exhaust(&self, peer: &str, forwarded: Option<&str>) -> (usize, HeaderMap, Value) {
        for count in 0..100 {
            let body = json!({ "mail": format!("person{count}@hub.example") });
            let (status, headers, value) = self
                .ask(peer, forwarded, "/api/v1/sign-in", Some(body))
                .await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                return (count, headers, value);
            }
            assert_eq!(status, StatusCode::ACCEPTED, "{value}");
        }
        panic!("there is no limit");
    }
}

#[tokio::test]
async fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let server = Limited::new("limits");
    let (granted, headers, problem) = server.exhaust("203.0.113.1", None).await;
    assert!((20..=22).contains(&granted), "{granted}");
    let wait: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=15).contains(&wait));
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(problem["type"], "too-many");
    // Codes that are guessed count as well, other things and other clients do not.
    let guess = json!({ "mail": "a@b.example", "code": "123456" });
    let (status, _, _) = server
        .ask("203.0.113.1", None, "/api/v1/sign-in/code", Some(guess))
        .await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let (status, _, _) = server
        .ask("203.0.113.1", None, "/api/v1/program", None)
        .await;
    assert_eq!(status, StatusCode::OK);
    let body = json!({ "mail": "a@b.example" });
    let (status, _, _) = server
        .ask("203.0.113.2", None, "/api/v1/sign-in", Some(body))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert!(server.folder.0.exists());
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_is_its_own_and_nobody_else_says_who_they_are() {
    let server = Limited::new("proxies");
    server.exhaust("10.0.0.1", Some("203.0.113.1")).await;
    let ask = async |peer: &str, forwarded: Option<&str>| {
        let body = json!({ "mail": "a@b.example" });
        server
            .ask(peer, forwarded, "/api/v1/sign-in", Some(body))
            .await
            .0
    };
    assert_eq!(
        ask("10.0.0.1", Some("203.0.113.2")).await,
        StatusCode::ACCEPTED
    );
    // What the client itself put before the proxy's word changes nothing.
    assert_eq!(
        ask("10.0.0.1", Some("198.51.100.7, 203.0.113.1")).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    // Not a proxy of ours: it is counted as itself, whatever it says.
    server.exhaust("203.0.113.9", Some("198.51.100.1")).await;
    assert_eq!(
        ask("203.0.113.9", Some("198.51.100.2")).await,
        StatusCode::TOO_MANY_REQUESTS
    );
}

/// An application, and the session of whoever it is from.
async fn applied(server: &Limited) -> (String, String) {
    let key = [("idempotency-key", "0123456789abcdef-first")];
    let body = json!({ "answers": common::answers() });
    let (status, _, receipt) = server
        .ask_with(
            "203.0.113.1",
            &key,
            "POST",
            "/api/v1/applications",
            Some(body),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{receipt}");
    let body = json!({ "mail": common::INES });
    let (_, headers, _) = server
        .ask("203.0.113.1", None, "/api/v1/sign-in", Some(body))
        .await;
    let mails = server
        .service
        .store
        .read(|connection| outbox::waiting(connection, 1))
        .unwrap();
    let code: String = mails[0].subject.chars().take(6).collect();
    let body = json!({ "mail": common::INES, "code": code });
    let asking = common::cookies(&headers);
    let (status, headers, _) = server
        .ask_with(
            "203.0.113.1",
            &[("cookie", &asking)],
            "POST",
            "/api/v1/sign-in/code",
            Some(body),
        )
        .await;
    assert_eq!(status, StatusCode::OK);
    let path = format!("/api/v1/applications/{}", receipt["id"].as_str().unwrap());
    (path, common::cookies(&headers))
}

#[tokio::test]
async fn an_account_that_asks_too_often_waits_wherever_it_asks_from() {
    let server = Limited::new("account");
    let (path, session) = applied(&server).await;
    let cookie = [("cookie", session.as_str())];
    let mail = MailAddress::parse(common::INES).unwrap();
    let account = server
        .service
        .store
        .read(|connection| accounts::by_mail(connection, &mail))
        .unwrap()
        .unwrap();
    // Each from another address, so that no client is over its own limit.
    let mut peers = (1..250u8).flat_map(|a| (1..250u8).map(move |b| format!("198.18.{a}.{b}")));
    let mut granted = 0;
    let (headers, problem) = loop {
        let peer = peers.next().unwrap();
        let (status, headers, value) = server.ask_with(&peer, &cookie, "GET", &path, None).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            break (headers, value);
        }
        assert_eq!(status, StatusCode::OK, "{value}");
        granted += 1;
        assert!(granted < 5_000, "there is no limit");
    };
    assert!(granted >= 480, "{granted}");
    assert_eq!(headers["retry-after"], "1");
    assert_eq!(problem["type"], "too-many");
    let amendment = json!({ "answers": common::answers(), "version": 1 });
    for (method, rest, body) in [
        ("PUT", "", Some(amendment)),
        ("POST", "/control", None),
        ("POST", "/withdraw", None),
    ] {
        let path = format!("{path}{rest}");
        // A slow machine lets a little of the limit come back in between.
        let mut answer = None;
        for _ in 0..20 {
            while server.service.account_limit.count(account.id).is_ok() {}
            let (peer, body) = (peers.next().unwrap(), body.clone());
            let (status, headers, _) = server.ask_with(&peer, &cookie, method, &path, body).await;
            answer = Some((status, headers.contains_key("retry-after")));
            if status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
        }
        let expected = (StatusCode::TOO_MANY_REQUESTS, true);
        assert_eq!(answer, Some(expected), "{method} {path}");
    }
}
