//! Checking: asks what has to be asked, verifies what was signed, and has it judged.

use super::{
    found::{Found, Judged, Token, Trouble},
    kept::{self, Keys},
};
use crate::{
    api::{ApiError, verify},
    platform::{
        clock, signature,
        unpack::{self, NotUnpacked},
    },
};
use chrono::{DateTime, Utc};
use credential::{ALGORITHM, Checks, Claims, Compact, Revocation, Signature, StatusClaims};
use program::{addresses, namespace::Namespace};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Most bytes of an unpacked list. The shortest that is allowed has 16 KiB; this one has room
/// for eight million credentials.
const MOST_BYTES: usize = 1 << 20;

/// Checks what is published of a namespace.
///
/// # Errors
/// Nothing is known of it, or the server is away.
pub async fn of_name(name: &Namespace) -> Result<Found, ApiError> {
    let began = clock::elapsed_ms();
    let look = async {
        let published = kept::published(name).await?;
        let token = published.is.credential.as_deref().map(Token::read);
        let list = match &token {
            Some(Ok(token)) => list(&token.claims, &published.is.base_url).await,
            _ => Err(Trouble::Silent),
        };
        Ok((published, token, list))
    };
    let (looked, keys) = both(look, kept::keys()).await;
    let (published, token, list) = looked?;
    kept::learn_time(published.ahead);
    let credential = match token {
        None => None,
        Some(Err(wrong)) => Some(Err(wrong)),
        Some(Ok(token)) => {
            let base_url = published.is.base_url.clone();
            Some(Ok(
                judged(token, Some(name.clone()), base_url, &keys, list).await
            ))
        }
    };
    Ok(Found {
        published: Some(published.is),
        published_at: published.read_at,
        credential,
        at: kept::now(),
        took_ms: took_ms(began),
        ahead: kept::ahead(),
    })
}

/// Checks a credential that was pasted, whosever it is.
pub async fn of_pasted(token: Token) -> Found {
    let began = clock::elapsed_ms();
    let keys = kept::keys().await;
    // Not before: where the program is, its keys say. This page may be under another name.
    let base_url = kept::base_url();
    let list = match keys.set {
        Some(_) => list(&token.claims, &base_url).await,
        // Without them no list counts.
        None => Err(Trouble::Silent),
    };
    let judged = judged(token, None, base_url, &keys, list).await;
    Found {
        published: None,
        published_at: None,
        credential: Some(Ok(judged)),
        at: kept::now(),
        took_ms: took_ms(began),
        ahead: kept::ahead(),
    }
}

fn took_ms(began: f64) -> u64 {
    (clock::elapsed_ms() - began).round().max(0.0) as u64
}

async fn judged(
    token: Token,
    asked: Option<Namespace>,
    base_url: String,
    keys: &Keys,
    list: Result<String, Trouble>,
) -> Judged {
    let signature = signed(&token.compact, keys).await;
    let now = kept::now();
    // Without a signature nobody asks whether it was taken back.
    let (list, trouble) = match (&signature, list) {
        (Signature::Valid { .. }, Ok(text)) => {
            match revocation(&text, &token.claims, keys, now).await {
                Ok(list) => (list, None),
                Err(trouble) => (List::of(Revocation::Away), Some(trouble)),
            }
        }
        (_, list) => (List::of(Revocation::Away), list.err()),
    };
    let verdict = credential::judge(Checks {
        claims: &token.claims,
        base_url: &base_url,
        asked: asked.as_ref(),
        signature,
        revocation: list.revocation,
        now,
    });
    Judged {
        token,
        asked,
        base_url,
        verdict,
        taken_back: list.taken_back,
        trouble,
    }
}

/// What became of a signature.
async fn signed(compact: &Compact, keys: &Keys) -> Signature {
    if compact.algorithm != ALGORITHM {
        return Signature::OtherAlgorithm {
            algorithm: compact.algorithm.clone(),
        };
    }
    let Some(set) = &keys.set else {
        return Signature::NoKeys;
    };
    let Some(key) = compact.key.as_deref().and_then(|id| set.key(id)) else {
        // Of keys that were read earlier one may be missing that is there by now.
        return if keys.is_fresh {
            Signature::UnknownKey {
                key: compact.key.clone(),
            }
        } else {
            Signature::NoKeys
        };
    };
    let id = key.id.clone();
    match signature::is_signed(key, &compact.signed, &compact.signature).await {
        Ok(true) => Signature::Valid {
            key: id,
            retired_at: key.retired_at,
        },
        Ok(false) => Signature::Invalid { key: id },
        Err(signature::NoMeans) => Signature::NoMeans,
    }
}

