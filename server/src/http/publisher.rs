//! The publisher analytics API, version 1, over HTTP: `/api/publisher/analytics/v1`, and signing in
//! at `/v2/users/login`. Paths and shapes are those that scripts know.

mod links;

use super::{
    api::{Reads, with_problems},
    limits::Cost,
    refusal::{Asked, Body, Refusal, Segment},
};
use crate::{
    publisher::{self, Group, Period, PullModel, Timespan},
    pulls::day_of,
    service::Service,
};
use api::{Problem, ProblemKind, paths::PullsFile};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use program::namespace::Namespace;
use pulls::calendar::Span;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{InfoBuilder, OpenApiBuilder},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// What its paths begin with.
const BASE: &str = "/api/publisher/analytics/v1";

/// Most repositories of one question.
const MOST_REPOSITORIES: usize = 50;

/// The routes.
pub fn router(service: Service) -> Router {
    let (router, document) = described(&service).split_for_parts();
    let document = with_problems(&document);
    router
        .route(
            &format!("{BASE}/openapi.json"),
            get(move || {
                let document = Value::clone(&document);
                async move { Json(document) }
            }),
        )
        .with_state(service)
}

/// The document of these paths.
pub fn document(service: &Service) -> Value {
    with_problems(&described(service).split_for_parts().1)
}

fn described(service: &Service) -> OpenApiRouter<Service> {
    let info = InfoBuilder::new()
        .title("Publisher analytics")
        .description(Some(
            "Pulls of the namespaces that somebody maintains, by whole weeks and months, in UTC. The token is a personal access token.",
        ))
        .version("1");
    let ordinary = OpenApiRouter::new()
        .routes(routes!(root))
        .routes(routes!(namespaces))
        .routes(routes!(namespace))
        .routes(routes!(namespace_pulls))
        .routes(routes!(repository_pulls))
        .routes(routes!(pulls_of_repositories))
        .routes(routes!(years))
        .routes(routes!(timespans))
        .routes(routes!(timespan))
        .routes(routes!(links::exports))
        .routes(routes!(links::export));
    let signing_in = OpenApiRouter::new().routes(routes!(login));
    let all = OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info.build()).build());
    [(Cost::Ordinary, ordinary), (Cost::SigningIn, signing_in)]
        .into_iter()
        .fold(all, |all, (cost, part)| {
            match service.client_limits.layer(cost) {
                Some(layer) => all.merge(part.layer(layer)),
                None => all.merge(part),
            }
        })
}

/// An answer for whoever asked alone.
fn own(value: impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, Json(value)).into_response()
}

#[derive(Serialize, ToSchema)]
struct NamespaceData {
    namespaces: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NamespaceMetadata {
    namespace: String,
    /// Repositories of others that count as its own: there are none.
    extra_repos: Vec<String>,
    datasets: Vec<Dataset>,
}

#[derive(Serialize, ToSchema)]
struct Dataset {
    name: &'static str,
    views: Vec<&'static str>,
    timespans: Vec<Timespan>,
}

#[derive(Serialize, ToSchema)]
struct Pulls {
    pulls: Vec<PullModel>,
}

#[derive(Serialize, ToSchema)]
struct PullsByRepository {
    repos: BTreeMap<String, Pulls>,
}

#[derive(Serialize, ToSchema)]
struct Years {
    years: Vec<Year>,
}

#[derive(Serialize, ToSchema)]
struct Year {
    year: i32,
}

/// A month or a week, by its number.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Numbered {
    Month(u32),
    Week(u32),
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Several {
    Months(Vec<Numbered>),
    Weeks(Vec<Numbered>),
}

#[derive(Deserialize, ToSchema)]
struct Login {
    /// The mail address of an account.
    username: String,
    /// One of its personal access tokens.
    password: String,
}

#[derive(Serialize, ToSchema)]
struct Token {
    token: String,
}

#[derive(Serialize, ToSchema)]
struct Detail {
    detail: &'static str,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PullsQuery {
    /// Weeks or months.
    #[serde(default)]
    timespan: Timespan,
    /// How far back.
    #[serde(default)]
    period: Period,
    /// By repository, or all of the namespace together.
    #[serde(default)]
    group: Group,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RepositoriesQuery {
    /// Names with their namespaces, separated by commas: at most 50.
    repos: String,
    /// Weeks or months.
    #[serde(default)]
    timespan: Timespan,
    /// How far back.
    #[serde(default)]
    period: Period,
}

fn named(name: &str) -> Result<Namespace, Refusal> {
    Namespace::parse(name).map_err(|_| Refusal::nothing())
}

/// Sign in
///
/// The password is a personal access token, which is the token of this API as well: it ends and is
/// revoked as that.
#[utoipa::path(post, path = "/v2/users/login", request_body = Login, responses(
    (status = 200, body = Token), (status = 401, body = Detail), (status = 400, body = Problem)
))]
async fn login(State(service): State<Service>, body: Body<Login>) -> Result<Response, Refusal> {
    let Login { username, password } = body.value;
    if service
        .publisher_login(&username, &password)
        .await?
        .is_none()
    {
        let detail = Detail {
            detail: "Incorrect authentication credentials: the username is the mail address of an account, the password one of its access tokens.",
        };
        return Ok((StatusCode::UNAUTHORIZED, own(detail)).into_response());
    }
    Ok(own(Token { token: password }))
}

