//! The registries that report pulls: for the people who run the program.

use super::{ApiError, Ask};
use ::api::{
    paths,
    registries::{NewRegistry, Registries, RegistryNamespaces, SetAside, Snippet},
};
use gloo_net::http::Method;

/// What is taken in, and from whom.
///
/// # Errors
/// Not signed in, not staff, or the server is away.
pub async fn registries() -> Result<Registries, ApiError> {
    Ask::get(paths::REGISTRIES).send().await
}

/// Adds a registry; gives what to put into it.
///
/// # Errors
/// A field is wrong, the name is taken, or the server is away.
pub async fn add(new: &NewRegistry) -> Result<Snippet, ApiError> {
    Ask::opened(Method::POST, paths::REGISTRIES, &[])
        .send_with(new)
        .await
}

/// Takes nothing more from a registry.
///
/// # Errors
/// There is none of that number, or the server is away.
pub async fn remove(id: i64) -> Result<(), ApiError> {
    let path = paths::registry(id);
    Ask::opened(Method::DELETE, &path, &[])
        .send_for_nothing()
        .await
}

/// Has a registry report these namespaces and no others, from now on; gives them as they are kept.
///
/// # Errors
/// One of them is none, there is no registry of that number, or the server is away.
pub async fn set_namespaces(
    id: i64,
    change: &RegistryNamespaces,
) -> Result<RegistryNamespaces, ApiError> {
    let path = paths::registry_namespaces(id);
    Ask::opened(Method::PUT, &path, &[]).send_with(change).await
}

/// What was set aside of what a registry reported, newest first.
///
/// # Errors
/// There is none of that number, or the server is away.
pub async fn set_aside(id: i64) -> Result<Vec<SetAside>, ApiError> {
    Ask::get(&paths::set_aside(id)).send().await
}

/// Gives a registry another token; gives what to put into it then.
///
/// # Errors
/// There is none of that number, or the server is away.
pub async fn new_token(id: i64) -> Result<Snippet, ApiError> {
    let path = paths::registry_token(id);
    Ask::opened(Method::POST, &path, &[]).send().await
}
