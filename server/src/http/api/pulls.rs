//! The pulls of a namespace over HTTP, as its page asks for them.

use super::{applications::private, membership::named, session::Reads};
use crate::{
    http::{
        files::{self, Wish},
        refusal::{Asked, Refusal, Segment},
    },
    pulls::PullsTrouble,
    service::Service,
};
use ::pulls::{
    calendar::{Day, Granularity, Span},
    served::{self, Question},
};
use api::{
    Problem, ProblemKind,
    pulls::{PeriodVisitors, Push, Pushes, Visitors},
};
use axum::{
    body::{Bytes, to_bytes},
    extract::{RawQuery, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::{DateTime, NaiveDate};
use futures_util::StreamExt;
use insights::InsightsError;
use pull_store::{Of, VisitorCount};
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};

/// Most bytes of a question: a filter may name a thousand values.
const MOST_BYTES: usize = 64 * 1024;

/// Most values of filters, and of a search.
const MOST_VALUES: usize = 1_000;

/// How long a question may take to come in.
const PATIENCE: Duration = Duration::from_secs(20);

impl From<PullsTrouble> for Refusal {
    fn from(trouble: PullsTrouble) -> Self {
        match trouble {
            PullsTrouble::Closed(trouble) => trouble.into(),
            PullsTrouble::NotKept => {
                Self::new(ProblemKind::Unavailable, "This server keeps no pulls.")
            }
            PullsTrouble::TooManyListen => Self::new(
                ProblemKind::Unavailable,
                "As many pages as can be wait for news just now. Load the page again later.",
            ),
            // Said where it is handled, once; it holds nothing of the request.
            PullsTrouble::PushesUnread(error) => {
                tracing::error!(%error, "pushes could not be read");
                Self::new(
                    ProblemKind::Internal,
                    "The server could not read what was pushed. It is written down there; try again later.",
                )
            }
            PullsTrouble::NotCounted => Self::new(
                ProblemKind::Unavailable,
                "The server could not count these pulls. It is written down there; ask again in some minutes.",
            ),
            PullsTrouble::Busy => Self::new(
                ProblemKind::Unavailable,
                "As many questions about pulls as can be are being answered just now. Try again in a minute.",
            ),
            PullsTrouble::Unread(InsightsError::Store(error)) if error.is_away() => {
                tracing::warn!(%error, "pulls could not be read");
                Self::new(
                    ProblemKind::Unavailable,
                    "The database that keeps pulls cannot be reached just now. What registries report meanwhile is not lost. Try again in a minute.",
                )
            }
            PullsTrouble::Unread(error) => {
                tracing::error!(%error, "pulls could not be read");
                Self::new(
                    ProblemKind::Internal,
                    "The server could not read these pulls. It is written down there; try again later, or ask for a shorter span.",
                )
            }
        }
    }
}

/// Ask about pulls, as the insights page does
///
/// Question and answer are in the program’s own binary form (postcard), of the version that their
/// first byte names. Scripts have the files and the publisher API.
#[utoipa::path(post, path = "/api/v1/namespaces/{name}/pulls/question", params(("name" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "The page is of another version"),
        (status = 413, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn question(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let namespace = named(&name)?;
    let of = service.pulls_of(&namespace, &person).await?;
    let asked = understood(&read(request).await?)?;
    let answer = service.answer_pulls(of, asked.question).await?;
    // Shapes are ours, so encoding does not fail.
    let bytes = postcard::to_allocvec(&answer).unwrap_or_default();
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(served::MEDIA_TYPE),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

async fn read(request: Request) -> Result<Bytes, Refusal> {
    match timeout(PATIENCE, to_bytes(request.into_body(), MOST_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Refusal::new(
            ProblemKind::TooLong,
            "The question is too long. Filter by fewer values.",
        )),
        Err(_) => Err(Refusal::new(
            ProblemKind::Malformed,
            "The rest of the body did not come in time. Send it again.",
        )),
    }
}

/// Whether a question names no more values than a person would: each is compared with every value
/// of a column.
fn is_bounded(question: &Question) -> bool {
    let (query, also) = match question {
        Question::View { query, .. }
        | Question::Look { query, .. }
        | Question::Rows { query, .. } => (query, 0),
        Question::Find { query, also, .. } => (query, also.len()),
    };
    let values: usize = query.filters.iter().map(|filter| filter.values.len()).sum();
    values <= MOST_VALUES && also <= MOST_VALUES
}

fn understood(bytes: &[u8]) -> Result<served::Asked, Refusal> {
    match (
        bytes.first(),
        postcard::take_from_bytes::<served::Asked>(bytes),
    ) {
        (Some(&served::VERSION), Ok((asked, []))) if is_bounded(&asked.question) => Ok(asked),
        (Some(&served::VERSION) | None, _) => Err(Refusal::new(
            ProblemKind::Malformed,
            "The body is no question about pulls.",
        )),
        _ => Err(Refusal::new(
            ProblemKind::Conflict,
            "This page is of another version than the server. Load it again.",
        )),
    }
}

/// How long news are gathered before they are told: the page asks anew each time.
const NEWS_EVERY: Duration = Duration::from_secs(2);

/// How long one connection is told.
const LISTENED: Duration = Duration::from_secs(3_600);

/// After how long without news a sign of life goes out: less than proxies wait.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// What is told. An event without content reaches no listener (HTML Standard, 9.2.6).
fn counted() -> Event {
    Event::default().event(served::COUNTED).data("pulls")
}

/// An event of a stream, by the names of its fields (HTML Standard, 9.2.6).
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is only described: the stream is written field by field"
)]
pub struct PullsNews {
    /// Always `counted`.
    #[schema(example = "counted")]
    event: String,
    /// Always `pulls`: what was counted.
    #[schema(example = "pulls")]
    data: String,
}

/// Be told when pulls were counted
///
/// As server-sent events named `counted`: ask again then. Nothing is missed that
/// was counted while nobody listened, since whoever opens the page asks once anyway.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/news", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = PullsNews, content_type = "text/event-stream"),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn news(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<Response, Refusal> {
    let namespace = named(&name)?;
    let of = service.pulls_of(&namespace, &person).await?;
    let news = service.news_of_pulls(of)?;
    let stream = futures_util::stream::unfold(news, |mut news| async move {
        news.next(NEWS_EVERY).await?;
        Some((Ok::<_, Infallible>(counted()), news))
    });
    // The browser connects again, and is asked again who it is.
    let stream = stream.take_until(tokio::time::sleep(LISTENED));
    let life = KeepAlive::new().interval(SIGN_OF_LIFE);
    let mut answer = Sse::new(stream).keep_alive(life).into_response();
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
    Ok(answer)
}

