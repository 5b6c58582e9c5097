//! What the people who run the program do besides reviewing: mails that have not gone
//! out, and what is kept about people.

use super::{applications::private, session::Staff};
use crate::{
    http::refusal::{Body, Refusal},
    service::Service,
};
use api::{
    Problem,
    account::{Erased, Person, PersonalData},
    membership::StuckMail,
};
use axum::{extract::State, response::IntoResponse};

/// Mails that were tried and have not gone out
#[utoipa::path(get, path = "/api/v1/mails", security(("session" = [])), responses(
    (status = 200, body = Vec<StuckMail>), (status = 401, body = Problem), (status = 403, body = Problem)
))]
pub async fn stuck_mails(
    State(service): State<Service>,
    Staff(_): Staff,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.stuck_mails().await?))
}

/// Everything that is kept about a person
#[utoipa::path(post, path = "/api/v1/people/export", request_body = Person, security(("session" = [])), responses(
    (status = 200, body = PersonalData), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)
))]
pub async fn export_person(
    State(service): State<Service>,
    Staff(_): Staff,
    body: Body<Person>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.personal_data(body.value.mail).await?))
}

/// Erase a person
#[utoipa::path(post, path = "/api/v1/people/erase", request_body = Person, security(("session" = [])), responses(
    (status = 200, body = Erased), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)
))]
pub async fn erase_person(
    State(service): State<Service>,
    Staff(person): Staff,
    body: Body<Person>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(
        service.erase_person(&person, body.value.mail).await?,
    ))
}
