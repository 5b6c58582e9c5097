//! Memberships over HTTP: for maintainers, by session or token, and for staff to read.

use super::{
    applications::private,
    session::{Reads, Writes},
};
use crate::{
    http::refusal::{Body, Refusal, Segment},
    service::Service,
};
use api::{
    Problem,
    membership::{Membership, NewInvitation, Renewable, Renewal, Renewed, RoleChange},
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use program::namespace::Namespace;

/// The namespace of a path; what is none leads nowhere.
pub(super) fn named(name: &str) -> Result<Namespace, Refusal> {
    Namespace::parse(name).map_err(|_| Refusal::nothing())
}

/// A membership with its notices and maintainers
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/membership", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = Membership), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)
    )
)]
pub async fn membership(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.membership(&named(&name)?, &person).await?))
}

/// The dates of a membership as a calendar file
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/membership.ics", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)
    )
)]
pub async fn calendar(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    let text = service.calendar(&namespace, &person).await?;
    // A namespace is letters, digits, dots, dashes and underscores.
    let disposition = format!("attachment; filename=\"{namespace}.ics\"");
    let disposition =
        HeaderValue::try_from(disposition).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text))
}

/// What a renewal begins with
#[utoipa::path(get, path = "/api/v1/namespaces/{name}/renewal", params(("name" = String, Path)),
    security(("session" = []), ("token" = ["read"])),
    responses(
        (status = 200, body = Renewable), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It cannot be renewed now")
    )
)]
pub async fn renewable(
    State(service): State<Service>,
    Reads(person): Reads,
    Segment(name): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.renewable(&named(&name)?, &person).await?))
}

/// Renew
///
/// At once, if everything that was found before still holds; otherwise a person looks at it.
#[utoipa::path(post, path = "/api/v1/namespaces/{name}/renewal", params(("name" = String, Path)),
    request_body = Renewal,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = Renewed), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It cannot be renewed now, or was renewed already"),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn renew(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
    body: Body<Renewal>,
) -> Result<impl IntoResponse, Refusal> {
    let renewed = service.renew(&named(&name)?, &person, body.value).await?;
    Ok(private(renewed))
}

/// Invite somebody, or do so again
#[utoipa::path(post, path = "/api/v1/namespaces/{name}/invitations", params(("name" = String, Path)),
    request_body = NewInvitation,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = Membership), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn invite(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment(name): Segment<String>,
    body: Body<NewInvitation>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    service.invite(&namespace, &person, body.value).await?;
    Ok(private(service.membership(&namespace, &person).await?))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/v1/namespaces/{name}/invitations/{id}",
    params(("name" = String, Path), ("id" = i64, Path)),
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = Membership), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)
    )
)]
pub async fn withdraw_invitation(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment((name, id)): Segment<(String, i64)>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    service.withdraw_invitation(&namespace, &person, id).await?;
    Ok(private(service.membership(&namespace, &person).await?))
}

/// Give a maintainer another role
#[utoipa::path(put, path = "/api/v1/namespaces/{name}/maintainers/{id}",
    params(("name" = String, Path), ("id" = i64, Path)), request_body = RoleChange,
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 200, body = Membership), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "No owner would be left"),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn set_role(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment((name, id)): Segment<(String, i64)>,
    body: Body<RoleChange>,
) -> Result<impl IntoResponse, Refusal> {
    let namespace = named(&name)?;
    service
        .set_role(&namespace, &person, id, Some(body.value.role))
        .await?;
    Ok(private(service.membership(&namespace, &person).await?))
}

/// Let a maintainer go, or go oneself
#[utoipa::path(delete, path = "/api/v1/namespaces/{name}/maintainers/{id}",
    params(("name" = String, Path), ("id" = i64, Path)),
    security(("session" = []), ("token" = ["write"])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "No owner would be left")
    )
)]
pub async fn remove_maintainer(
    State(service): State<Service>,
    Writes(person): Writes,
    Segment((name, id)): Segment<(String, i64)>,
) -> Result<StatusCode, Refusal> {
    service.set_role(&named(&name)?, &person, id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
