//! Files of pulls as answers: streamed a piece at a time, of a size that is told beforehand where
//! it is known, and gone on with where they broke off (RFC 9110, 14).

use super::refusal::Refusal;
use crate::{pulls::PullsTrouble, service::Service};
use api::{Problem, ProblemKind, paths::PullsFile};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use insights::{Insights, InsightsError, Namespace};
use pull_store::PullStoreError;
use pulls::{
    calendar::{Day, Span},
    query::{Measure, Query, SpanChoice},
    summary::Level,
    written,
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    ops::ControlFlow,
    sync::Arc,
    time::Duration,
};
use tokio::{sync::mpsc, task::spawn_blocking, time::timeout};

/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pieces that wait for a client who takes them slowly.
const WAITING: usize = 4;

/// Which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it holds.
    pub what: PullsFile,
    /// Whether as gzip.
    pub gzip: bool,
    /// Whether cells are made plain that a spreadsheet would run.
    pub safe: bool,
    /// Of which view.
    pub query: Query,
}

impl Wish {
    /// What the end of a path and what stands behind the question mark ask for.
    ///
    /// # Errors
    /// Says what cannot be read.
    pub fn read(file: &str, query: &str) -> Result<Self, Refusal> {
        let (bare, gzip) = match file.strip_suffix(".gz") {
            Some(bare) => (bare, true),
            None => (file, false),
        };
        let what = PullsFile::ALL
            .into_iter()
            .find(|what| bare.strip_suffix(".csv") == Some(what.word()))
            .ok_or_else(Refusal::nothing)?;
        let mut wish = Self {
            what,
            gzip,
            safe: false,
            query: Query {
                measure: Measure::Both,
                ..Query::default()
            },
        };
        let (mut from, mut to, mut filters) = (None, None, Vec::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("from", text) => from = Some(day("from", text)?),
                ("to", text) => to = Some(day("to", text)?),
                ("count", word) if let Some(measure) = written::measure(word) => {
                    wish.query.measure = measure;
                }
                ("safe", "true") => wish.safe = true,
                ("safe", "false") => wish.safe = false,
                ("filter", text) if written::read(text).is_some() => {
                    filters.push(value.into_owned())
                }
                (name, value) => {
                    return Err(unreadable(format!(
                        "{name}={value} is not understood. There are from and to (as 2026-08-13), count (pulls, checks or both), safe (true or false) and filter (as country:DE, or !tag:latest to leave out)."
                    )));
                }
            }
        }
        wish.query.filters = written::filters(filters.iter().map(String::as_str));
        wish.query.span = match (from, to) {
            (None, None) => SpanChoice::All,
            (Some(from), Some(to)) if from <= to => SpanChoice::Days(Span::new(from, to)),
            (Some(_), Some(_)) => return Err(unreadable("from is after to.".to_owned())),
            _ => return Err(unreadable("from and to come together.".to_owned())),
        };
        Ok(wish)
    }

    /// Whether every row of its days is in it.
    fn is_whole(&self) -> bool {
        self.query.filters.is_empty() && self.query.measure == Measure::Both && !self.safe
    }
}

fn day(name: &str, text: &str) -> Result<Day, Refusal> {
    Day::parse(text.as_bytes()).ok_or_else(|| {
        unreadable(format!(
            "{name}={text} is no day; one is written as 2026-08-13."
        ))
    })
}

fn unreadable(words: String) -> Refusal {
    Refusal(Problem::new(ProblemKind::Malformed, words))
}

/// What is known of a file before it is sent.
struct Told {
    span: Span,
    /// Its bytes, where they are known.
    size: Option<u64>,
    /// Changes with its rows.
    version: u64,
    tag: String,
}

/// A part of a file whose size was told.
#[derive(Clone, Copy)]
struct Part {
    from: u64,
    length: u64,
    /// Its days, and the version of their rows that the size is of.
    span: Span,
    version: u64,
}

