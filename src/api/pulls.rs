//! Pulls of a namespace, as far as the page itself asks for them; its workers ask for the rest.

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
