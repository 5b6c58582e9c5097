//! What the form and the program page ask before anybody sends anything.

use crate::{
    http::refusal::{Asked, Refusal, Segment},
    service::{DecisionTimes, Service},
    store::{StoreError, applications},
};
use api::{NamespaceFacts, Problem, ProblemKind, ProgramFacts};
use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    evidence::{Reading, RepositoryFacts},
    namespace::Namespace,
    source::SourceAddress,
};
use serde::Deserialize;
use std::sync::PoisonError;
use utoipa::IntoParams;

/// Decisions that a median is shown from, at least; of fewer it says nothing.
const ENOUGH: u32 = 5;

/// How far back decisions are counted.
const WINDOW: TimeDelta = TimeDelta::days(365);

/// How long a count is good for.
const COUNTED_FOR: TimeDelta = TimeDelta::minutes(1);

const DAY_MS: f64 = 24.0 * 60.0 * 60.0 * 1000.0;

/// What the form and the program page need to know
#[utoipa::path(get, path = "/api/v1/program", responses(
    (status = 200, body = ProgramFacts),
    (status = 503, body = Problem)
))]
pub async fn program(State(service): State<Service>) -> Result<Json<ProgramFacts>, Refusal> {
    let now = service.now();
    let times = decision_times(&service, now).await?;
    Ok(Json(ProgramFacts {
        forges: service.reader.forges().0.clone(),
        target_days: service.settings.target_days,
        median_days: times
            .median_ms
            .filter(|_| times.count >= ENOUGH)
            .map(|millis| millis as f64 / DAY_MS),
        decisions: times.count,
        today: now.date_naive(),
    }))
}

/// How long decisions take, counted anew after a while.
async fn decision_times(
    service: &Service,
    now: DateTime<Utc>,
) -> Result<DecisionTimes, StoreError> {
    let lock = || {
        service
            .decision_times
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    let fresh = lock().filter(|times| (times.at..times.at + COUNTED_FOR).contains(&now));
    if let Some(times) = fresh {
        return Ok(times);
    }
    let (count, median_ms) = service
        .with_store(move |store| {
            store.read(|connection| applications::decision_times(connection, now - WINDOW))
        })
        .await?;
    let times = DecisionTimes {
        at: now,
        count,
        median_ms,
    };
    *lock() = Some(times);
    Ok(times)
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
    Segment(name): Segment<String>,
) -> Result<Json<NamespaceFacts>, Refusal> {
    let namespace = Namespace::parse(&name)
        .map_err(|error| Refusal(Problem::new(ProblemKind::Fields, error.to_string())))?;
    let today = service.now().date_naive();
    let registered = service.registered(namespace.as_str(), service.now()).await;
    let claim = service
        .with_store(move |store| {
            store.read(|connection| applications::claim(connection, &namespace, None, today))
        })
        .await
        .map_err(|error: StoreError| Refusal::from(error))?;
    Ok(Json(NamespaceFacts {
        registered,
        claimed: Reading::Read {
            at: service.now(),
            facts: claim,
        },
    }))
}

/// The repository that is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SourceQuery {
    /// Its address, as typed.
    address: String,
}

/// What its forge says of a repository
#[utoipa::path(get, path = "/api/v1/source", params(SourceQuery), responses(
    (status = 200, body = Reading<RepositoryFacts>),
    (status = 422, body = Problem, description = "Not the address of a repository, or one that pages ask about themselves")
))]
pub async fn source(
    State(service): State<Service>,
    Asked(query): Asked<SourceQuery>,
) -> Result<Json<Reading<RepositoryFacts>>, Refusal> {
    let address = SourceAddress::parse(&query.address)
        .map_err(|error| Refusal(Problem::new(ProblemKind::Fields, error.to_string())))?;
    // What such a forge answers to nobody in particular is scarce: the server keeps it
    // for its own checks.
    if service.reader.is_configured(&address) {
        return Err(Refusal(Problem::new(
            ProblemKind::Fields,
            format!("Pages ask {} themselves.", address.host()),
        )));
    }
    let now = service.now();
    Ok(Json(service.reader.repository(&address, now, false).await))
}
