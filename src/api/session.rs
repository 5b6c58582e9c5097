//! Signing in and out.

use super::{ApiError, Ask};
use crate::platform::storage::{self, StorageKey};
use ::api::{
    account::Me,
    paths,
    session::{CodeGiven, CodeRequest, CodeSent},
};
use gloo_net::http::Method;
use program::mail::MailAddress;

/// Has a code sent.
///
/// # Errors
/// Too soon, too often, or the server is away.
pub async fn ask(mail: &MailAddress) -> Result<CodeSent, ApiError> {
    let request = CodeRequest { mail: mail.clone() };
    Ask::opened(Method::POST, paths::SIGN_IN, &[])
        .send_with(&request)
        .await
}

/// Gives the code back.
///
/// # Errors
/// A wrong or old code, too many of them, or the server is away.
pub async fn give(mail: &MailAddress, code: &str) -> Result<Me, ApiError> {
    let given = CodeGiven {
        mail: mail.clone(),
        code: code.to_owned(),
    };
    let answer = Ask::opened(Method::POST, paths::SIGN_IN_CODE, &[])
        .send_with(&given)
        .await;
    if answer.is_ok() {
        remember(true);
    }
    answer
}

/// Keeps in this browser whether somebody is signed in: no script reads the session, and pages
/// that are for everybody ask about somebody only if there may be one.
pub fn remember(is_signed_in: bool) {
    if is_signed_in {
        // A browser that keeps nothing shows everybody’s page.
        storage::write(StorageKey::SignedIn, "1");
    } else {
        storage::remove(StorageKey::SignedIn);
    }
}

/// Whether somebody may be signed in.
pub fn may_be_signed_in() -> bool {
    storage::read(StorageKey::SignedIn).is_some()
}

/// Whoever is signed in.
///
/// # Errors
/// Nobody is, or the server is away.
pub async fn me() -> Result<Me, ApiError> {
    let answer = Ask::get(paths::ME).send().await;
    remember(answer.is_ok());
    answer
}

/// Ends the session.
///
/// # Errors
/// The server is away.
pub async fn leave() -> Result<(), ApiError> {
    remember(false);
    Ask::opened(Method::POST, paths::SIGN_OUT, &[])
        .send_for_nothing()
        .await
}