/// A file as an answer.
///
/// # Errors
/// When there is no pull in it at all, or the pulls cannot be read.
pub async fn answer(
    service: &Service,
    of: Namespace,
    wish: Wish,
    method: &Method,
    asked: &HeaderMap,
) -> Result<Response, Refusal> {
    let (name, about, what) = (of.name.clone(), of.clone(), wish.clone());
    let told = service
        .with_insights(move |insights| Ok(told(insights, &about, &what)?))
        .await?
        .ok_or_else(|| {
            Refusal::new(
                ProblemKind::NotFound,
                "There are no pulls of this namespace yet.",
            )
        })?;
    let days = (told.span.first.to_string(), told.span.last.to_string());
    let file_name = wish.what.file_name(&name, &days.0, &days.1, wish.gzip);
    let mut headers = HeaderMap::new();
    let mut put = |name, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    put(
        header::CONTENT_DISPOSITION,
        // A namespace is letters, digits, dots, dashes and underscores.
        format!("attachment; filename=\"{file_name}\""),
    );
    put(header::ETAG, told.tag.clone());
    put(header::CACHE_CONTROL, "private, no-cache".to_owned());
    let media_type = if wish.gzip {
        "application/gzip"
    } else {
        "text/csv; charset=utf-8"
    };
    put(header::CONTENT_TYPE, media_type.to_owned());
    if given(asked, header::IF_NONE_MATCH).is_some_and(|tags| names(tags, &told.tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let Some(size) = told.size else {
        let body = if method == Method::HEAD {
            // Of no known length, as the file.
            Body::from_stream(futures_util::stream::empty::<Result<Bytes, io::Error>>())
        } else {
            streamed(service, of, wish, None).await?
        };
        return Ok((headers, body).into_response());
    };
    put(header::ACCEPT_RANGES, "bytes".to_owned());
    let (status, from, length) = match range(asked, &told.tag, size) {
        Wanted::All => (StatusCode::OK, 0, size),
        Wanted::Part(from, to) => {
            put(header::CONTENT_RANGE, format!("bytes {from}-{to}/{size}"));
            (StatusCode::PARTIAL_CONTENT, from, to - from + 1)
        }
        Wanted::Beyond => {
            let words = format!("The file has {size} bytes: there is nothing from there on.");
            let refusal = Refusal(Problem::new(ProblemKind::Beyond, words));
            let mut answer = refusal.into_response();
            if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
                answer.headers_mut().insert(header::CONTENT_RANGE, value);
            }
            return Ok(answer);
        }
    };
    put(header::CONTENT_LENGTH, length.to_string());
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let part = Part {
            from,
            length,
            span: told.span,
            version: told.version,
        };
        streamed(service, of, wish, Some(part)).await?
    };
    Ok((status, headers, body).into_response())
}

fn told(insights: &Insights, of: &Namespace, wish: &Wish) -> Result<Option<Told>, InsightsError> {
    let Some(span) = insights.span(of, &wish.query)? else {
        return Ok(None);
    };
    let version = insights.raw_version(of, span)?;
    // A day that goes on grows while it is sent.
    let is_over = of.today.is_none_or(|today| span.last < today);
    let is_counted = wish.what == PullsFile::Raw && !wish.gzip && wish.is_whole() && is_over;
    let size = if is_counted {
        insights.raw_size(of, span)?
    } else {
        None
    };
    let mut hasher = DefaultHasher::new();
    format!("{wish:?}").hash(&mut hasher);
    // Only a file whose bytes are always the same has a strong tag: others may be packed anew.
    let weak = if wish.gzip { "W/" } else { "" };
    let tag = format!("{weak}\"{version:016x}-{:016x}\"", hasher.finish());
    Ok(Some(Told {
        span,
        size,
        version,
        tag,
    }))
}

