//! Signing in and out.

use super::{ApiError, Ask};
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
    Ask::opened(Method::POST, paths::SIGN_IN_CODE, &[])
        .send_with(&given)
        .await
}

/// Whoever is signed in.
///
/// # Errors
/// Nobody is, or the server is away.
pub async fn me() -> Result<Me, ApiError> {
    Ask::get(paths::ME).send().await
}

/// Ends the session.
///
/// # Errors
/// The server is away.
pub async fn leave() -> Result<(), ApiError> {
    Ask::opened(Method::POST, paths::SIGN_OUT, &[])
        .send_for_nothing()
        .await
}
