//! Reviewing: for the people who run the program.

use super::{ApiError, Ask};
use ::api::{
    paths,
    review::{Case, MailPreview, Marks, NewNote, Queue, Verdict},
};
use gloo_net::http::Method;

/// What waits.
///
/// # Errors
/// Not signed in, not staff, or the server is away.
pub async fn queue() -> Result<Queue, ApiError> {
    Ask::get(paths::REVIEW).send().await
}

/// One application.
///
/// # Errors
/// Not signed in, no such application, or the server is away.
pub async fn case(id: &str) -> Result<Case, ApiError> {
    Ask::get(&paths::review(id)).send().await
}

/// Takes it up.
///
/// # Errors
/// Somebody was quicker, or the server is away.
pub async fn begin(id: &str) -> Result<Case, ApiError> {
    post(&format!("{}/begin", paths::review(id))).await
}

/// Has the evidence read anew.
///
/// # Errors
/// The server is away.
pub async fn check(id: &str) -> Result<Case, ApiError> {
    post(&format!("{}/check", paths::review(id))).await
}

async fn post(path: &str) -> Result<Case, ApiError> {
    Ask::opened(Method::POST, path, &[]).send().await
}

/// Keeps marks.
///
/// # Errors
/// Somebody changed it in the meantime, or the server is away.
pub async fn marks(id: &str, marks: &Marks) -> Result<Case, ApiError> {
    let path = format!("{}/marks", paths::review(id));
    Ask::opened(Method::PUT, &path, &[]).send_with(marks).await
}

/// The mail that a decision would send.
///
/// # Errors
/// It may not be decided so, somebody was quicker, or the server is away.
pub async fn preview(id: &str, verdict: &Verdict) -> Result<MailPreview, ApiError> {
    let path = format!("{}/preview", paths::review(id));
    Ask::opened(Method::POST, &path, &[])
        .send_with(verdict)
        .await
}

/// Decides.
///
/// # Errors
/// It may not be decided so, somebody was quicker, or the server is away.
pub async fn decide(id: &str, verdict: &Verdict) -> Result<Case, ApiError> {
    let path = format!("{}/decision", paths::review(id));
    Ask::opened(Method::POST, &path, &[])
        .send_with(verdict)
        .await
}

/// Keeps a note.
///
/// # Errors
/// Nothing in it, or the server is away.
pub async fn note(id: &str, text: String) -> Result<Case, ApiError> {
    let path = format!("{}/notes", paths::review(id));
    Ask::opened(Method::POST, &path, &[])
        .send_with(&NewNote { text })
        .await
}
