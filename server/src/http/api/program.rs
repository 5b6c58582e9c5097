//! What the form and the program page ask before anybody sends anything.

use crate::{
    http::refusal::Refusal,
    service::Service,
    store::{StoreError, applications},
};
use api::{NamespaceFacts, Problem, ProblemKind, ProgramFacts};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use chrono::TimeDelta;
use program::{
    evidence::{Reading, RepositoryFacts},
    namespace::Namespace,
    source::SourceAddress,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Decisions that a median is shown from, at least; of fewer it says nothing.
const ENOUGH: u32 = 5;

/// How far back decisions are counted.
const WINDOW: TimeDelta = TimeDelta::days(365);

const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

/// What the form and the program page need to know
#[utoipa::path(get, path = "/api/v1/program", responses(
    (status = 200, body = ProgramFacts),
    (status = 503, body = Problem)
))]
pub async fn program(State(service): State<Service>) -> Result<Json<ProgramFacts>, Refusal> {
    let now = service.now();
    let (decisions, median) = service
        .with_store(move |store| {
            store.read(|connection| applications::decision_times(connection, now - WINDOW))
        })
        .await
        .map_err(|error: StoreError| Refusal::from(error))?;
    Ok(Json(ProgramFacts {
        forges: service.reader.forges().0.clone(),
        target_days: service.settings.target_days,
        median_days: median
            .filter(|_| decisions >= ENOUGH)
            .map(|millis| millis as f64 / DAY_MS),
        decisions,
        today: now.date_naive(),
    }))
}

/// Whether a namespace is there, and free
#[utoipa::path(get, path = "/api/v1/namespaces/{name}",
    params(("name" = String, Path, description = "As in the names of its images")),
    responses(
        (status = 200, body = NamespaceFacts),
        (status = 422, body = Problem, description = "Not a namespace")
    )
)]
pub async fn namespace(
    State(service): State<Service>,
    Path(name): Path<String>,
) -> Result<Json<NamespaceFacts>, Refusal> {
    let namespace = Namespace::parse(&name)
        .map_err(|error| Refusal(Problem::new(ProblemKind::Fields, error.to_string())))?;
    let today = service.now().date_naive();
    let claim = service
        .with_store(move |store| {
            store.read(|connection| applications::claim(connection, &namespace, None, today))
        })
        .await
        .map_err(|error: StoreError| Refusal::from(error))?;
    Ok(Json(NamespaceFacts {
        registered: Reading::NotAsked,
        claimed: Reading::Read {
            at: service.now(),
            facts: claim,
        },
    }))
}

/// The repository that is asked about.
#[derive(Debug, Deserialize, IntoParams)]
pub struct SourceQuery {
    /// Its address, as typed.
    address: String,
}

/// What its forge says of a repository
#[utoipa::path(get, path = "/api/v1/source", params(SourceQuery), responses(
    (status = 200, body = Reading<RepositoryFacts>),
    (status = 422, body = Problem, description = "Not the address of a repository")
))]
pub async fn source(
    State(service): State<Service>,
    Query(query): Query<SourceQuery>,
) -> Result<Json<Reading<RepositoryFacts>>, Refusal> {
    let address = SourceAddress::parse(&query.address)
        .map_err(|error| Refusal(Problem::new(ProblemKind::Fields, error.to_string())))?;
    let now = service.now();
    Ok(Json(service.reader.repository(&address, now, false).await))
}
