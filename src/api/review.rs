//! Reviewing: for the people who run the program.

use super::{ApiError, Ask};
use ::api::{
    account::{Erased, Person, PersonalData},
    membership::StuckMail,
    paths::{self, ReviewStep},
    review::{Case, MailPreview, Marks, NewNote, OtherProof, Queue, Verdict},
};
use gloo_net::http::Method;
use program::mail::MailAddress;
use serde::{Serialize, de::DeserializeOwned};

/// What waits: the first part of it, or the one behind `after`.
///
/// # Errors
/// Not signed in, not staff, or the server is away.
pub async fn queue(after: Option<&str>) -> Result<Queue, ApiError> {
    match after {
        None => Ask::get(paths::REVIEW).send().await,
        Some(after) => Ask::get(&paths::review_after(after)).send().await,
    }
}

/// Mails that have not gone out.
///
/// # Errors
/// Not signed in, not staff, or the server is away.
pub async fn stuck_mails() -> Result<Vec<StuckMail>, ApiError> {
    Ask::get(paths::STUCK_MAILS).send().await
}

/// Everything that is kept about a person.
///
/// # Errors
/// Not signed in, not staff, or the server is away.
pub async fn export_person(mail: MailAddress) -> Result<PersonalData, ApiError> {
    Ask::opened(Method::POST, paths::PERSON_EXPORT, &[])
        .send_with(&Person { mail })
        .await
}

/// Erases a person.
///
/// # Errors
/// Whoever asks, not staff, or the server is away.
pub async fn erase_person(mail: MailAddress) -> Result<Erased, ApiError> {
    Ask::opened(Method::POST, paths::PERSON_ERASE, &[])
        .send_with(&Person { mail })
        .await
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
    let path = paths::review_step(id, ReviewStep::Begin);
    Ask::opened(Method::POST, &path, &[]).send().await
}

/// Has the evidence read anew.
///
/// # Errors
/// The server is away.
pub async fn check(id: &str) -> Result<Case, ApiError> {
    let path = paths::review_step(id, ReviewStep::Check);
    Ask::opened(Method::POST, &path, &[]).send().await
}

/// Keeps marks.
///
/// # Errors
/// Somebody changed it in the meantime, or the server is away.
pub async fn marks(id: &str, marks: &Marks) -> Result<Case, ApiError> {
    let path = paths::review_step(id, ReviewStep::Marks);
    Ask::opened(Method::PUT, &path, &[]).send_with(marks).await
}

async fn post<T: DeserializeOwned>(
    id: &str,
    step: ReviewStep,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let path = paths::review_step(id, step);
    Ask::opened(Method::POST, &path, &[]).send_with(body).await
}

/// The mail that a decision would send.
///
/// # Errors
/// It may not be decided so, somebody was quicker, or the server is away.
pub async fn preview(id: &str, verdict: &Verdict) -> Result<MailPreview, ApiError> {
    post(id, ReviewStep::Preview, verdict).await
}

/// Decides.
///
/// # Errors
/// It may not be decided so, somebody was quicker, or the server is away.
pub async fn decide(id: &str, verdict: &Verdict) -> Result<Case, ApiError> {
    post(id, ReviewStep::Decision, verdict).await
}

/// Accepts other proof of control.
///
/// # Errors
/// Without a reason, somebody was quicker, or the server is away.
pub async fn accept_proof(id: &str, proof: &OtherProof) -> Result<Case, ApiError> {
    post(id, ReviewStep::Proof, proof).await
}

/// Keeps a note.
///
/// # Errors
/// Nothing in it, or the server is away.
pub async fn note(id: &str, text: String) -> Result<Case, ApiError> {
    post(id, ReviewStep::Note, &NewNote { text }).await
}
