//! What maintainers write of their namespace and of its repositories; and the end of a membership.

use super::{ApiError, Ask, read};
use ::api::{
    paths,
    profile::{EndingRequest, PageChange, ProfileChange, ProfileState},
};
use gloo_net::http::Method;
use web_sys::File;

/// What is written of a namespace.
///
/// # Errors
/// Nobody is signed in, it is not theirs, or the server is away.
pub async fn state(name: &str) -> Result<ProfileState, ApiError> {
    Ask::get(&paths::profile(name)).send().await
}

/// Writes the profile.
///
/// # Errors
/// Wrong fields, somebody was quicker, or the server is away.
pub async fn write(name: &str, change: &ProfileChange) -> Result<ProfileState, ApiError> {
    Ask::opened(Method::PUT, &paths::profile(name), &[])
        .send_with(change)
        .await
}

/// Writes the page of a repository.
///
/// # Errors
/// Wrong fields, somebody was quicker, or the server is away.
pub async fn write_page(
    name: &str,
    repository: &str,
    change: &PageChange,
) -> Result<ProfileState, ApiError> {
    let path = paths::repository_page(name, repository);
    Ask::opened(Method::PUT, &path, &[]).send_with(change).await
}

/// Gives the namespace a logo; its version.
///
/// # Errors
/// The file is none, or the server is away.
pub async fn put_logo(name: &str, file: &File) -> Result<String, ApiError> {
    let path = paths::logo(name);
    let request = Ask::opened(Method::PUT, &path, &[])
        .builder()
        .header("content-type", &file.type_())
        .body(file.clone())
        .map_err(|_| ApiError::Unreachable)?;
    read(request.send().await.map_err(|_| ApiError::Unreachable)?).await
}

/// Takes the logo away.
///
/// # Errors
/// The server is away.
pub async fn remove_logo(name: &str) -> Result<(), ApiError> {
    Ask::opened(Method::DELETE, &paths::logo(name), &[])
        .send_for_nothing()
        .await
}

/// Ends the membership before its time.
///
/// # Errors
/// The name is another one, the reason is missing, or the server is away.
pub async fn end(name: &str, request: &EndingRequest) -> Result<(), ApiError> {
    let text = serde_json::to_string(request).map_err(|_| ApiError::Unreadable)?;
    let path = paths::ending(name);
    let request = Ask::opened(Method::POST, &path, &[])
        .builder()
        .header("content-type", "application/json")
        .body(text)
        .map_err(|_| ApiError::Unreachable)?;
    let answer = request.send().await.map_err(|_| ApiError::Unreachable)?;
    if answer.ok() {
        return Ok(());
    }
    read::<()>(answer).await
}
