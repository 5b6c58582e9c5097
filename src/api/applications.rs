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

/// What opens an application: the key of its link, or nothing, and then the session of
/// whoever applied does.
fn opener(key: &str) -> Vec<(&'static str, &str)> {
    if key.is_empty() {
        Vec::new()
    } else {
        vec![(KEY_HEADER, key)]
    }
}

/// Reads an application.
///
/// # Errors
/// Neither key nor session opens it, or the server is away.
pub async fn read(id: &str, key: &str) -> Result<Application, ApiError> {
    let (path, headers) = (paths::application(id), opener(key));
    Ask::opened(Method::GET, &path, &headers).send().await
}

/// Changes what an application says.
///
/// # Errors
/// Wrong fields, a change in the meantime, a decision made, or the server is away.
pub async fn amend(id: &str, key: &str, amendment: &Amendment) -> Result<Application, ApiError> {
    let (path, headers) = (paths::application(id), opener(key));
    Ask::opened(Method::PUT, &path, &headers)
        .send_with(amendment)
        .await
}

/// Takes an application back.
///
/// # Errors
/// A decision made, or the server is away.
pub async fn withdraw(id: &str, key: &str) -> Result<Application, ApiError> {
    let (path, headers) = (paths::withdraw(id), opener(key));
    Ask::opened(Method::POST, &path, &headers).send().await
}

/// Has the server look for the token that proves control of the source.
///
/// # Errors
/// The server is away.
pub async fn control(id: &str, key: &str) -> Result<ControlCheck, ApiError> {
    let (path, headers) = (paths::control(id), opener(key));
    Ask::opened(Method::POST, &path, &headers).send().await
}
