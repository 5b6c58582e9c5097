//! Asking a forge from the page: only those that are configured, whose origins the
//! Content-Security-Policy names.

use crate::platform::{abort::Abort, clock};
use forges::{Answer, Forge, Inquiry};
use gloo_net::http::{Request, Response};
use program::{
    evidence::{Reading, RepositoryFacts, Trouble},
    source::SourceAddress,
};

/// What a forge says of a repository. A request that is called off through `abort`
/// counts as one without an answer.
pub async fn repository(
    forge: &Forge,
    address: &SourceAddress,
    abort: &Abort,
) -> Reading<RepositoryFacts> {
    // The address of an owner, or half of one: no repository is there.
    let Some(mut inquiry) = Inquiry::new(forge, address) else {
        return Reading::Read {
            at: clock::now(),
            facts: RepositoryFacts::default(),
        };
    };
    while let Some(ask) = inquiry.next() {
        match get(&ask.url, abort).await {
            Ok((status, reset, retry_after, body)) => {
                let answer = Answer {
                    status,
                    reset,
                    retry_after,
                    body: &body,
                };
                inquiry.take(answer, clock::now());
            }
            Err(trouble) => inquiry.fail(trouble),
        }
    }
    inquiry.finish(clock::now())
}

type Got = (u16, Option<i64>, Option<i64>, Vec<u8>);

async fn get(url: &str, abort: &Abort) -> Result<Got, Trouble> {
    // No credentials: what is read is what anybody may read.
    let answer = Request::get(url)
        .header("accept", "application/json")
        .credentials(web_sys::RequestCredentials::Omit)
        .referrer_policy(web_sys::ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&abort.signal()))
        .send()
        .await
        .map_err(|_| lost(abort))?;
    let number = |name: &str| header_number(&answer, name);
    let (status, reset, retry_after) = (
        answer.status(),
        number("x-ratelimit-reset").or_else(|| number("ratelimit-reset")),
        number("retry-after"),
    );
    let body = answer.binary().await.map_err(|_| lost(abort))?;
    Ok((status, reset, retry_after, body))
}

fn header_number(answer: &Response, name: &str) -> Option<i64> {
    answer.headers().get(name)?.trim().parse().ok()
}

/// Why no answer came.
fn lost(abort: &Abort) -> Trouble {
    if abort.is_too_late() {
        Trouble::Silent
    } else if clock::is_online() {
        Trouble::Away
    } else {
        Trouble::Offline
    }
}
