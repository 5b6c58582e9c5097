//! The home of pulls that the settings name: ClickHouse in place of the data folder, while it is
//! away as well, and moving from one to the other. `DSOS_CLICKHOUSE_PROGRAM` names the program of a
//! ClickHouse; without it only what needs none is tested.

mod clickhouse;

use crate::common::{INES, Server, member};
use crate::events::{body, event};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use clickhouse::ClickHouse;
use dsos_server::{
    events::{Counting, Intake, PREFIX, keep_counting},
    home::Place,
    http::{self, api},
    secret,
    service::Service,
    store::{StoreError, reporters},
};
use http_body_util::BodyExt;
use program::namespace::Namespace;
use pulls::{
    calendar::{Day, Span},
    header::Column,
    query::Query,
    served::{Asked, Question, VERSION},
};
use serde_json::{Value, json};
use std::{
    ops::ControlFlow,
    process::{Command, Output},
    sync::Arc,
    time::{Duration, Instant},
};
use tower::ServiceExt;

/// What passes while something is expected.
const PATIENCE: Duration = Duration::from_secs(60);

const QUESTION: &str = "/api/v1/namespaces/kelpworks/pulls/question";
const FILES: &str = "/api/v1/namespaces/kelpworks/pulls/files";

/// The server with a home of pulls, which takes in reports and counts as the program does.
struct Running {
    service: Service,
    intake: Arc<Intake>,
    // Ends before anybody else counts with the same data.
    _counting: Counting,
}

impl Running {
    fn start(server: &Server, home: &str) -> Self {
        let mut settings = (*server.service.settings).clone();
        settings.pulls = home.parse().unwrap();
        let mut service = server.service.clone();
        service.settings = Arc::new(settings);
        let intake = Arc::new(Intake::open(&service.settings).unwrap());
        let service = service.with_intake(Arc::clone(&intake));
        Self {
            _counting: keep_counting(&service, &intake, 60_000),
            service,
            intake,
        }
    }

    /// Reports a pull of a tag; gives the status.
    async fn report(&self, server: &Server, token: &str, number: u32) -> StatusCode {
        // Clients come again, each for another repository: the order of what one of them asks of one
        // is that of its sessions.
        let repository = format!("kelpworks/web-{}", number / 40);
        let mut sent = event(server, &format!("id-{number}"), &repository, "GET");
        sent["target"]["tag"] = json!(format!("v{number}"));
        sent["request"]["addr"] = json!(format!("192.0.2.{}:4000", number % 40));
        let request = Request::post("/events/distribution")
            .header("content-type", events::distribution::MEDIA_TYPE)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::from(body(&[sent])))
            .unwrap();
        let router = http::events::router(self.service.clone());
        router.oneshot(request).await.unwrap().status()
    }

    async fn ask(&self, method: &str, path: &str, cookie: &str, bytes: Vec<u8>) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie);
        let request = request.body(Body::from(bytes)).unwrap();
        let router = api::router(self.service.clone());
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        (parts.status, bytes)
    }

    /// What waits to be counted, and why, as those who run the program see it.
    async fn waits(&self, staff: &str) -> (u64, Option<String>) {
        let said = self
            .ask("GET", "/api/v1/registries", staff, Vec::new())
            .await;
        let said: Value = serde_json::from_slice(&said.1).unwrap();
        let why = said["halt"]["why"].as_str().map(str::to_owned);
        (said["waiting_events"].as_u64().unwrap(), why)
    }

    /// Waits until everything that was taken in is counted, with nothing in the way.
    async fn settled(&self) {
        let last = || {
            let waiting = self.intake.spool.waiting_events();
            format!("all is counted, but {waiting}: {:?}", self.intake.halt())
        };
        until(last, || {
            self.intake.spool.waiting_events() == 0 && self.intake.halt().is_none()
        })
        .await;
    }

    /// Waits until nothing is counted for a reason.
    async fn halted(&self, why: &str) {
        let last = || format!("{why}, but {:?}", self.intake.halt());
        until(last, || {
            self.intake
                .halt()
                .is_some_and(|halt| halt.why.contains(why))
        })
        .await;
    }

    /// The tags of all rows, in order.
    fn tags(&self, namespace: &str) -> Vec<String> {
        let mut found = Vec::new();
        let span = Span::new(Day(20_000), Day(30_000));
        let mut take = |batch: pulls::batch::Batch| {
            for row in 0..batch.len() {
                let tag = batch.row(row).text(Column::Tag).to_vec();
                found.push(String::from_utf8(tag).unwrap());
            }
            ControlFlow::Continue(())
        };
        self.intake
            .pulls
            .raw(&[namespace], span, &mut take)
            .unwrap();
        found
    }
}

