//! What registries send: notifications of CNCF Distribution and webhooks of Harbor.
//!
//! Whatever cannot be believed is taken and set aside: a registry sends again what was not taken,
//! for ever, and nothing behind it gets through. Only a wrong token is refused, and what there is
//! no room for.

use super::{api::bearer, refusal::Refusal};
use crate::{
    service::Service,
    store::{
        StoreError,
        reporters::{Reporter, ReporterKind},
    },
};
use api::ProblemKind;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use events::{Reading, SetAside, Trouble, distribution, event::Terms, harbor};
use intake::IntakeError;
use program::addresses::{DISTRIBUTION_EVENTS, HARBOR_EVENTS};
use std::{sync::Arc, time::Duration};
use tokio::{task::spawn_blocking, time::timeout};

/// Most bytes of a body. A registry sends an event at a time, or some hundred.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// From so many bytes on, a body is read beside the threads that answer.
const LONG_BYTES: usize = 64 * 1024;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The routes.
pub fn router(service: Service) -> Router {
    Router::new()
        .route(DISTRIBUTION_EVENTS, post(of_distribution))
        .route(HARBOR_EVENTS, post(of_harbor))
        .with_state(service)
}

async fn of_distribution(state: State<Service>, request: Request) -> Result<Response, Refusal> {
    taken(
        state.0,
        request,
        ReporterKind::Distribution,
        distribution::read,
    )
    .await
}

async fn of_harbor(state: State<Service>, request: Request) -> Result<Response, Refusal> {
    taken(state.0, request, ReporterKind::Harbor, harbor::read).await
}

async fn taken(
    service: Service,
    request: Request,
    kind: ReporterKind,
    read: fn(&[u8], &Terms<'_>) -> Reading,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    // Nothing of a body is read for whoever has no token.
    let reporter = match bearer(&parts.headers) {
        Some(token) => service.reporter(token).await?,
        None => None,
    };
    let Some(reporter) = reporter.filter(|reporter| reporter.kind == kind) else {
        return Ok(unknown());
    };
    let reading = match bytes(&parts.headers, body).await {
        Ok(bytes) => understood(&service, &reporter, bytes, read).await?,
        Err(Unread::TooLong) => Reading {
            set_aside: vec![SetAside {
                trouble: Trouble::Body(format!("it has more than {MOST_BYTES} bytes")),
                sent: String::new(),
            }],
            ..Reading::default()
        },
        Err(Unread::BrokenOff) => {
            return Err(Refusal::new(
                ProblemKind::Malformed,
                "The rest of the body did not come. Send it again.",
            ));
        }
    };
    match service.take_in(&reporter, reading).await {
        Ok(()) => Ok(StatusCode::ACCEPTED.into_response()),
        Err(error) => Err(refused(&error)),
    }
}

/// After how many seconds a registry may come again that was refused for want of room.
const AGAIN_SECS: u64 = 5;

/// Why a body was not read.
enum Unread {
    TooLong,
    BrokenOff,
}

async fn bytes(headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MOST_BYTES) {
        return Err(Unread::TooLong);
    }
    match timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // Of a body that says how long it is, only a part came.
        Ok(Err(_)) if declared.is_some() => Err(Unread::BrokenOff),
        Ok(Err(_)) => Err(Unread::TooLong),
        Err(_) => Err(Unread::BrokenOff),
    }
}

/// What a body says. A long one is read beside the threads that answer.
async fn understood(
    service: &Service,
    reporter: &Arc<Reporter>,
    bytes: Bytes,
    read: fn(&[u8], &Terms<'_>) -> Reading,
) -> Result<Reading, Refusal> {
    let now = service.now();
    let reporter = Arc::clone(reporter);
    let is_long = bytes.len() > LONG_BYTES;
    let work = move || {
        let terms = Terms {
            now,
            namespaces: &reporter.namespaces,
        };
        read(&bytes, &terms)
    };
    if !is_long {
        return Ok(work());
    }
    spawn_blocking(work)
        .await
        .map_err(|_| Refusal::from(StoreError::Interrupted))
}

fn refused(error: &IntakeError) -> Refusal {
    if !error.is_full() {
        tracing::error!(%error, "events were not taken in");
    }
    let mut refusal = Refusal::new(
        ProblemKind::Unavailable,
        "The events could not be kept. Nothing of them was counted; send them again.",
    );
    refusal.0.retry_after_secs = Some(AGAIN_SECS);
    refusal
}

/// RFC 6750, 3: how to come again.
fn unknown() -> Response {
    let mut response = Refusal::new(
        ProblemKind::SignIn,
        "This is no token of a registry that reports here. Whoever runs this server makes one on the page of registries, or with `dsos add-registry`.",
    )
    .into_response();
    response.headers_mut().insert(
        header::WWW_AUTHENTICATE,
        header::HeaderValue::from_static("Bearer"),
    );
    response
}
