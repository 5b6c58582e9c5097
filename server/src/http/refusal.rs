//! Refusals as answers, and reading requests so that what cannot be read is
//! refused with a sentence.

use crate::{secret::NoRandomness, store::StoreError};
use api::{Problem, ProblemKind};
use axum::{
    Json,
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// Most bytes of a body that are read: forms are texts of bounded length.
pub const MOST_BYTES: usize = 256 * 1024;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A refusal.
#[derive(Debug)]
pub struct Refusal(pub Problem);

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(kind: ProblemKind, detail: &str) -> Self {
        Self(Problem::new(kind, detail))
    }

    /// There is nothing here for whoever asks; the same words whether it is
    /// not there or not theirs.
    pub fn nothing() -> Self {
        Self::new(
            ProblemKind::NotFound,
            "There is nothing under this address, or the link is not whole. Use the link in the mail.",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after_secs;
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        if let Some(secs) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Said where it is handled, once; it holds nothing of the request.
        tracing::error!(%error, "a request could not be done");
        if error.is_full() {
            Self::new(
                ProblemKind::Unavailable,
                "The server has no room to keep this. Nothing was lost here; send it again later.",
            )
        } else if matches!(error, StoreError::Interrupted) {
            Self::new(
                ProblemKind::Unavailable,
                "The server is being restarted. Send it again in a moment.",
            )
        } else {
            Self::new(
                ProblemKind::Internal,
                "The server could not do this. It is written down there; try again later.",
            )
        }
    }
}

impl From<NoRandomness> for Refusal {
    fn from(_: NoRandomness) -> Self {
        tracing::error!("the system gives no randomness");
        Self::new(
            ProblemKind::Unavailable,
            "The server cannot make secrets just now. Try again later.",
        )
    }
}

/// A part of the path. One that cannot be read leads nowhere.
pub struct Segment<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segment<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Refusal::nothing()),
        }
    }
}

/// What stands behind the question mark.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(Refusal(Problem::new(
                ProblemKind::Malformed,
                format!(
                    "What stands behind the question mark cannot be read: {}.",
                    error.body_text()
                ),
            ))),
        }
    }
}

/// A body in JSON. What is too long, of another type or not to be read is refused.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// As it came.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                let bare = value.split(';').next().unwrap_or_default().trim();
                bare.eq_ignore_ascii_case("application/json")
            });
        if !is_json {
            return Err(Refusal::new(
                ProblemKind::Malformed,
                "The body has to be application/json.",
            ));
        }
        let declared = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        let too_long = || {
            Refusal::new(
                ProblemKind::TooLong,
                "This is more than the form holds. Shorten the longest text and send it again.",
            )
        };
        if declared.is_some_and(|length| length > MOST_BYTES) {
            return Err(too_long());
        }
        let read = timeout(PATIENCE, to_bytes(request.into_body(), MOST_BYTES)).await;
        let bytes = match read {
            Ok(Ok(bytes)) => bytes,
            // More than that, or the client broke off and reads no answer.
            Ok(Err(_)) => return Err(too_long()),
            Err(_) => {
                return Err(Refusal::new(
                    ProblemKind::Malformed,
                    "The rest of the body did not come in time. Send it again.",
                ));
            }
        };
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            Refusal(Problem::new(
                ProblemKind::Malformed,
                format!("The body cannot be read: {error}."),
            ))
        })?;
        Ok(Self { value, bytes })
    }
}
