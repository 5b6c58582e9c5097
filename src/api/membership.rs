//! Memberships: read, renew, invite, change roles.

use super::{ApiError, Ask};
use ::api::{
    membership::{Membership, NewInvitation, Renewable, Renewal, Renewed, RoleChange},
    paths,
};
use gloo_net::http::Method;
use program::roles::Role;

/// A membership.
///
/// # Errors
/// Nobody is signed in, it is not theirs, or the server is away.
pub async fn read(name: &str) -> Result<Membership, ApiError> {
    Ask::get(&paths::membership(name)).send().await
}

/// What a renewal begins with.
///
/// # Errors
/// It cannot be renewed now, or the server is away.
pub async fn renewable(name: &str) -> Result<Renewable, ApiError> {
    Ask::get(&paths::renewal(name)).send().await
}

/// Renews.
///
/// # Errors
/// Wrong fields, it was renewed in the meantime, or the server is away.
pub async fn renew(name: &str, renewal: &Renewal) -> Result<Renewed, ApiError> {
    Ask::opened(Method::POST, &paths::renewal(name), &[])
        .send_with(renewal)
        .await
}

/// Invites somebody.
///
/// # Errors
/// They are there already, or the server is away.
pub async fn invite(name: &str, new: &NewInvitation) -> Result<Membership, ApiError> {
    Ask::opened(Method::POST, &paths::invitations(name), &[])
        .send_with(new)
        .await
}

/// Takes an invitation back.
///
/// # Errors
/// It is open no longer, or the server is away.
pub async fn withdraw_invitation(name: &str, id: i64) -> Result<Membership, ApiError> {
    Ask::opened(Method::DELETE, &paths::invitation(name, id), &[])
        .send()
        .await
}

/// Gives a maintainer another role.
///
/// # Errors
/// No owner would be left, or the server is away.
pub async fn set_role(name: &str, id: i64, role: Role) -> Result<Membership, ApiError> {
    Ask::opened(Method::PUT, &paths::maintainer(name, id), &[])
        .send_with(&RoleChange { role })
        .await
}

/// Lets a maintainer go.
///
/// # Errors
/// No owner would be left, or the server is away.
pub async fn remove(name: &str, id: i64) -> Result<(), ApiError> {
    Ask::opened(Method::DELETE, &paths::maintainer(name, id), &[])
        .send_for_nothing()
        .await
}