type Said = (StatusCode, Vec<u8>);

async fn until(what: impl Fn() -> String, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "in vain: {}", what());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn tags(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("v{number}")).collect()
}

/// A registry that reports kelpworks; gives its token.
fn registry(server: &Server) -> String {
    let token = format!("{PREFIX}{}", secret::secret().unwrap());
    let namespaces = [Namespace::parse("kelpworks").unwrap()];
    let (hash, now) = (secret::hash(&token), server.service.now());
    let kind = reporters::ReporterKind::Distribution;
    let added: Result<_, StoreError> = server
        .service
        .store
        .write(|connection| reporters::add(connection, "hub", kind, &namespaces, &hash, now));
    assert!(added.unwrap().is_some());
    token
}

fn asked(question: Question) -> Vec<u8> {
    let version = VERSION;
    postcard::to_allocvec(&Asked { version, question }).unwrap()
}

fn view() -> Vec<u8> {
    asked(Question::View {
        query: Query::default(),
        has: Vec::new(),
    })
}

/// The program, with the data of a server.
fn dsos(server: &Server, home: &str, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dsos"))
        .args(words)
        .arg("--data")
        .arg(&server.folder)
        .env("DSOS_PULLS", home)
        .output()
        .unwrap()
}

/// What the program says that has done what it was told.
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Why it did not.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_clickhouse_is_away_reports_are_taken_in_and_pages_say_so() {
    // A port that nobody listens at.
    let home = "clickhouse://kelp:tidepool@127.0.0.1:1/pulls";
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let token = registry(&server);
    let running = Running::start(&server, home);
    for number in 0..3 {
        let status = running.report(&server, &token, number).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        server.wait(TimeDelta::seconds(1));
    }
    server.wait(TimeDelta::minutes(3));
    running.halted("ClickHouse does not answer").await;
    let (waiting, why) = running.waits(&staff).await;
    let why = why.unwrap();
    assert_eq!(waiting, 3);
    assert!(!why.contains("tidepool"), "{why}");
    for (method, path, bytes) in [
        ("POST", QUESTION.to_owned(), view()),
        ("GET", format!("{FILES}/raw.csv"), Vec::new()),
        ("GET", format!("{FILES}/summary.csv"), Vec::new()),
    ] {
        let (status, said) = running.ask(method, &path, &ines, bytes).await;
        let said = String::from_utf8(said).unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {said}");
        assert!(
            said.contains("cannot be reached just now"),
            "{path}: {said}"
        );
    }
    let said = refused(&dsos(&server, home, &["migrate"]));
    assert!(said.contains("does not answer"), "{said}");
    assert!(!said.contains("tidepool"), "{said}");
    let said = done(&dsos(&server, "embedded", &["migrate"]));
    assert!(said.contains("no tables have to be made"), "{said}");
    drop(running);
    // Nothing of it was lost: another home has it.
    let running = Running::start(&server, "embedded");
    running.settled().await;
    assert_eq!(running.tags("kelpworks"), tags(0..3));
    assert_eq!(running.waits(&staff).await, (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_in_clickhouse_answer_as_those_in_the_data_folder() {
    let Some(clickhouse) = ClickHouse::start() else {
        return;
    };
    let mut answers = Vec::new();
    for home in [clickhouse.address.as_str(), "embedded"] {
        let (server, _) = member().await;
        let token = registry(&server);
        if home != "embedded" {
            done(&dsos(&server, home, &["migrate"]));
        }
        let running = Running::start(&server, home);
        for number in 0..90 {
            // On several days.
            let status = running.report(&server, &token, number).await;
            assert_eq!(status, StatusCode::ACCEPTED);
            server.wait(TimeDelta::seconds(if number % 10 == 0 {
                70_000
            } else {
                61
            }));
        }
        server.wait(TimeDelta::minutes(3));
        running.settled().await;
        let ines = server.sign_in(INES).await;
        let rows = asked(Question::Rows {
            query: Query::default(),
            offset: 3,
            limit: 20,
            newest_first: true,
        });
        let mut all = Vec::new();
        for (method, path, bytes) in [
            ("GET", format!("{FILES}/raw.csv"), Vec::new()),
            ("GET", format!("{FILES}/raw.csv?filter=repository:web-1"), Vec::new()),
            ("GET", format!("{FILES}/summary.csv"), Vec::new()),
            ("GET", format!("{FILES}/repo-summary.csv"), Vec::new()),
            (
                "GET",
                "/api/v1/namespaces/kelpworks/pulls/visitors?by=month&from=2026-07-01&to=2026-09-30".to_owned(),
                Vec::new(),
            ),
            ("POST", QUESTION.to_owned(), rows),
        ] {
            let (status, said) = running.ask(method, &path, &ines, bytes).await;
            let text = String::from_utf8_lossy(&said).into_owned();
            assert_eq!(status, StatusCode::OK, "{path}: {text}");
            all.push((path, text));
        }
        let (status, _) = running.ask("POST", QUESTION, &ines, view()).await;
        assert_eq!(status, StatusCode::OK);
        assert!(all[0].1.lines().count() > 40, "{}", all[0].1);
        answers.push(all);
    }
    for (one, other) in answers[0].iter().zip(&answers[1]) {
        assert_eq!(one, other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_while_clickhouse_is_stopped_is_counted_once_and_in_order() {
    let Some(mut clickhouse) = ClickHouse::start() else {
        return;
    };
    let home = clickhouse.address.clone();
    let (server, staff) = member().await;
    let ines = server.sign_in(INES).await;
    let token = registry(&server);
    let running = Running::start(&server, &home);
    running.halted("run dsos migrate").await;
    assert!(done(&dsos(&server, &home, &["migrate"])).contains("Made the tables"));
    assert!(done(&dsos(&server, &home, &["migrate"])).contains("are there"));
    // It looks again after a while.
    running.settled().await;
    for number in 0..400 {
        if number == 150 {
            clickhouse.stop();
        }
        let status = running.report(&server, &token, number).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{number}");
        // Sessions close all the while.
        server.wait(TimeDelta::seconds(2));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.wait(TimeDelta::minutes(3));
    running.halted("does not answer").await;
    let (waiting, why) = running.waits(&staff).await;
    assert!((250..400).contains(&waiting), "{waiting}");
    assert!(why.is_some());
    let (status, _) = running.ask("POST", QUESTION, &ines, view()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    // The server is stopped and started while that lasts.
    drop(running);
    let running = Running::start(&server, &home);
    running.halted("does not answer").await;
    assert_eq!(running.waits(&staff).await.0, waiting);
    clickhouse.go_on();
    running.settled().await;
    assert_eq!(running.tags("kelpworks"), tags(0..400));
    let ines = server.sign_in(INES).await;
    let (status, _) = running.ask("POST", QUESTION, &ines, view()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn pulls_move_to_clickhouse_and_back_and_none_is_lost_or_counted_twice() {
    let Some(clickhouse) = ClickHouse::start() else {
        return;
    };
    let home = clickhouse.address.clone();
    let (server, _) = member().await;
    let token = registry(&server);
    let running = Running::start(&server, "embedded");
    for number in 0..20 {
        running.report(&server, &token, number).await;
        server.wait(TimeDelta::seconds(61));
    }
    server.wait(TimeDelta::minutes(3));
    running.settled().await;
    // What waits when the server is stopped.
    for number in 20..30 {
        running.report(&server, &token, number).await;
        server.wait(TimeDelta::seconds(1));
    }
    done(&dsos(&server, &home, &["migrate"]));
    let to_clickhouse = ["pulls", "copy", "--from", "embedded", "--to", &home];
    let said = refused(&dsos(&server, &home, &to_clickhouse));
    assert!(said.contains("stop it first"), "{said}");
    drop(running);
    // Started with the new home before anything was copied there: it waits.
    let running = Running::start(&server, &home);
    running.halted("dsos pulls copy").await;
    running.report(&server, &token, 30).await;
    server.wait(TimeDelta::minutes(3));
    let said = done(&dsos(&server, &home, &to_clickhouse));
    assert!(said.contains("kelpworks: 1 day, 20 rows"), "{said}");
    assert!(!said.contains("tide"), "{said}");
    running.settled().await;
    assert_eq!(running.tags("kelpworks"), tags(0..31));
    // Renamed beside the server, which goes on.
    done(&dsos(
        &server,
        &home,
        &["rename-namespace", "kelpworks", "kelp"],
    ));
    assert_eq!(running.tags("kelp"), tags(0..31));
    running.report(&server, &token, 31).await;
    server.wait(TimeDelta::minutes(3));
    running.settled().await;
    assert_eq!(running.tags("kelpworks"), tags(31..32));
    // Once more, to put what came since there, too.
    done(&dsos(
        &server,
        &home,
        &["rename-namespace", "kelpworks", "kelp"],
    ));
    assert_eq!(running.tags("kelp"), tags(0..32));
    // Who is not told the home does not change the other one without a word, and changes nothing else.
    for command in [
        &["rename-namespace", "kelp", "seaweed"][..],
        &["import", "any.csv", "--yes"],
        &["remove-sample"],
    ] {
        let said = refused(&dsos(&server, "embedded", command));
        assert!(said.contains("not counted into embedded"), "{said}");
        assert!(!said.contains("from now on"), "{said}");
    }
    assert!(done(&dsos(&server, &home, &["remove-sample"])).contains("Removed: 0"));
    drop(running);
    // Back. What is there of before goes only when that is said.
    let back = ["pulls", "copy", "--to", "embedded"];
    let said = refused(&dsos(&server, &home, &back));
    assert!(said.contains("--replace"), "{said}");
    done(&dsos(
        &server,
        &home,
        &["pulls", "copy", "--to", "embedded", "--replace"],
    ));
    let running = Running::start(&server, "embedded");
    running.report(&server, &token, 32).await;
    server.wait(TimeDelta::minutes(3));
    running.settled().await;
    assert_eq!(running.tags("kelp"), tags(0..32));
    assert_eq!(running.tags("kelpworks"), tags(32..33));
    drop(running);
    // A home that is behind is not gone on with, unless somebody says so.
    let running = Running::start(&server, &home);
    running.halted("dsos pulls adopt").await;
    running.report(&server, &token, 33).await;
    server.wait(TimeDelta::minutes(3));
    done(&dsos(&server, &home, &["pulls", "adopt"]));
    running.settled().await;
    assert_eq!(running.tags("kelpworks"), tags(33..34));
}

#[test]
fn homes_are_written_as_they_are_read() {
    for text in ["embedded", "clickhouse://db.example:8123/pulls"] {
        assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
    }
    assert!("Embedded".parse::<Place>().is_err());
}