/// The namespaces that have pulls
#[utoipa::path(get, path = "/api/publisher/analytics/v1/", responses(
    (status = 200, body = NamespaceData), (status = 401, body = Problem)
))]
async fn root(State(service): State<Service>, Reads(person): Reads) -> Result<Response, Refusal> {
    let all = service.publisher_namespaces(&person).await?;
    let namespaces = all.into_iter().map(|of| of.name).collect();
    Ok(own(NamespaceData { namespaces }))
}

fn metadata(of: &insights::Namespace) -> NamespaceMetadata {
    NamespaceMetadata {
        namespace: of.name.clone(),
        extra_repos: Vec::new(),
        datasets: vec![Dataset {
            name: "pulls",
            views: PullsFile::ALL.iter().map(|view| view.word()).collect(),
            timespans: vec![Timespan::Months, Timespan::Weeks],
        }],
    }
}

/// The namespaces that have pulls, with what there is of them
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces", responses(
    (status = 200, body = Vec<NamespaceMetadata>), (status = 401, body = Problem)
))]
async fn namespaces(
    State(service): State<Service>,
    Reads(person): Reads,
) -> Result<Response, Refusal> {
    let all = service.publisher_namespaces(&person).await?;
    Ok(own(all.iter().map(metadata).collect::<Vec<_>>()))
}

