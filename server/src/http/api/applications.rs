//! Applications over HTTP: send, read, change, take back, prove.

use super::session::maybe_signed_in;
use crate::{
    applications::{Opener, Trouble},
    http::refusal::{Body, Refusal, Segment},
    service::Service,
};
use api::{
    FieldProblem, Problem, ProblemKind,
    application::{Amendment, Application, ControlCheck, ControlledSource, Receipt, Submission},
    paths::{IDEMPOTENCY_HEADER, KEY_HEADER},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};

/// Letters that an idempotency key has.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 16..=200;

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(error) => error.into(),
            Trouble::NoRandomness => crate::secret::NoRandomness.into(),
            Trouble::NotFound => Self::nothing(),
            Trouble::Fields(errors) => {
                let errors = errors
                    .into_iter()
                    .map(|error| FieldProblem {
                        field: error.field.id(),
                        message: error.message,
                    })
                    .collect();
                Self(Problem::fields(errors))
            }
            Trouble::Profile(errors) => {
                let errors = errors.into_iter().map(|(field, message)| FieldProblem {
                    field: field.id().to_owned(),
                    message,
                });
                Self(Problem::fields(errors.collect()))
            }
            Trouble::Field(field, message) => Self(Problem::fields(vec![FieldProblem {
                field: field.to_owned(),
                message,
            }])),
            Trouble::NameTaken(words) => Self(Problem::new(ProblemKind::Conflict, words)),
            Trouble::Logo(error) => Self(Problem::new(ProblemKind::Fields, error.to_string())),
            Trouble::Overtaken(words) => Self::new(ProblemKind::Conflict, words),
            Trouble::KeyReused => Self::new(
                ProblemKind::Conflict,
                "This form was sent before with other words. Look at the application it made, and amend it there.",
            ),
            Trouble::Changed => Self::new(
                ProblemKind::Conflict,
                "The application changed in the meantime. Load it again; what you wrote stays on this page.",
            ),
            Trouble::EvidenceChanged => Self::new(
                ProblemKind::EvidenceChanged,
                "The evidence was read again and changed: look at the findings once more. Nothing was decided.",
            ),
            Trouble::Text(error) => Self(Problem::new(ProblemKind::Fields, error.to_string())),
            Trouble::NoReason => {
                Self::new(ProblemKind::Fields, "Write the reason: it goes on record.")
            }
            Trouble::TooManyAmendments => Self::new(
                ProblemKind::Conflict,
                "This application was amended a hundred times. Withdraw it and apply anew.",
            ),
            Trouble::Taken => Self::new(
                ProblemKind::Conflict,
                "The namespace came into the program by another application in the meantime.",
            ),
            Trouble::NotYours => Self::new(
                ProblemKind::Forbidden,
                "This is for the owners of the namespace. Ask one of them.",
            ),
            Trouble::ForMaintainers => Self::new(
                ProblemKind::Forbidden,
                "This is for the maintainers of the namespace to decide. Ask one of them.",
            ),
            Trouble::LastOwner(error) => {
                Self(Problem::new(ProblemKind::Conflict, error.to_string()))
            }
            Trouble::NotRenewable(message) => Self(Problem::new(ProblemKind::Conflict, message)),
            Trouble::Unfit(message) => Self(Problem::new(ProblemKind::Fields, message)),
            Trouble::Decision(error) => Self(Problem::new(ProblemKind::Fields, error.to_string())),
            Trouble::NotNow(error) => Self(Problem::new(ProblemKind::Conflict, error.to_string())),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What opens an application: the key in its header, or else the session of whoever
/// applied, since links get lost.
async fn opener(service: &Service, headers: &HeaderMap) -> Result<Opener, Refusal> {
    if let Some(key) = text(headers, KEY_HEADER) {
        return Ok(Opener::Key(key.to_owned()));
    }
    let person = maybe_signed_in(service, headers).await?;
    person
        .map(|person| Opener::Address(person.mail))
        .ok_or_else(Refusal::nothing)
}