/// Fetches the list that a credential names, as text.
async fn list(claims: &Claims, base_url: &str) -> Result<String, Trouble> {
    // A list that is somebody else’s is not asked for; the credential is not the program’s then.
    let path = list_path(&claims.status.list, base_url).ok_or(Trouble::Status(404))?;
    verify::status_list(path)
        .await
        .map_err(|error| match error {
            ApiError::Status(status) => Trouble::Status(status),
            ApiError::Refused(problem) => Trouble::Status(problem.status),
            _ if clock::is_online() => Trouble::Silent,
            _ => Trouble::Offline,
        })
}

/// The path of a list on this site, if its address is that of one of the program’s lists. What is
/// pasted could name any address; only this one is asked.
pub fn list_path<'a>(list: &'a str, base_url: &str) -> Option<&'a str> {
    let path = list.strip_prefix(base_url)?;
    let name = addresses::below(addresses::STATUS_LISTS, path)?;
    let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
    (!name.is_empty() && name.bytes().all(is_plain)).then_some(path)
}

/// What a list says.
struct List {
    revocation: Revocation,
    taken_back: Option<u32>,
}

impl List {
    fn of(revocation: Revocation) -> Self {
        Self {
            revocation,
            taken_back: None,
        }
    }
}

/// What a list says of a credential. It counts only if the program signed it as this list.
async fn revocation(
    text: &str,
    claims: &Claims,
    keys: &Keys,
    now: DateTime<Utc>,
) -> Result<List, Trouble> {
    let no_list = || Ok(List::of(Revocation::NotTheList));
    let Ok(compact) = Compact::read(text) else {
        return no_list();
    };
    let Some(list) = StatusClaims::of(&compact.payload) else {
        return no_list();
    };
    let is_ours = match signed(&compact, keys).await {
        Signature::Valid { retired_at, .. } => retired_at.is_none_or(|at| list.issued_at <= at),
        _ => false,
    };
    if !is_ours || list.id != claims.status.list || list.issuer != claims.issuer {
        return no_list();
    }
    let bits = match unpack::gunzip(&list.compressed, MOST_BYTES).await {
        Ok(bits) => bits,
        Err(NotUnpacked::NoMeans) => return Err(Trouble::NoMeans),
        Err(NotUnpacked::Damaged | NotUnpacked::TooMuch) => return no_list(),
    };
    let at = list.issued_at;
    let revocation = match credential::bit(&bits, claims.status.index) {
        None => return no_list(),
        // What was taken back stays so, however old the list is.
        Some(true) => Revocation::Revoked { at },
        Some(false) if now >= list.until => Revocation::Stale { until: list.until },
        Some(false) => Revocation::Clear { at },
    };
    Ok(List {
        revocation,
        taken_back: Some(bits.iter().map(|byte| byte.count_ones()).sum()),
    })
}

/// Does both at once.
async fn both<A: Future, B: Future>(one: A, other: B) -> (A::Output, B::Output) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(done) = one.as_mut().poll(context)
        {
            first = Some(done);
        }
        if second.is_none()
            && let Poll::Ready(done) = other.as_mut().poll(context)
        {
            second = Some(done);
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (one_done, other_done) => {
                (first, second) = (one_done, other_done);
                Poll::Pending
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{pin::Pin, task::Context};

    #[test]
    fn only_lists_of_the_program_are_asked_for() {
        let base = "https://hub.example";
        let path = |list| list_path(list, base);
        assert_eq!(path("https://hub.example/status/0"), Some("/status/0"));
        for list in [
            "https://hub.example/status/",
            "https://hub.example/status/../api/v1/me",
            "https://hub.example/status/0?next=1",
            "https://hub.example/keys/0",
            "https://hub.example.evil/status/0",
            "https://elsewhere.example/status/0",
            "",
        ] {
            assert_eq!(path(list), None, "{list}");
        }
    }

    /// Ready when it is polled for the last time.
    struct After(u32, char);

    impl Future for After {
        type Output = char;

        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<char> {
            assert!(self.0 > 0, "polled after it was done");
            self.0 -= 1;
            if self.0 == 0 {
                Poll::Ready(self.1)
            } else {
                Poll::Pending
            }
        }
    }

    #[test]
    fn both_are_done_whichever_is_first() {
        for (one, other) in [(1, 1), (1, 3), (3, 1), (2, 2)] {
            let mut waits = pin!(both(After(one, 'a'), After(other, 'b')));
            let mut context = Context::from_waker(std::task::Waker::noop());
            let mut polls = 1;
            let done = loop {
                match waits.as_mut().poll(&mut context) {
                    Poll::Ready(done) => break done,
                    Poll::Pending => polls += 1,
                }
            };
            assert_eq!((done, polls), (('a', 'b'), one.max(other)));
        }
    }
}
