//! What maintainers decide about the pulls of their namespace, over HTTP; and the totals that they
//! publish, for anybody.

use super::{
    applications::private,
    membership::named,
    session::{Reads, Writes},
};
use crate::{
    http::{
        open,
        refusal::{Body, Refusal, Segment},
    },
    service::Service,
};
use api::{
    Problem, ProblemKind,
    pulls::{PullSettingsChange, PullSettingsState, PullTotals},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

/// How long whoever has totals need not ask for them again, in seconds.
const TOTALS_LIFE: &str = "public, max-age=300";

/// What stands where no totals are published: whether there is such a namespace, it does not say.
fn unpublished() -> Refusal {
    Refusal::new(
        ProblemKind::NotFound,
        "No totals are published under this name: its maintainers do not publish them, or it is not in the program.",
    )
}

/// The totals of a namespace that publishes them
///
/// Pulls by tag and by digest, and version checks, of the last twelve whole months and of the last
/// thirty days, in UTC, and of each repository. A namespace that does not publish them is as if it
/// were not there.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/totals", params(("name" = String, Path)),
    responses(
        (status = 200, body = PullTotals), (status = 304, description = "They are as they were"),
        (status = 404, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn totals(
    State(service): State<Service>,
    Segment(name): Segment<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let namespace = named(&name).map_err(|_| unpublished())?;
    let totals = service.published_totals(&namespace).await?;
    let totals = totals.ok_or_else(unpublished)?;
    Ok(open::kept_json(&*totals, TOTALS_LIFE, &headers))
}

/// What was decided about the pulls of a namespace
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/pulls/settings", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = PullSettingsState), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)
    )
)]
pub async fn settings(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    Ok(private(service.pull_settings(&namespace, &person).await?))
}

/// Decide about the pulls of a namespace
///
/// Whether their totals are published, from which change on a week is told by mail, and how often a
/// report goes out by mail. For those who maintain it, and nobody else.
#[utoipa::path(put, path = "/api/v1/namespaces/{name}/pulls/settings", params(("name" = String, Path)),
    request_body = PullSettingsChange,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = PullSettingsState), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Somebody else was quicker"),
        (status = 413, body = Problem)
    )
)]
pub async fn write_settings(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
    body: Result<Body<PullSettingsChange>, Refusal>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    service.decides_on_pulls(&namespace, &person).await?;
    let change = body?.value;
    Ok(private(
        service
            .write_pull_settings(&namespace, &person, change)
            .await?,
    ))
}