/// What there is of a namespace
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}",
    params(("namespace" = String, Path)),
    responses((status = 200, body = NamespaceMetadata), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn namespace(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    Ok(own(metadata(&of)))
}

async fn models(
    service: &Service,
    of: insights::Namespace,
    asked: (Timespan, Period, Group),
    repository: Option<String>,
) -> Result<Vec<PullModel>, Refusal> {
    let today = day_of(service.now());
    Ok(service
        .with_insights(move |insights| {
            Ok(publisher::pulls(
                insights,
                &of,
                today,
                asked,
                repository.as_deref(),
            )?)
        })
        .await?)
}

/// Pulls of a namespace in whole periods
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/pulls",
    params(("namespace" = String, Path), PullsQuery),
    responses((status = 200, body = Pulls), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn namespace_pulls(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
    Asked(query): Asked<PullsQuery>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    let asked = (query.timespan, query.period, query.group);
    let pulls = models(&service, of, asked, None).await?;
    Ok(own(Pulls { pulls }))
}

/// Pulls of a repository in whole periods
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/repos/{repo}/pulls",
    params(("namespace" = String, Path), ("repo" = String, Path), PullsQuery),
    responses((status = 200, body = Pulls), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn repository_pulls(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment((name, repository)): Segment<(String, String)>,
    Asked(query): Asked<PullsQuery>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    // Of one repository its addresses are told apart, whatever is grouped.
    let asked = (query.timespan, query.period, Group::Repo);
    let pulls = models(&service, of, asked, Some(repository)).await?;
    Ok(own(Pulls { pulls }))
}

/// Pulls of several repositories in whole periods
#[utoipa::path(get, path = "/api/publisher/analytics/v1/repos/pulls", params(RepositoriesQuery),
    responses((status = 200, body = PullsByRepository), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn pulls_of_repositories(
    State(service): State<Service>,
    Reads(person): Reads,
    Asked(query): Asked<RepositoriesQuery>,
) -> Result<Response, Refusal> {
    let names: Vec<&str> = query.repos.split(',').map(str::trim).collect();
    if names.len() > MOST_REPOSITORIES {
        return Err(Refusal(Problem::new(
            ProblemKind::Malformed,
            format!(
                "repos takes {MOST_REPOSITORIES} repositories, and {} were named.",
                names.len()
            ),
        )));
    }
    let mut repos = BTreeMap::new();
    // Of each namespace once, however many of its repositories are asked for.
    let mut known: BTreeMap<&str, Vec<PullModel>> = BTreeMap::new();
    for full in names {
        let Some((name, repository)) = full.split_once('/') else {
            return Err(Refusal(Problem::new(
                ProblemKind::Malformed,
                format!("“{full}” is no repository; one is written as namespace/repository."),
            )));
        };
        if !known.contains_key(name) {
            let of = service.pulls_of(&named(name)?, &person).await?;
            let asked = (query.timespan, query.period, Group::Repo);
            known.insert(name, models(&service, of, asked, None).await?);
        }
        let all = known.get(name).into_iter().flatten();
        let is_its = |one: &&PullModel| one.repo.as_deref() == Some(repository);
        let pulls = all.filter(is_its).cloned().collect();
        repos.insert(full.to_owned(), Pulls { pulls });
    }
    Ok(own(PullsByRepository { repos }))
}

/// The whole periods of a namespace.
async fn periods(
    service: &Service,
    of: &insights::Namespace,
    timespan: Timespan,
) -> Result<Vec<Span>, Refusal> {
    let of = of.clone();
    Ok(service
        .with_insights(move |insights| Ok(insights.whole_periods(&of, timespan.by())?))
        .await?)
}

/// The years that have whole months or weeks
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/pulls/exports/years",
    params(("namespace" = String, Path)),
    responses((status = 200, body = Years), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn years(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    let mut years = Vec::new();
    for timespan in [Timespan::Months, Timespan::Weeks] {
        for period in periods(&service, &of, timespan).await? {
            years.push(timespan.number(period).0);
        }
    }
    years.sort_unstable();
    years.dedup();
    let years = years.into_iter().map(|year| Year { year }).collect();
    Ok(own(Years { years }))
}

/// The whole months or weeks of a year
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/pulls/exports/years/{year}/{timespantype}",
    params(("namespace" = String, Path), ("year" = i32, Path), ("timespantype" = Timespan, Path)),
    responses((status = 200, body = Several), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn timespans(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment((name, year, timespan)): Segment<(String, i32, Timespan)>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    let all = periods(&service, &of, timespan).await?;
    let numbers = all.into_iter().filter_map(|period| {
        let (of_year, number) = timespan.number(period);
        (of_year == year).then_some(number)
    });
    Ok(own(match timespan {
        Timespan::Months => Several::Months(numbers.map(Numbered::Month).collect()),
        Timespan::Weeks => Several::Weeks(numbers.map(Numbered::Week).collect()),
    }))
}

/// A whole month or week of a namespace.
async fn period(
    service: &Service,
    of: &insights::Namespace,
    (year, timespan, number): (i32, Timespan, u32),
) -> Result<Span, Refusal> {
    let all = periods(service, of, timespan).await?;
    all.into_iter()
        .find(|period| timespan.number(*period) == (year, number))
        .ok_or_else(|| {
            Refusal::new(
                ProblemKind::NotFound,
                "There are no pulls in this period, or it is not over yet.",
            )
        })
}

/// Whether there are pulls in a month or week
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/pulls/exports/years/{year}/{timespantype}/{timespan}",
    params(("namespace" = String, Path), ("year" = i32, Path), ("timespantype" = Timespan, Path), ("timespan" = u32, Path)),
    responses((status = 200, body = Numbered), (status = 401, body = Problem), (status = 404, body = Problem))
)]
async fn timespan(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment((name, year, timespan, number)): Segment<(String, i32, Timespan, u32)>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    period(&service, &of, (year, timespan, number)).await?;
    Ok(own(match timespan {
        Timespan::Months => Numbered::Month(number),
        Timespan::Weeks => Numbered::Week(number),
    }))
}
