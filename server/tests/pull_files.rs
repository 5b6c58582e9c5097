//! Files of pulls to take away: what is in them, how long they are, and how they are gone on with.

use crate::common::INES;
use crate::pulls::{Said, ask, counted, report};
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use dsos_server::store::reporters::ReporterKind;
use std::io::Read;

#[tokio::test]
async fn a_raw_file_is_of_the_size_that_was_told_and_goes_on_where_it_broke_off() {
    let (taking, session) = counted().await;
    let path = "/api/v1/namespaces/kelpworks/pulls/files/raw.csv";
    let cookie = ("cookie", session.as_str());
    // Of a day that goes on, nobody knows how long it will be.
    let running = ask(&taking, "GET", path, &[cookie], Vec::new()).await;
    assert_eq!(running.header(header::CONTENT_LENGTH), "");
    let day = taking.service.now().date_naive();
    taking.server.wait(TimeDelta::days(1));
    let session = taking.server.sign_in(INES).await;
    let cookie = ("cookie", session.as_str());
    let path = &format!("{path}?from={day}&to={day}");
    let whole = ask(&taking, "GET", path, &[cookie], Vec::new()).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    let text = whole.text();
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.starts_with("action,action_day,"), "{text}");
    assert_eq!(text.matches("pull_by_tag,").count(), 3);
    assert_eq!(text.matches("version_check,").count(), 1);
    assert!(!text.contains("192.0.2"), "{text}");
    assert_eq!(whole.header(header::CONTENT_LENGTH), text.len().to_string());
    assert!(
        whole
            .header(header::CONTENT_DISPOSITION)
            .contains("kelpworks_2026-08-"),
        "{:?}",
        whole.headers
    );
    let head = ask(&taking, "HEAD", path, &[cookie], Vec::new()).await;
    assert_eq!(head.header(header::CONTENT_LENGTH), text.len().to_string());
    let tag = whole.header(header::ETAG).to_owned();
    let mut joined = Vec::new();
    for (from, to) in [(0, 9), (10, 299), (300, text.len() - 1)] {
        let range = format!("bytes={from}-{to}");
        let part = [
            cookie,
            ("range", range.as_str()),
            ("if-range", tag.as_str()),
        ];
        let part = ask(&taking, "GET", path, &part, Vec::new()).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            part.header(header::CONTENT_RANGE),
            format!("bytes {from}-{to}/{}", text.len())
        );
        joined.extend(part.bytes);
    }
    assert_eq!(joined, whole.bytes);
    let beyond = ask(
        &taking,
        "GET",
        path,
        &[cookie, ("range", "bytes=99999-")],
        Vec::new(),
    )
    .await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let again = ask(
        &taking,
        "GET",
        path,
        &[cookie, ("if-none-match", &tag)],
        Vec::new(),
    )
    .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let nobody = ask(&taking, "GET", path, &[], Vec::new()).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let other = path.replace("kelpworks", "tidal");
    let other = ask(&taking, "GET", &other, &[cookie], Vec::new()).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_follow_the_view() {
    let (taking, session) = counted().await;
    let cookie = ("cookie", session.as_str());
    let files = "/api/v1/namespaces/kelpworks/pulls/files";
    let get = async |rest: &str| {
        ask(
            &taking,
            "GET",
            &format!("{files}/{rest}"),
            &[cookie],
            Vec::new(),
        )
        .await
    };
    let pulls = get("raw.csv?count=pulls").await;
    assert_eq!(pulls.text().lines().count(), 4);
    assert_eq!(
        get("raw.csv?filter=!client:skopeo")
            .await
            .text()
            .lines()
            .count(),
        1
    );
    assert_eq!(
        get("raw.csv?from=2020-01-01&to=2020-01-31")
            .await
            .text()
            .lines()
            .count(),
        1
    );
    let summary = get("summary.csv").await.text();
    assert!(summary.contains("kelpworks,web,1.0,,3,0,1"), "{summary}");
    let summary = get("repo-summary.csv").await.text();
    assert!(summary.contains("kelpworks,web,,3,0,1"), "{summary}");
    let mut text = String::new();
    let packed = get("raw.csv.gz").await;
    assert_eq!(packed.header(header::CONTENT_TYPE), "application/gzip");
    flate2::read::MultiGzDecoder::new(&packed.bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, get("raw.csv").await.text());
    let wrong = get("raw.csv?from=today&to=tomorrow").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong.text().contains("one is written as 2026-08-13"),
        "{}",
        wrong.text()
    );
    assert_eq!(get("everything.csv").await.status, StatusCode::NOT_FOUND);
}

/// Every kind of file but the raw one that leaves out no row.
const MEASURED: [&str; 7] = [
    "raw.csv?filter=!client:skopeo&",
    "raw.csv?filter=repository:web&",
    "raw.csv?safe=true&",
    "raw.csv?count=pulls&",
    "raw.csv.gz?",
    "summary.csv?",
    "repo-summary.csv.gz?",
];