/// The bytes of a file as they are taken: so many from an offset on, or all of them.
async fn streamed(
    service: &Service,
    of: Namespace,
    wish: Wish,
    part: Option<Part>,
) -> Result<Body, Refusal> {
    let Some(intake) = &service.intake else {
        return Err(PullsTrouble::NotKept.into());
    };
    let insights = Arc::clone(&intake.insights);
    // So many at a time. It is never closed.
    let turn = Arc::clone(&service.downloads).acquire_owned();
    let Ok(turn) = timeout(PATIENCE, turn).await else {
        return Err(Refusal::new(
            ProblemKind::Unavailable,
            "As many files as can be are being taken away just now. Try again in a minute.",
        ));
    };
    let (give, taken) = mpsc::channel::<Result<Bytes, io::Error>>(WAITING);
    spawn_blocking(move || {
        let _turn = turn;
        let mut left = part.map_or(u64::MAX, |part| part.length);
        let mut take = |piece: &[u8]| {
            let wanted = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            left -= wanted as u64;
            let is_taken = give.blocking_send(Ok(Bytes::copy_from_slice(&piece[..wanted])));
            if is_taken.is_err() || left == 0 {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        if let Err(error) = write(&insights, &of, &wish, part, &mut take) {
            tracing::error!(%error, "a file of pulls was broken off");
            // The client sees that it is not whole.
            let _ = give.blocking_send(Err(io::Error::other("broken off")));
        }
    });
    Ok(Body::from_stream(futures_util::stream::unfold(
        taken,
        |mut taken| async move { Some((taken.recv().await?, taken)) },
    )))
}

fn write(
    insights: &Insights,
    of: &Namespace,
    wish: &Wish,
    part: Option<Part>,
    take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), InsightsError> {
    let level = match wish.what {
        PullsFile::Raw if wish.gzip => {
            return insights.raw_file_gz(of, &wish.query, wish.safe, take);
        }
        PullsFile::Raw => {
            let Some(part) = part else {
                return insights.raw_file(of, &wish.query, wish.safe, take);
            };
            // What was told is what is sent; should it change on the way, it breaks off.
            if insights.raw_version(of, part.span)? != part.version {
                return Err(PullStoreError::Changed(part.span.last).into());
            }
            return insights.raw_file_from(of, &wish.query, wish.safe, part.from, take);
        }
        PullsFile::Summary => Level::Reference,
        PullsFile::RepositorySummary => Level::Repository,
        PullsFile::NamespaceSummary => Level::Namespace,
    };
    let file = insights.summary_file(of, &wish.query, level)?;
    let _ = if wish.gzip {
        take(&insights::packed(&file))
    } else {
        take(&file)
    };
    Ok(())
}

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From a byte to a byte, both included.
    Part(u64, u64),
    Beyond,
}

/// What a request wants of a file. Of several ranges, and of what is no range, all is sent
/// (RFC 9110, 14.2).
fn range(asked: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let Some(range) = given(asked, header::RANGE) else {
        return Wanted::All;
    };
    // Only what has not changed is gone on with.
    if given(asked, header::IF_RANGE).is_some_and(|known| known != tag) {
        return Wanted::All;
    }
    let Some((from, to)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::All;
    };
    let last = size.saturating_sub(1);
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), _) if from >= size => Wanted::Beyond,
        (Ok(from), Ok(to)) if from <= to => Wanted::Part(from, to.min(last)),
        (Ok(from), Err(_)) if to.is_empty() => Wanted::Part(from, last),
        (Err(_), Ok(0)) if from.is_empty() => Wanted::Beyond,
        (Err(_), Ok(tail)) if from.is_empty() => Wanted::Part(size.saturating_sub(tail), last),
        _ => Wanted::All,
    }
}

fn given(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a list of tags has one.
fn names(tags: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.split(',')
        .any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

impl From<InsightsError> for Refusal {
    fn from(error: InsightsError) -> Self {
        PullsTrouble::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str, known: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        if let Some(known) = known {
            headers.insert(header::IF_RANGE, known.parse().unwrap());
        }
        headers
    }

    #[test]
    fn ranges_are_those_of_the_specification() {
        for (text, wanted) in [
            ("bytes=0-", Wanted::Part(0, 99)),
            ("bytes=10-19", Wanted::Part(10, 19)),
            ("bytes=90-400", Wanted::Part(90, 99)),
            ("bytes=-5", Wanted::Part(95, 99)),
            ("bytes=-500", Wanted::Part(0, 99)),
            ("bytes=100-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=5-4", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("bytes=x-y", Wanted::All),
        ] {
            assert_eq!(range(&asked(text, None), "\"a\"", 100), wanted, "{text}");
        }
        let part = Wanted::Part(5, 99);
        assert_eq!(range(&asked("bytes=5-", Some("\"a\"")), "\"a\"", 100), part);
        assert_eq!(
            range(&asked("bytes=5-", Some("\"b\"")), "\"a\"", 100),
            Wanted::All
        );
        assert_eq!(range(&HeaderMap::new(), "\"a\"", 100), Wanted::All);
    }

    #[test]
    fn wishes_are_read_and_what_is_none_is_named() {
        let wish = Wish::read(
            "raw.csv.gz",
            "from=2026-01-01&to=2026-01-31&count=pulls&filter=country:DE&filter=!tag:a%26b",
        )
        .unwrap();
        assert_eq!((wish.what, wish.gzip), (PullsFile::Raw, true));
        assert_eq!(wish.query.measure, Measure::Pulls);
        assert_eq!(wish.query.filters.len(), 2);
        assert_eq!(wish.query.filters[1].values, ["a&b"]);
        assert!(Wish::read("raw.csv", "").unwrap().is_whole());
        for (file, query) in [
            ("raw.txt", ""),
            ("raw", ""),
            ("summary.csv.zip", ""),
            ("raw.csv", "from=2026-01-01"),
            ("raw.csv", "from=2026-02-01&to=2026-01-01"),
            ("raw.csv", "from=yesterday&to=2026-01-01"),
            ("raw.csv", "count=all"),
            ("raw.csv", "filter=colour:red"),
            ("raw.csv", "limit=5"),
        ] {
            assert!(Wish::read(file, query).is_err(), "{file}?{query}");
        }
    }
}
