//! How long decisions take, for the program page. It reads one number of the answer that the
//! form reads as a whole: what reads it all would weigh on everybody who only visits.

use crate::platform::json;
use ::api::paths;
use gloo_net::http::Request;

/// Half of all decisions took at most so many days; nothing before there are enough of them,
/// and nothing without the server.
pub async fn median_days() -> Option<f64> {
    let answer = Request::get(paths::PROGRAM).send().await.ok()?;
    if !answer.ok() {
        return None;
    }
    json::number_field(&answer.text().await.ok()?, "median_days")
}
