//! The account of whoever is signed in: what they have here, tokens, sessions, and all
//! that is kept about them. None of it is for tokens: a script cannot make another token, or
//! erase its owner.

use super::{applications::private, membership::named, session::SignedIn};
use crate::{
    http::refusal::{Body, Refusal, Segment},
    service::Service,
};
use api::{
    Problem,
    account::{Account, Erased, MadeToken, NewToken, PersonalData},
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};

/// What whoever is signed in has here
#[utoipa::path(get, path = "/api/v1/account", security(("session" = [])), responses(
    (status = 200, body = Account), (status = 401, body = Problem)
))]
pub async fn account(
    State(service): State<Service>,
    signed_in: SignedIn,
) -> Result<impl IntoResponse, Refusal> {
    let SignedIn { person, session } = signed_in;
    Ok(private(service.account(&person, Some(session)).await?))
}

/// Make an access token
#[utoipa::path(post, path = "/api/v1/account/tokens", request_body = NewToken, security(("session" = [])), responses(
    (status = 201, body = MadeToken), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)
))]
pub async fn make_token(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
    body: Body<NewToken>,
) -> Result<impl IntoResponse, Refusal> {
    let made = service.make_token(&person, body.value).await?;
    Ok((StatusCode::CREATED, private(made)))
}

/// Revoke an access token
#[utoipa::path(delete, path = "/api/v1/account/tokens/{id}", params(("id" = i64, Path)), security(("session" = [])), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)
))]
pub async fn revoke_token(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
    Segment(id): Segment<i64>,
) -> Result<StatusCode, Refusal> {
    service.revoke_token(&person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End every other session
#[utoipa::path(post, path = "/api/v1/account/other-sessions/end", security(("session" = [])), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem)
))]
pub async fn end_other_sessions(
    State(service): State<Service>,
    SignedIn { person, session }: SignedIn,
) -> Result<StatusCode, Refusal> {
    service.end_other_sessions(&person, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that is kept about whoever is signed in
#[utoipa::path(get, path = "/api/v1/account/export", security(("session" = [])), responses(
    (status = 200, body = PersonalData), (status = 401, body = Problem)
))]
pub async fn export(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
) -> Result<impl IntoResponse, Refusal> {
    let data = service.personal_data(person.mail).await?;
    let name = HeaderValue::from_static("attachment; filename=\"personal-data.json\"");
    Ok(([(header::CONTENT_DISPOSITION, name)], private(data)))
}

/// Erase whoever is signed in
///
/// The account with its sessions, tokens and roles goes; applications stay without name,
/// address and remarks, and open ones are taken back.
#[utoipa::path(post, path = "/api/v1/account/erase", security(("session" = [])), responses(
    (status = 200, body = Erased), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 409, body = Problem, description = "A namespace would have no owner")
))]
pub async fn erase(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.erase_myself(&person).await?))
}

/// Join a namespace that one was invited to
#[utoipa::path(post, path = "/api/v1/account/invitations/{name}", params(("name" = String, Path)),
    security(("session" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub async fn join(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
    Segment(name): Segment<String>,
) -> Result<StatusCode, Refusal> {
    let namespace = named(&name)?;
    service.answer_invitation(&namespace, &person, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decline an invitation
#[utoipa::path(delete, path = "/api/v1/account/invitations/{name}", params(("name" = String, Path)),
    security(("session" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub async fn decline(
    State(service): State<Service>,
    SignedIn { person, .. }: SignedIn,
    Segment(name): Segment<String>,
) -> Result<StatusCode, Refusal> {
    let namespace = named(&name)?;
    service
        .answer_invitation(&namespace, &person, false)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
