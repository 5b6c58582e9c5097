//! The account of whoever is signed in.

use super::{ApiError, Ask};
use ::api::{
    account::{Account, Erased, MadeToken, NewToken, PersonalData},
    paths,
};
use gloo_net::http::Method;

/// What they have here.
///
/// # Errors
/// Nobody is signed in, or the server is away.
pub async fn account() -> Result<Account, ApiError> {
    Ask::get(paths::ACCOUNT).send().await
}

/// Joins a namespace that they were invited to.
///
/// # Errors
/// The invitation is open no longer, or the server is away.
pub async fn join(namespace: &str) -> Result<(), ApiError> {
    let path = paths::joining(namespace);
    Ask::opened(Method::POST, &path, &[])
        .send_for_nothing()
        .await
}

/// Declines an invitation.
///
/// # Errors
/// The invitation is open no longer, or the server is away.
pub async fn decline(namespace: &str) -> Result<(), ApiError> {
    let path = paths::joining(namespace);
    Ask::opened(Method::DELETE, &path, &[])
        .send_for_nothing()
        .await
}

/// Makes an access token.
///
/// # Errors
/// Its name or days do not fit, or the server is away.
pub async fn make_token(new: &NewToken) -> Result<MadeToken, ApiError> {
    Ask::opened(Method::POST, paths::TOKENS, &[])
        .send_with(new)
        .await
}

/// Revokes an access token.
///
/// # Errors
/// There is none of that number, or the server is away.
pub async fn revoke_token(id: i64) -> Result<(), ApiError> {
    let path = paths::token(id);
    Ask::opened(Method::DELETE, &path, &[])
        .send_for_nothing()
        .await
}

/// Ends every other session.
///
/// # Errors
/// The server is away.
pub async fn end_other_sessions() -> Result<(), ApiError> {
    Ask::opened(Method::POST, paths::OTHER_SESSIONS, &[])
        .send_for_nothing()
        .await
}

/// Everything that is kept about them.
///
/// # Errors
/// Nobody is signed in, or the server is away.
pub async fn export() -> Result<PersonalData, ApiError> {
    Ask::get(paths::ACCOUNT_EXPORT).send().await
}

/// Erases them.
///
/// # Errors
/// A namespace would have no owner, or the server is away.
pub async fn erase() -> Result<Erased, ApiError> {
    Ask::opened(Method::POST, paths::ACCOUNT_ERASE, &[])
        .send()
        .await
}
