//! The registries that report pulls over HTTP, for the people who run the program.

use super::{applications::private, session::Staff};
use crate::{
    http::refusal::{Body, Refusal, Segment},
    service::Service,
};
use api::{
    Problem,
    registries::{NewRegistry, Registries, RegistryNamespaces, SetAside, Snippet},
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};

/// The registries that report pulls
#[utoipa::path(get, path = "/api/v1/registries", security(("session" = [])), responses(
    (status = 200, body = Registries), (status = 401, body = Problem), (status = 403, body = Problem)
))]
pub async fn registries(
    State(service): State<Service>,
    Staff(_): Staff,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.registries().await?))
}

/// Add a registry
///
/// The answer holds its token, this once.
#[utoipa::path(post, path = "/api/v1/registries", request_body = NewRegistry, security(("session" = [])), responses(
    (status = 201, body = Snippet), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)
))]
pub async fn add(
    State(service): State<Service>,
    Staff(_): Staff,
    body: Body<NewRegistry>,
) -> Result<impl IntoResponse, Refusal> {
    let snippet = service.add_registry(body.value).await?;
    Ok((StatusCode::CREATED, private(snippet)))
}

/// Take nothing more from a registry
#[utoipa::path(delete, path = "/api/v1/registries/{id}", params(("id" = i64, Path)), security(("session" = [])), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)
))]
pub async fn remove(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<i64>,
) -> Result<impl IntoResponse, Refusal> {
    service.remove_registry(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change which namespaces a registry may report
#[utoipa::path(put, path = "/api/v1/registries/{id}/namespaces", params(("id" = i64, Path)), request_body = RegistryNamespaces, security(("session" = [])), responses(
    (status = 200, body = RegistryNamespaces), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)
))]
pub async fn set_namespaces(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<i64>,
    body: Body<RegistryNamespaces>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(
        service.set_registry_namespaces(id, body.value).await?,
    ))
}

/// What was set aside of what a registry reported, newest first
#[utoipa::path(get, path = "/api/v1/registries/{id}/set-aside", params(("id" = i64, Path)), security(("session" = [])), responses(
    (status = 200, body = Vec<SetAside>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)
))]
pub async fn set_aside(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<i64>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.set_aside(id).await?))
}

/// Give a registry another token
///
/// The one before stops at once. The answer holds the new one, this once.
#[utoipa::path(post, path = "/api/v1/registries/{id}/token", params(("id" = i64, Path)), security(("session" = [])), responses(
    (status = 200, body = Snippet), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)
))]
pub async fn renew_token(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<i64>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.renew_registry_token(id).await?))
}
