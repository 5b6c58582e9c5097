//! Pulls of a namespace, as far as the page itself asks for them; its workers ask for the rest.

use super::{ApiError, Ask};
use ::api::{
    paths,
    pulls::{Pushes, Visitors},
};
use gloo_net::http::{Method, RequestBuilder};

/// How many bytes a file has, where the server knows that beforehand.
pub async fn size(address: &str) -> Option<f64> {
    let asked = RequestBuilder::new(address).method(Method::HEAD);
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