#[tokio::test]
async fn any_file_of_days_that_are_over_tells_its_size_and_goes_on_where_it_broke_off() {
    let (taking, session) = counted().await;
    let day = taking.service.now().date_naive();
    let asked = async |session: &str, method: &str, file: &str, more: &[(&str, &str)]| -> Said {
        let path = format!("/api/v1/namespaces/kelpworks/pulls/files/{file}from={day}&to={day}");
        let headers = [&[("cookie", session)], more].concat();
        ask(&taking, method, &path, &headers, Vec::new()).await
    };
    for file in MEASURED {
        // It may be longer a moment later: no part of it is sent.
        let part = asked(&session, "GET", file, &[("range", "bytes=5-")]).await;
        assert_eq!(part.status, StatusCode::OK, "{file}");
        assert_eq!(part.header(header::ACCEPT_RANGES), "", "{file}");
        let head = asked(&session, "HEAD", file, &[]).await;
        assert_eq!(head.header(header::CONTENT_LENGTH), "", "{file}");
    }
    taking.server.wait(TimeDelta::days(1));
    let session = taking.server.sign_in(INES).await;
    for (at, file) in MEASURED.into_iter().enumerate() {
        // Whichever is asked for first: all of it, a part, or its size.
        if at % 3 == 0 {
            asked(&session, "HEAD", file, &[]).await;
        }
        if at % 3 == 1 {
            let part = asked(&session, "GET", file, &[("range", "bytes=9-9")]).await;
            assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{file}");
            assert_eq!(part.bytes.len(), 1, "{file}");
        }
        let whole = asked(&session, "GET", file, &[]).await;
        assert_eq!(whole.status, StatusCode::OK, "{file}");
        let length = whole.bytes.len();
        assert!(length > 60, "{file}: {length} bytes");
        assert_eq!(whole.header(header::ACCEPT_RANGES), "bytes", "{file}");
        if at % 3 != 2 {
            assert_eq!(whole.header(header::CONTENT_LENGTH), length.to_string());
        }
        let head = asked(&session, "HEAD", file, &[]).await;
        assert_eq!(head.header(header::CONTENT_LENGTH), length.to_string());
        let tag = whole.header(header::ETAG).to_owned();
        assert!(tag.starts_with('"'), "{file}: {tag}");
        assert_eq!(head.header(header::ETAG), tag);
        // A range is for what is sent.
        let head = asked(&session, "HEAD", file, &[("range", "bytes=5-9")]).await;
        assert_eq!(head.status, StatusCode::OK, "{file}");
        assert_eq!(head.header(header::CONTENT_LENGTH), length.to_string());
        let mut joined = Vec::new();
        for (from, to) in [(0, 0), (1, 39), (40, length - 1)] {
            let range = format!("bytes={from}-{to}");
            let part = asked(
                &session,
                "GET",
                file,
                &[("range", &range), ("if-range", &tag)],
            )
            .await;
            assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{file}");
            assert_eq!(
                part.header(header::CONTENT_RANGE),
                format!("bytes {from}-{to}/{length}")
            );
            joined.extend(part.bytes);
        }
        assert!(joined == whole.bytes, "{file}");
        let other = [("range", "bytes=5-"), ("if-range", "\"another\"")];
        let all = asked(&session, "GET", file, &other).await;
        assert_eq!(all.status, StatusCode::OK, "{file}");
        assert!(all.bytes == whole.bytes, "{file}");
        let beyond = asked(&session, "GET", file, &[("range", "bytes=99999-")]).await;
        assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE, "{file}");
    }
}

#[tokio::test]
async fn a_file_that_has_changed_is_not_gone_on_with() {
    let (mut taking, session) = counted().await;
    let day = taking.service.now().date_naive();
    // Two days that are over, on the second of which another registry counts late.
    taking.server.wait(TimeDelta::days(1));
    let late = taking.add("late", ReporterKind::Distribution, &["kelpworks"]);
    report(&mut taking, &late, 2, "GET").await;
    taking.server.wait(TimeDelta::days(1));
    let session_then = taking.server.sign_in(INES).await;
    let to = day + TimeDelta::days(1);
    let path =
        format!("/api/v1/namespaces/kelpworks/pulls/files/raw.csv.gz?from={day}&to={to}&safe=true");
    let before = ask(
        &taking,
        "GET",
        &path,
        &[("cookie", &session_then)],
        Vec::new(),
    )
    .await;
    drop(session);
    let tag = before.header(header::ETAG).to_owned();
    taking.server.wait(TimeDelta::days(-1));
    report(&mut taking, &late, 1, "GET").await;
    taking.server.wait(TimeDelta::days(1));
    let session = taking.server.sign_in(INES).await;
    let part = [
        ("cookie", session.as_str()),
        ("range", "bytes=7-"),
        ("if-range", &tag),
    ];
    let after = ask(&taking, "GET", &path, &part, Vec::new()).await;
    assert_eq!(after.status, StatusCode::OK);
    assert_ne!(after.header(header::ETAG), tag);
    let lines = |packed: &[u8]| {
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(packed)
            .read_to_string(&mut text)
            .unwrap();
        text.lines().count()
    };
    assert_eq!(lines(&after.bytes), lines(&before.bytes) + 1);
}
