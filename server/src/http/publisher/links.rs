//! Links to the files of whole months and weeks: each for one file and a quarter of an hour, without a
//! token.

use super::{named, own, period};
use crate::{
    http::{
        api::Reads,
        files::{self, Wish},
        refusal::{Refusal, Segment},
    },
    publisher::{self, DataFile, Timespan},
    service::Service,
};
use api::{Problem, ProblemKind, paths::PullsFile};
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, Method},
    response::Response,
};
use pulls::query::{Measure, Query, SpanChoice};
use serde::Serialize;
use utoipa::ToSchema;

/// Where they lead.
const EXPORTS: &str = "/api/publisher/analytics/v1/exports";

#[derive(Serialize, ToSchema)]
struct DataFiles {
    data: Vec<DataFile>,
}

/// Links to the files of a month or week
///
/// Each is good for 15 minutes, for one file, and needs no token.
#[utoipa::path(get, path = "/api/publisher/analytics/v1/namespaces/{namespace}/pulls/exports/years/{year}/{timespantype}/{timespan}/{dataview}",
    params(
        ("namespace" = String, Path), ("year" = i32, Path), ("timespantype" = Timespan, Path), ("timespan" = u32, Path),
        ("dataview" = String, Path, description = "raw, summary, repo-summary or namespace-summary")
    ),
    responses((status = 200, body = DataFiles), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn exports(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment((name, year, timespan, number, view)): Segment<(String, i32, Timespan, u32, String)>,
) -> Result<Response, Refusal> {
    let of = service.pulls_of(&named(&name)?, &person).await?;
    let what = PullsFile::ALL
        .into_iter()
        .find(|what| what.word() == view)
        .ok_or_else(Refusal::nothing)?;
    let span = period(&service, &of, (year, timespan, number)).await?;
    let query = Query {
        span: SpanChoice::Days(span),
        measure: Measure::Both,
        ..Query::default()
    };
    let about = of.clone();
    let size = service
        .with_insights(move |insights| {
            Ok(publisher::size_of(insights, &about, what, &query, span)?)
        })
        .await?;
    let file = format!("{}.csv", what.word());
    let asked = format!("from={}&to={}", span.first, span.last);
    let (until, seal) = service.link_seal(&of.name, &file, &asked);
    let url = format!(
        "{}{EXPORTS}/{}/{file}?{asked}&until={until}&seal={seal}",
        service.base_url, of.name
    );
    let data = vec![DataFile { url, size }];
    Ok(own(DataFiles { data }))
}

/// A file that a link leads to
#[utoipa::path(get, path = "/api/publisher/analytics/v1/exports/{namespace}/{file}",
    params(
        ("namespace" = String, Path), ("file" = String, Path),
        ("from" = String, Query), ("to" = String, Query), ("until" = i64, Query), ("seal" = String, Query)
    ),
    responses(
        (status = 200, body = String, content_type = "text/csv"), (status = 206, body = String, content_type = "text/csv"),
        (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 416, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn export(
    State(service): State<Service>,
    Segment((name, file)): Segment<(String, String)>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let query = query.unwrap_or_default();
    let is_good = || {
        let (asked, rest) = query.split_once("&until=")?;
        let (until, seal) = rest.split_once("&seal=")?;
        let until = until.parse().ok()?;
        service
            .is_sealed((&name, &file, asked), until, seal)
            .then(|| asked.to_owned())
    };
    let asked = is_good().ok_or_else(|| {
        Refusal::new(
            ProblemKind::Forbidden,
            "This link is not whole, or its 15 minutes are over. Ask for another.",
        )
    })?;
    let of = service.linked_pulls_of(&named(&name)?).await?;
    let wish = Wish::read(&file, &asked)?;
    files::answer(&service, of, wish, &method, &headers).await
}