/// Answers that hold what somebody said are kept by nobody on the way.
pub(super) fn private<T>(value: T) -> ([(header::HeaderName, &'static str); 1], Json<T>) {
    ([(header::CACHE_CONTROL, "no-store")], Json(value))
}

/// Send an application
///
/// Sent again with the same `Idempotency-Key` and the same body, it gives the same receipt.
#[utoipa::path(post, path = "/api/v1/applications",
    params(("idempotency-key" = String, Header, min_length = 16, max_length = 200, description = "16 to 200 characters that nobody else would choose")),
    request_body = Submission,
    responses(
        (status = 201, body = Receipt),
        (status = 400, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "The key was used for another body"),
        (status = 413, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)
    )
)]
pub async fn send(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body<Submission>,
) -> Result<impl IntoResponse, Refusal> {
    let idempotency_key = text(&headers, IDEMPOTENCY_HEADER)
        .filter(|key| KEY_LENGTH.contains(&key.len()))
        .ok_or_else(|| {
            Refusal::new(
                ProblemKind::Malformed,
                "Send an Idempotency-Key of 16 to 200 characters, so that sending twice is safe.",
            )
        })?;
    let receipt = service
        .receive(body.value.answers, &body.bytes, idempotency_key)
        .await?;
    Ok((StatusCode::CREATED, private(receipt)))
}

/// Read an application
#[utoipa::path(get, path = "/api/v1/applications/{id}",
    params(("id" = String, Path), ("dsos-key" = Option<String>, Header, description = "From the link in the mail; not needed by whoever signed in with the address it came from")),
    security(("applicationKey" = []), ("session" = [])),
    responses((status = 200, body = Application), (status = 404, body = Problem))
)]
pub async fn read(
    State(service): State<Service>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let opener = opener(&service, &headers).await?;
    Ok(private(service.application(&id, &opener).await?))
}

/// Answer a question, or amend what was said
#[utoipa::path(put, path = "/api/v1/applications/{id}",
    params(("id" = String, Path), ("dsos-key" = Option<String>, Header)),
    request_body = Amendment,
    security(("applicationKey" = []), ("session" = [])),
    responses(
        (status = 200, body = Application),
        (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It changed in the meantime, or was decided"),
        (status = 413, body = Problem), (status = 422, body = Problem)
    )
)]
pub async fn amend(
    State(service): State<Service>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
    body: Body<Amendment>,
) -> Result<impl IntoResponse, Refusal> {
    let opener = opener(&service, &headers).await?;
    let Amendment { answers, version } = body.value;
    service.amend(&id, &opener, answers, version).await?;
    Ok(private(service.application(&id, &opener).await?))
}

/// Take an application back
#[utoipa::path(post, path = "/api/v1/applications/{id}/withdraw",
    params(("id" = String, Path), ("dsos-key" = Option<String>, Header)),
    security(("applicationKey" = []), ("session" = [])),
    responses(
        (status = 200, body = Application),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)
    )
)]
pub async fn withdraw(
    State(service): State<Service>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let opener = opener(&service, &headers).await?;
    service.withdraw(&id, &opener).await?;
    Ok(private(service.application(&id, &opener).await?))
}

/// Look for the token that proves control of the source
#[utoipa::path(post, path = "/api/v1/applications/{id}/control",
    params(("id" = String, Path), ("dsos-key" = Option<String>, Header)),
    security(("applicationKey" = []), ("session" = [])),
    responses(
        (status = 200, body = ControlCheck),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)
    )
)]
pub async fn control(
    State(service): State<Service>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let opener = opener(&service, &headers).await?;
    let application = service.application(&id, &opener).await?;
    if application.stage.is_final() {
        return Err(Refusal::new(
            ProblemKind::Conflict,
            "The application has ended, so nothing more is to be proven.",
        ));
    }
    let mut sources = Vec::new();
    for address in application.answers.addresses() {
        let token = &application.control.token;
        let outcome = service
            .reader
            .has_token(&address, token, service.now())
            .await;
        sources.push(ControlledSource {
            address,
            has_token: outcome == Ok(true),
            trouble: outcome.err(),
        });
    }
    let is_proven = !sources.is_empty() && sources.iter().all(|source| source.has_token);
    if is_proven {
        service.control_proven(&id, application.version).await?;
    }
    Ok(private(ControlCheck { is_proven, sources }))
}
