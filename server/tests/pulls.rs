//! The pulls of a namespace over HTTP: who may see them, and what is answered.

use crate::common::{INES, member};
use crate::events::{Taking, body, event};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::TimeDelta;
use dsos_server::{http::api, store::reporters::ReporterKind};
use http_body_util::BodyExt;
use pulls::{
    batch::{Batch, is_viewed},
    query::Query,
    served::{Answer, Asked, Question, VERSION},
};
use serde_json::{Value, json};
use std::{io::Read, time::Duration};
use tower::ServiceExt;

/// A server whose kelpworks has three pulls and a version check; and its maintainer’s session.
pub async fn counted() -> (Taking, String) {
    let (server, _) = member().await;
    let session = server.sign_in(INES).await;
    let mut taking = Taking::over(server);
    let token = taking.add("hub", ReporterKind::Distribution, &["kelpworks", "tidal"]);
    report(&mut taking, &token, 3, "GET").await;
    report(&mut taking, &token, 1, "HEAD").await;
    (taking, session)
}

/// Reports so many requests, each of another client, and counts them.
pub async fn report(taking: &mut Taking, token: &str, count: u8, method: &str) {
    let now = taking.service.now();
    let events: Vec<Value> = (0..count)
        .map(|at| {
            let id = format!("{method}-{}-{at}", now.timestamp_millis());
            let mut event = event(&taking.server, &id, "kelpworks/web", method);
            event["request"]["addr"] = json!(format!("192.0.2.{at}:4000"));
            event
        })
        .collect();
    let (status, _) = taking
        .post("/events/distribution", Some(token), body(&events))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    taking.counted("kelpworks");
}

pub struct Said {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Said {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

pub async fn ask(
    taking: &Taking,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    bytes: Vec<u8>,
) -> Said {
    let router: Router = api::router(taking.service.clone());
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("sec-fetch-site", "same-origin");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
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

fn view() -> Vec<u8> {
    let question = Question::View {
        query: Query::default(),
        has: Vec::new(),
    };
    postcard::to_allocvec(&Asked {
        version: VERSION,
        question,
    })
    .unwrap()
}

const QUESTION: &str = "/api/v1/namespaces/kelpworks/pulls/question";

#[tokio::test]
async fn maintainers_are_sent_the_rows_of_their_span_and_nobody_else_is() {
    let (taking, session) = counted().await;
    let said = ask(&taking, "POST", QUESTION, &[("cookie", &session)], view()).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text());
    assert_eq!(said.header(header::CACHE_CONTROL), "no-store");
    let answer: Answer = postcard::from_bytes(&said.bytes).unwrap();
    let Answer::Months { told, months, .. } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(told.rows, 4);
    let mut rows = Vec::new();
    let packed = months.last().unwrap().rows.as_ref().unwrap();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_end(&mut rows)
        .unwrap();
    assert_eq!(Batch::decode(&rows, is_viewed).unwrap().actions(), 4);
    let nobody = ask(&taking, "POST", QUESTION, &[], view()).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    // Another namespace is nothing of hers, whether a registry reports it or not.
    for other in ["tidal", "nowhere"] {
        let path = format!("/api/v1/namespaces/{other}/pulls/question");
        let said = ask(&taking, "POST", &path, &[("cookie", &session)], view()).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{other}");
    }
    for (bytes, status) in [
        (Vec::new(), StatusCode::BAD_REQUEST),
        (vec![VERSION], StatusCode::BAD_REQUEST),
        (vec![VERSION + 1, 0, 0], StatusCode::CONFLICT),
        (vec![VERSION; 100_000], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let said = ask(&taking, "POST", QUESTION, &[("cookie", &session)], bytes).await;
        assert_eq!(said.status, status, "{}", said.text());
    }
}

#[tokio::test]
async fn clients_are_told_apart_within_a_week_and_a_month() {
    let (mut taking, session) = counted().await;
    let token = taking.add("second", ReporterKind::Distribution, &["kelpworks"]);
    taking.server.wait(TimeDelta::minutes(30));
    // Two of the three come again, and are no others.
    report(&mut taking, &token, 2, "GET").await;
    let today = taking.service.now().date_naive();
    let path = |query: &str| format!("/api/v1/namespaces/kelpworks/pulls/visitors?{query}");
    let asked = async |query: &str, headers: &[(&str, &str)]| {
        ask(&taking, "GET", &path(query), headers, Vec::new()).await
    };
    let me = [("cookie", session.as_str())];
    for by in ["week", "month"] {
        let span = format!("from={}&to={today}&by={by}", today - TimeDelta::days(6));
        let said = asked(&span, &me).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text());
        let told: Value = serde_json::from_str(&said.text()).unwrap();
        let count = |told: &Value| -> u64 {
            let periods = told["periods"].as_array().unwrap().iter();
            periods.map(|one| one["visitors"].as_u64().unwrap()).sum()
        };
        assert_eq!(count(&told), 3, "{told}");
        let web = asked(&format!("{span}&repository=web"), &me).await;
        assert_eq!(count(&serde_json::from_str(&web.text()).unwrap()), 3);
        let other = asked(&format!("{span}&repository=ui"), &me).await;
        assert_eq!(count(&serde_json::from_str(&other.text()).unwrap()), 0);
        assert_eq!(asked(&span, &[]).await.status, StatusCode::UNAUTHORIZED);
    }
    let day = format!("from={today}&to={today}&by=day");
    assert_eq!(asked(&day, &me).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn whoever_listens_hears_of_new_pulls() {
    let (mut taking, session) = counted().await;
    let router = api::router(taking.service.clone());
    let request = Request::get("/api/v1/namespaces/kelpworks/pulls/news")
        .header("cookie", &session)
        .body(Body::empty())
        .unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = answer.into_body();
    let listening = tokio::spawn(async move {
        let frame = body.frame().await.unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    });
    // It looks once at what there is before it listens.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let token = taking.add("other", ReporterKind::Distribution, &["kelpworks"]);
    report(&mut taking, &token, 1, "GET").await;
    // The thread that counts says so; here nobody but this test counts.
    taking
        .intake
        .counted
        .send_modify(|count| *count = count.map(|count| count + 1));
    let heard = tokio::time::timeout(Duration::from_secs(20), listening).await;
    let heard = heard.unwrap().unwrap();
    assert!(heard.contains("event: counted"), "{heard}");
    // Browsers pass over events without content.
    assert!(heard.contains("data: pulls"), "{heard}");
    let nobody = ask(
        &taking,
        "GET",
        "/api/v1/namespaces/kelpworks/pulls/news",
        &[],
        Vec::new(),
    )
    .await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}
