//! `/build.json`: which build the server has now, `{"build":"…"}`.

use super::ApiError;
use crate::platform::{json, meta};
use gloo_net::http::Request;

/// Whether the server has another build than the one that this tab runs, as
/// named in its own `<meta name="build">`.
///
/// # Errors
/// When the server cannot be asked or answers something else.
pub async fn is_newer_out() -> Result<bool, ApiError> {
    let answer = Request::get("/build.json")
        .cache(web_sys::RequestCache::NoStore)
        .send()
        .await
        .map_err(|_| ApiError::Unreachable)?;
    if !answer.ok() {
        return Err(ApiError::Status(answer.status()));
    }
    let text = answer.text().await.map_err(|_| ApiError::Unreadable)?;
    let there = json::text_field(&text, "build").ok_or(ApiError::Unreadable)?;
    let here = meta::content("build");
    Ok(here.is_some_and(|here| here != there))
}
