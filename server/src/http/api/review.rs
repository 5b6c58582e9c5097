//! Reviewing over HTTP: for the people who run the program, and nobody else.

use super::{applications::private, session::Staff};
use crate::{
    http::refusal::{Asked, Body, Refusal, Segment},
    reviews::Cursor,
    service::Service,
};
use api::{
    Problem, ProblemKind,
    review::{Case, MailPreview, Marks, NewNote, OtherProof, Queue, Verdict},
};
use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use utoipa::IntoParams;

/// Behind what a part of the queue begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// `next` of the part before; the first part without it.
    after: Option<String>,
}

/// What waits, oldest first, a part at a time
#[utoipa::path(get, path = "/api/v1/review", params(QueueQuery), security(("session" = [])), responses(
    (status = 200, body = Queue), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem)
))]
pub async fn queue(
    State(service): State<Service>,
    Staff(_): Staff,
    Asked(query): Asked<QueueQuery>,
) -> Result<impl IntoResponse, Refusal> {
    let after = query
        .after
        .map(|text| {
            Cursor::parse(&text).ok_or_else(|| {
                Refusal::new(
                    ProblemKind::Malformed,
                    "Take “after” from “next” of the part before.",
                )
            })
        })
        .transpose()?;
    Ok(private(service.queue(after).await?))
}

/// One application with all that is known of it
#[utoipa::path(get, path = "/api/v1/review/{id}", params(("id" = String, Path)), security(("session" = [])), responses(
    (status = 200, body = Case), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)
))]
pub async fn case(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.case(&id).await?))
}

/// Take an application up
#[utoipa::path(post, path = "/api/v1/review/{id}/begin", params(("id" = String, Path)), security(("session" = [])), responses(
    (status = 200, body = Case), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)
))]
pub async fn begin(
    State(service): State<Service>,
    Staff(person): Staff,
    Segment(id): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    service.begin_review(&id, &person).await?;
    Ok(private(service.case(&id).await?))
}

/// Read the evidence anew
#[utoipa::path(post, path = "/api/v1/review/{id}/check", params(("id" = String, Path)), security(("session" = [])), responses(
    (status = 200, body = Case), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)
))]
pub async fn check(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<String>,
) -> Result<impl IntoResponse, Refusal> {
    service.check(&id).await?;
    Ok(private(service.case(&id).await?))
}

/// Keep marks that are not said yet
#[utoipa::path(put, path = "/api/v1/review/{id}/marks", params(("id" = String, Path)),
    request_body = Marks, security(("session" = [])), responses(
    (status = 200, body = Case), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)
))]
pub async fn marks(
    State(service): State<Service>,
    Staff(_): Staff,
    Segment(id): Segment<String>,
    body: Body<Marks>,
) -> Result<impl IntoResponse, Refusal> {
    service.keep_marks(&id, body.value).await?;
    Ok(private(service.case(&id).await?))
}

/// The mail that a decision would send
#[utoipa::path(post, path = "/api/v1/review/{id}/preview", params(("id" = String, Path)),
    request_body = Verdict, security(("session" = [])), responses(
    (status = 200, body = MailPreview), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)
))]
pub async fn preview(
    State(service): State<Service>,
    Staff(person): Staff,
    Segment(id): Segment<String>,
    body: Body<Verdict>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(private(service.preview(&id, body.value, &person).await?))
}

/// Decide
#[utoipa::path(post, path = "/api/v1/review/{id}/decision", params(("id" = String, Path)),
    request_body = Verdict, security(("session" = [])), responses(
    (status = 200, body = Case), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "Somebody was quicker, it was decided, or the evidence was read again and changed"),
    (status = 422, body = Problem)
))]
pub async fn decide(
    State(service): State<Service>,
    Staff(person): Staff,
    Segment(id): Segment<String>,
    body: Body<Verdict>,
) -> Result<impl IntoResponse, Refusal> {
    service.decide(&id, body.value, &person).await?;
    Ok(private(service.case(&id).await?))
}

/// Accept other proof of control
#[utoipa::path(post, path = "/api/v1/review/{id}/proof", params(("id" = String, Path)),
    request_body = OtherProof, security(("session" = [])), responses(
    (status = 200, body = Case), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)
))]
pub async fn proof(
    State(service): State<Service>,
    Staff(person): Staff,
    Segment(id): Segment<String>,
    body: Body<OtherProof>,
) -> Result<impl IntoResponse, Refusal> {
    service.accept_proof(&id, body.value, &person).await?;
    Ok(private(service.case(&id).await?))
}

/// Keep a note for other reviewers
#[utoipa::path(post, path = "/api/v1/review/{id}/notes", params(("id" = String, Path)),
    request_body = NewNote, security(("session" = [])), responses(
    (status = 200, body = Case), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)
))]
pub async fn note(
    State(service): State<Service>,
    Staff(person): Staff,
    Segment(id): Segment<String>,
    body: Body<NewNote>,
) -> Result<impl IntoResponse, Refusal> {
    service.note(&id, body.value.text, &person).await?;
    Ok(private(service.case(&id).await?))
}