/// A file of pulls to take away
///
/// `summary.csv` has a line for each tag, or digest, `repo-summary.csv` one for each repository, and
/// `raw.csv` every row; each with `.gz`, too. A file whose days are over is of a size that HEAD tells
/// beforehand, and can be gone on with by `Range`.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/files/{file}",
    params(
        ("name" = String, Path), ("file" = String, Path),
        ("from" = Option<String>, Query, description = "The first day, as 2026-08-13; all days without"),
        ("to" = Option<String>, Query, description = "The last day"),
        ("count" = Option<String>, Query, description = "pulls, checks or both; both without"),
        ("safe" = Option<bool>, Query, description = "Make cells plain that a spreadsheet would run"),
        ("filter" = Option<Vec<String>>, Query, description = "As country:DE, or !tag:latest to leave out")
    ),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 206, body = String, content_type = "text/csv", description = "A part of it"),
        (status = 304, description = "It is as it was"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 416, body = Problem, description = "It is not so long"), (status = 503, body = Problem)
    )
)]
pub async fn file(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment((name, file)): Segment<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let namespace = named(&name)?;
    let of = service.pulls_of(&namespace, &person).await?;
    let wish = Wish::read(&file, &query.unwrap_or_default())?;
    files::answer(&service, of, wish, &method, &headers).await
}

/// Whose clients are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VisitorsQuery {
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// In each week or month.
    #[param(inline)]
    by: VisitorsBy,
    /// Only of a repository, by its name without the namespace.
    repository: Option<String>,
}

/// A period that clients are told apart in.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum VisitorsBy {
    /// ISO weeks.
    Week,
    /// Calendar months.
    Month,
}

/// How many different clients there were
///
/// In each week or month, by their addresses, of which only keyed hashes are kept. Of one that is
/// only in part between these days, in that part.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/visitors",
    params(("name" = String, Path), VisitorsQuery),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = Visitors), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn visitors(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
    query: Result<Asked<VisitorsQuery>, Refusal>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    let of = service.pulls_of(&namespace, &person).await?;
    let Asked(query) = query?;
    let span = Span::new(Day::from_date(query.from), Day::from_date(query.to));
    let by = match query.by {
        VisitorsBy::Week => Granularity::Week,
        VisitorsBy::Month => Granularity::Month,
    };
    let whose = if query.repository.is_some() {
        Of::Repository
    } else {
        Of::All
    };
    let counts = service
        .with_insights(move |insights| Ok(insights.visitors(&of, span, by, whose)?))
        .await?;
    let is_asked = |one: &&VisitorCount| {
        let repository = query.repository.as_ref();
        repository.is_none_or(|repository| one.repository == *repository)
    };
    let periods = counts.iter().filter(is_asked).map(|one| PeriodVisitors {
        start: one.period.date(),
        visitors: one.visitors,
    });
    Ok(private(Visitors {
        periods: periods.collect(),
    }))
}

/// Days that are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PushesQuery {
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
}

/// Which tags were pushed
///
/// As registries report it, one for each tag and day, newest first, a thousand at most; ten thousand
/// are kept of a namespace.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/pushes",
    params(("name" = String, Path), PushesQuery),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = Pushes), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn pushes(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
    query: Result<Asked<PushesQuery>, Refusal>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    let of = service.pulls_of(&namespace, &person).await?;
    let Asked(query) = query?;
    let span = Span::new(Day::from_date(query.from), Day::from_date(query.to));
    let (found, has_earlier) = service.pushes(of, span).await?;
    let pushes = found.into_iter().map(|pushed| {
        let at = DateTime::from_timestamp(pushed.at_s, 0).unwrap_or_default();
        Push {
            day: at.date_naive(),
            repository: pushed.repository,
            tag: pushed.tag,
            digest: pushed.digest,
            at,
            times: pushed.times,
        }
    });
    Ok(private(Pushes {
        pushes: pushes.collect(),
        has_earlier,
    }))
}
