//! What is published for whoever checks a badge. Open to everybody.

use super::membership::named;
use crate::{
    http::refusal::{Refusal, Segment},
    service::Service,
};
use api::{Problem, verify::Verifiable};
use axum::{Json, extract::State, http::header, response::IntoResponse};

/// What is published of a namespace for whoever checks its badge
///
/// Of any name that a namespace can have; one that was never in the program has no credential.
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/verifiable", params(("name" = String, Path)),
    responses((status = 200, body = Verifiable), (status = 404, body = Problem))
)]
pub async fn verifiable(
    State(service): State<Service>,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    let answer = service.verifiable(&named(&name)?).await?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(answer)))
}
