//! Pulls of a namespace, as far as the page itself asks for them; its workers ask for the rest.

use super::{ApiError, Ask};
use crate::platform::abort::Abort;
use ::api::{
    paths,
    pulls::{PullSettingsChange, PullSettingsState, PullTotals, Pushes, Visitors},
};
use gloo_net::http::{Method, RequestBuilder};

/// How many bytes a file has, where the server can tell that beforehand.
pub async fn size(address: &str, abort: &Abort) -> Option<f64> {
    let asked = RequestBuilder::new(address)
        .method(Method::HEAD)
        .abort_signal(Some(&abort.signal()));
    let answer = asked
        .send()
        .await
        .ok()
        .filter(gloo_net::http::Response::ok)?;
    answer.headers().get("content-length")?.parse().ok()
}

/// How many different clients there were in each week, or month, of some days.
///
/// # Errors
/// They are not told, or the server is away.
pub async fn visitors(
    name: &str,
    from: &str,
    to: &str,
    by: &str,
    repository: Option<&str>,
) -> Result<Visitors, ApiError> {
    Ask::get(&paths::pulls_visitors(name, from, to, by, repository))
        .send()
        .await
}

/// Which tags were pushed between two days.
///
/// # Errors
/// They are not told, or the server is away.
pub async fn pushes(name: &str, from: &str, to: &str) -> Result<Pushes, ApiError> {
    Ask::get(&paths::pulls_pushes(name, from, to)).send().await
}

/// The totals of a namespace that publishes them.
///
/// # Errors
/// It does not publish them, or the server is away.
pub async fn totals(name: &str) -> Result<PullTotals, ApiError> {
    Ask::get(&paths::pulls_totals(name)).send().await
}

/// What the maintainers of a namespace decided about its pulls.
///
/// # Errors
/// Nobody is signed in, it is not theirs, or the server is away.
pub async fn settings(name: &str) -> Result<PullSettingsState, ApiError> {
    Ask::get(&paths::pulls_settings(name)).send().await
}

/// Decides about the pulls of a namespace.
///
/// # Errors
/// Somebody was quicker, or the server is away.
pub async fn write_settings(
    name: &str,
    change: &PullSettingsChange,
) -> Result<PullSettingsState, ApiError> {
    Ask::opened(Method::PUT, &paths::pulls_settings(name), &[])
        .send_with(change)
        .await
}
