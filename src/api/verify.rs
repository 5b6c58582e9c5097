//! What a badge is checked against: what is published of a namespace, the program's public keys
//! and the signed list of what was taken back. Nothing is sent but the address.

use super::{ApiError, read};
use crate::platform::{abort::Abort, clock};
use ::api::{Problem, paths, verify::Verifiable};
use chrono::{DateTime, TimeDelta, Utc};
use credential::KeySet;
use gloo_net::http::{RequestBuilder, Response};
use web_sys::RequestCache;

/// What was answered, and by how much the server's clock is ahead of the reader's, if the answer
/// says the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed<T> {
    /// What was answered.
    pub answer: T,
    /// What is to be added to the reader's clock.
    pub ahead: Option<TimeDelta>,
}

/// What is published of a namespace for whoever checks its badge.
///
/// # Errors
/// Nothing is known of it, or the server is away.
pub async fn verifiable(name: &str) -> Result<Timed<Verifiable>, ApiError> {
    let sent = clock::now();
    let answer = get(&paths::verifiable(name), "application/json").await?;
    let received = clock::now();
    let answer: Verifiable = read(answer).await?;
    Ok(Timed {
        ahead: Some(ahead(answer.now, sent, received)),
        answer,
    })
}

/// The public keys of the program.
///
/// # Errors
/// When the server is away.
pub async fn keys() -> Result<Timed<KeySet>, ApiError> {
    let sent = clock::now();
    let answer = get(
        program::addresses::KEY_SET,
        "application/jwk-set+json, application/json",
    )
    .await?;
    let received = clock::now();
    let date = answer.headers().get("date");
    let set: serde_json::Value = read(answer).await?;
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(&date).ok());
    // It has whole seconds, cut off: on average half of one is missing.
    let date = date.map(|date| date.with_timezone(&Utc) + TimeDelta::milliseconds(500));
    Ok(Timed {
        answer: KeySet::of(&set),
        ahead: date.map(|date| ahead(date, sent, received)),
    })
}

/// A signed list of what was taken back, as the token that it is.
///
/// # Errors
/// There is no such list, or the server is away.
pub async fn status_list(path: &str) -> Result<String, ApiError> {
    let answer = get(path, "application/vc+jwt, application/jwt, text/plain").await?;
    let (ok, status) = (answer.ok(), answer.status());
    let text = answer.text().await.map_err(|_| ApiError::Unreachable)?;
    if ok {
        Ok(text)
    } else {
        Err(serde_json::from_str::<Problem>(&text)
            .map_or(ApiError::Status(status), ApiError::Refused))
    }
}

/// Asks past what the browser keeps: a key or a credential may have been taken back since, and
/// the time of a kept answer is that of long ago.
async fn get(path: &str, accept: &str) -> Result<Response, ApiError> {
    let abort = Abort::new();
    let signal = abort.as_ref().map(Abort::signal);
    RequestBuilder::new(path)
        .cache(RequestCache::NoStore)
        .abort_signal(signal.as_ref())
        .header("accept", accept)
        .send()
        .await
        .map_err(|_| ApiError::Unreachable)
}

/// By how much the server's clock is ahead: it was read about halfway between sending and
/// receiving.
fn ahead(there: DateTime<Utc>, sent: DateTime<Utc>, received: DateTime<Utc>) -> TimeDelta {
    there - (sent + (received - sent) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_there_and_back_is_left_out_of_the_difference() {
        let sent = DateTime::from_timestamp(1_786_698_000, 0).unwrap();
        let received = sent + TimeDelta::seconds(4);
        let there = sent + TimeDelta::seconds(3_602);
        assert_eq!(ahead(there, sent, received), TimeDelta::hours(1));
        assert_eq!(ahead(sent, sent, received), TimeDelta::seconds(-2));
    }
}
