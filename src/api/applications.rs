//! Applications: send, read, change, take back, prove.

use super::{ApiError, Ask};
use ::api::{
    application::{Amendment, Application, ControlCheck, Receipt, Submission},
    paths::{self, IDEMPOTENCY_HEADER, KEY_HEADER},
};
use gloo_net::http::Method;

/// Sends an application. With the same key it is safe to send again.
///
/// # Errors
/// Wrong fields, or the server is away.
pub async fn send(submission: &Submission, key: &str) -> Result<Receipt, ApiError> {
    let headers = [(IDEMPOTENCY_HEADER, key)];
    Ask::opened(Method::POST, paths::APPLICATIONS, &headers)
        .send_with(submission)
        .await
}

/// Reads an application.
///
/// # Errors
/// The key does not open it, or the server is away.
pub async fn read(id: &str, key: &str) -> Result<Application, ApiError> {
    let (path, headers) = (paths::application(id), [(KEY_HEADER, key)]);
    Ask::opened(Method::GET, &path, &headers).send().await
}

/// Changes what an application says.
///
/// # Errors
/// Wrong fields, a change in the meantime, a decision made, or the server is away.
pub async fn amend(id: &str, key: &str, amendment: &Amendment) -> Result<Application, ApiError> {
    let (path, headers) = (paths::application(id), [(KEY_HEADER, key)]);
    Ask::opened(Method::PUT, &path, &headers)
        .send_with(amendment)
        .await
}

/// Takes an application back.
///
/// # Errors
/// A decision made, or the server is away.
pub async fn withdraw(id: &str, key: &str) -> Result<Application, ApiError> {
    let (path, headers) = (paths::withdraw(id), [(KEY_HEADER, key)]);
    Ask::opened(Method::POST, &path, &headers).send().await
}

/// Has the server look for the token that proves control of the source.
///
/// # Errors
/// The server is away.
pub async fn control(id: &str, key: &str) -> Result<ControlCheck, ApiError> {
    let (path, headers) = (paths::control(id), [(KEY_HEADER, key)]);
    Ask::opened(Method::POST, &path, &headers).send().await
}
