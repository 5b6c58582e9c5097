//! Signing in and out: a code by mail, good once, for minutes, in the browser that
//! asked for it; a session after it. What is kept of either is a hash.

use crate::{
    mail::words,
    secret,
    service::Service,
    store::{
        StoreError,
        accounts::{self as kept, Account, KeptCode},
        outbox,
    },
};
use api::session::CodeSent;
use chrono::{DateTime, TimeDelta, Utc};
use program::mail::MailAddress;

/// How long a code is good.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How long until another one may be asked for.
const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// Wrong codes after which nobody may try for a while.
pub const MOST_TRIES: u32 = 5;

/// How long that is.
const BLOCK: TimeDelta = TimeDelta::minutes(20);

/// How long a session holds.
pub const SESSION_LIFE: TimeDelta = TimeDelta::days(30);

/// Why somebody is not signed in.
#[derive(Debug)]
pub enum SignInError {
    /// The data.
    Store(StoreError),
    /// The system gives no randomness.
    NoRandomness,
    /// Another code was asked for too soon.
    TooSoon {
        /// When it may be asked for.
        again: DateTime<Utc>,
    },
    /// Too many wrong codes.
    Blocked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// Not the code that was sent last.
    Wrong {
        /// How many tries are left.
        left: u32,
    },
    /// The code is good no longer, or was asked for in another browser, or never.
    Expired,
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<secret::NoRandomness> for SignInError {
    fn from(_: secret::NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl Service {
    /// Sends a code to an address, if an account has it; does the same otherwise, so that
    /// nobody learns which. `browser` is what the browser that asks holds.
    ///
    /// # Errors
    /// When it is asked for too soon, or too many wrong ones were given.
    pub async fn send_code(
        &self,
        mail: MailAddress,
        browser: String,
    ) -> Result<CodeSent, SignInError> {
        let now = self.now();
        let code = secret::digits()?;
        self.with_store(move |store| {
            store.write(|connection| {
                if let Some(before) = kept::code(connection, &mail)? {
                    if let Some(until) = before.blocked_until.filter(|until| *until > now) {
                        return Err(SignInError::Blocked { until });
                    }
                    let again = before.sent_at + PAUSE;
                    if again > now {
                        return Err(SignInError::TooSoon { again });
                    }
                }
                let fresh = KeptCode {
                    hash: code_hash(&mail, &code).to_vec(),
                    browser_hash: secret::hash(&browser).to_vec(),
                    sent_at: now,
                    tries: 0,
                    blocked_until: None,
                };
                kept::put_code(connection, &mail, &fresh, now - BLOCK)?;
                let until = now + CODE_LIFE;
                if kept::by_mail(connection, &mail)?.is_some() {
                    outbox::add(connection, &words::code(mail, &code, until), now)?;
                }
                Ok(CodeSent {
                    until,
                    again: now + PAUSE,
                })
            })
        })
        .await
    }

    /// Takes a code back and begins a session: who it is, and the session's secret.
    ///
    /// # Errors
    /// When it is not the code, not this browser, or too late.
    pub async fn sign_in(
        &self,
        mail: MailAddress,
        code: &str,
        browser: String,
    ) -> Result<(Account, String), SignInError> {
        let now = self.now();
        let code: String = code
            .chars()
            .filter(|digit| !digit.is_whitespace())
            .collect();
        let session = secret::secret()?;
        self.with_store(move |store| {
            // A wrong try is kept although it is refused: the refusal is no error of the data.
            store.write(|connection| {
                let Some(mut sent) = kept::code(connection, &mail)? else {
                    return Ok(Err(SignInError::Expired));
                };
                if let Some(until) = sent.blocked_until.filter(|until| *until > now) {
                    return Ok(Err(SignInError::Blocked { until }));
                }
                if sent.tries >= MOST_TRIES
                    || sent.sent_at + CODE_LIFE <= now
                    || !secret::matches(&browser, &sent.browser_hash)
                {
                    return Ok(Err(SignInError::Expired));
                }
                let person = kept::by_mail(connection, &mail)?;
                let is_right = secret::same(&code_hash(&mail, &code), &sent.hash);
                let Some(person) = person.filter(|_| is_right) else {
                    sent.tries += 1;
                    let refusal = if sent.tries >= MOST_TRIES {
                        let until = now + BLOCK;
                        sent.blocked_until = Some(until);
                        SignInError::Blocked { until }
                    } else {
                        let left = MOST_TRIES - sent.tries;
                        SignInError::Wrong { left }
                    };
                    kept::put_code(connection, &mail, &sent, now - BLOCK)?;
                    return Ok(Err(refusal));
                };
                kept::forget_code(connection, &mail)?;
                let hash = secret::hash(&session);
                kept::begin_session(connection, &hash, person.id, now, now + SESSION_LIFE)?;
                Ok(Ok((person, session)))
            })
        })
        .await
        .map_err(SignInError::Store)?
    }

    /// Who a session belongs to, if it holds.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn signed_in(&self, session: &str) -> Result<Option<Account>, StoreError> {
        let (hash, now) = (secret::hash(session), self.now());
        self.with_store(move |store| {
            store.read(|connection| kept::of_session(connection, &hash, now))
        })
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn sign_out(&self, session: &str) -> Result<(), StoreError> {
        let hash = secret::hash(session);
        self.with_store(move |store| store.write(|connection| kept::end_session(connection, &hash)))
            .await
    }
}

/// The hash of a code: the address is part of it, so that one stolen table of the
/// million codes there are does not do for all. It lives for minutes.
fn code_hash(mail: &MailAddress, code: &str) -> secret::Hash {
    secret::hash(&format!("{mail}\n{code}"))
}
