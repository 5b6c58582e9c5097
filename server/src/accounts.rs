//! Signing in and out: a code by mail, good once, for minutes, in the browser that
//! asked for it; a session after it. What is kept of either is a hash.

use crate::{
    mail::words,
    secret,
    service::Service,
    store::{
        StoreError,
        accounts::{self as kept, Account, KeptCode},
        applications::server_key,
        outbox,
    },
};
use api::session::CodeSent;
use chrono::{DateTime, TimeDelta, Utc};
use program::mail::MailAddress;
use rusqlite::Connection;

/// How long a code is good.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How long a code is good that an operator hands out.
pub const OPERATOR_CODE_LIFE: TimeDelta = TimeDelta::hours(1);

/// How long until a browser may ask for another one.
const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// Wrong tries after which a code is void.
pub const MOST_TRIES: u32 = 5;

/// Codes that are sent to an address within a time. Browsers that had signed in there before
/// are counted apart, so that strangers who use up theirs do not lock those out; whoever comes
/// with a new browser while that goes on gets a code from an operator. With [`MOST_TRIES`], a
/// stranger guesses 40 of a million codes a day.
const BUDGETS: [(TimeDelta, usize); 2] = [(TimeDelta::hours(1), 5), (TimeDelta::days(1), 8)];

/// How long codes are counted.
const COUNTED: TimeDelta = TimeDelta::days(1);

/// How long a session holds.
pub const SESSION_LIFE: TimeDelta = TimeDelta::days(30);

/// How long a browser is known to have signed in.
pub const KNOWN_LIFE: TimeDelta = TimeDelta::days(365);

/// The name under which the key is kept that known browsers are recognized with.
const KNOWN_KEY: &str = "known-browser";

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
    /// Too many codes were asked for.
    TooMany {
        /// When another one may be.
        again: DateTime<Utc>,
    },
    /// Not the code that was sent.
    Wrong {
        /// How many tries are left.
        left: u32,
    },
    /// Not the code, and that was the last try: it is void.
    Void,
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

/// Somebody who is in.
#[derive(Debug)]
pub struct Begun {
    /// Who.
    pub account: Account,
    /// The session’s secret.
    pub session: String,
    /// What tells later that this browser was in before.
    pub known: String,
}

/// What a browser holds that asks for a code.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// What it got when it last asked.
    pub before: Option<String>,
    /// What it got when it last signed in.
    pub known: Option<String>,
}

impl Service {
    /// Sends a code to an address, if somebody there has something to sign in for; does the
    /// same otherwise, so that nobody learns which. `fresh` is what the browser that
    /// asks will hold.
    ///
    /// # Errors
    /// When it is asked for too soon or too often.
    pub async fn send_code(
        &self,
        mail: MailAddress,
        fresh: String,
        asking: Asking,
    ) -> Result<CodeSent, SignInError> {
        let now = self.now();
        let code = secret::digits()?;
        let fresh_key = secret::secret()?;
        self.with_store(move |store| {
            store.write(|connection| {
                kept::forget_codes(connection, now - COUNTED, now)?;
                if let Some(before) = &asking.before
                    && let Some(sent) = kept::code(connection, &mail, &secret::hash(before))?
                    && sent.sent_at + PAUSE > now
                {
                    let again = sent.sent_at + PAUSE;
                    return Err(SignInError::TooSoon { again });
                }
                let key = server_key(connection, KNOWN_KEY, fresh_key.as_bytes())?;
                let is_known = asking
                    .known
                    .is_some_and(|known| secret::same_text(&known, &known_by(&key, &mail)));
                for (time, most) in BUDGETS {
                    let sent = kept::codes_sent(connection, &mail, is_known, now - time, now)?;
                    if sent.len() >= most {
                        // The oldest of the last `most` has to be out of the time first.
                        let again = sent[sent.len() - most] + time;
                        return Err(SignInError::TooMany { again });
                    }
                }
                let until = now + CODE_LIFE;
                let fresh = KeptCode {
                    browser_hash: secret::hash(&fresh).to_vec(),
                    hash: code_hash(&mail, &code).to_vec(),
                    sent_at: now,
                    expires_at: until,
                    tries: 0,
                    is_known,
                };
                kept::put_code(connection, &mail, &fresh)?;
                if kept::is_known(connection, &mail, now)? {
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

    /// Takes a code back and begins a session.
    ///
    /// # Errors
    /// When it is not the code, not this browser, or too late.
    pub async fn sign_in(
        &self,
        mail: MailAddress,
        code: &str,
        browser: String,
    ) -> Result<Begun, SignInError> {
        let now = self.now();
        let code: String = code
            .chars()
            .filter(|digit| !digit.is_whitespace())
            .collect();
        let session = secret::secret()?;
        let fresh_key = secret::secret()?;
        self.with_store(move |store| {
            // A wrong try is kept although it is refused: the refusal is no error of the data.
            store.write(|connection| {
                let mut good = Vec::new();
                for browser_hash in [secret::hash(&browser).to_vec(), Vec::new()] {
                    good.extend(
                        kept::code(connection, &mail, &browser_hash)?
                            .filter(|sent| !sent.hash.is_empty() && sent.expires_at > now),
                    );
                }
                if good.is_empty() {
                    return Ok(Err(SignInError::Expired));
                }
                let given = code_hash(&mail, &code);
                let found = good
                    .iter()
                    .position(|sent| secret::same(&given, &sent.hash));
                let Some(found) = found else {
                    return Ok(Err(wrong_try(connection, &mail, good)?));
                };
                let mut used = good.swap_remove(found);
                used.hash.clear();
                kept::put_code(connection, &mail, &used)?;
                let account = match kept::by_mail(connection, &mail)? {
                    Some(account) => account,
                    // Void for whoever has nothing here: nobody can have had the code by mail.
                    None if !kept::is_known(connection, &mail, now)? => {
                        return Ok(Err(SignInError::Expired));
                    }
                    None => {
                        let name = kept::name_of_applicant(connection, &mail)?;
                        let name = name.unwrap_or_else(|| before_the_at(&mail));
                        kept::get_or_make(connection, &mail, &name, now)?
                    }
                };
                let hash = secret::hash(&session);
                kept::begin_session(connection, &hash, account.id, now, now + SESSION_LIFE)?;
                let key = server_key(connection, KNOWN_KEY, fresh_key.as_bytes())?;
                let known = known_by(&key, &mail);
                Ok(Ok(Begun {
                    account,
                    session,
                    known,
                }))
            })
        })
        .await
        .map_err(SignInError::Store)?
    }

    /// Forgets codes that have ended, in the data and in mails that nobody fetched, whether a mail
    /// server is set or not. That one was sent to an address is kept while it is counted.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn forget_codes(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.with_store(move |store| {
            let count = store.write(|connection| {
                Ok::<_, StoreError>(
                    kept::forget_codes(connection, now - COUNTED, now)?
                        + kept::void_ended_codes(connection, now)?
                        + outbox::forget_old_codes(connection, now - CODE_LIFE, now)?,
                )
            })?;
            if count > 0 {
                store.take_in_log()?;
            }
            Ok(())
        })
        .await
    }

    /// Makes a code that an operator hands to somebody: good for an hour, in any browser, and
    /// long enough that nobody guesses it, so that wrong tries do not void it.
    ///
    /// # Errors
    /// When there is no randomness, and those of the data.
    pub fn operator_code(
        connection: &Connection,
        mail: &MailAddress,
        now: DateTime<Utc>,
    ) -> Result<String, SignInError> {
        let code = secret::name()?;
        let kept = KeptCode {
            browser_hash: Vec::new(),
            hash: code_hash(mail, &code).to_vec(),
            sent_at: now,
            expires_at: now + OPERATOR_CODE_LIFE,
            tries: 0,
            is_known: false,
        };
        kept::put_code(connection, mail, &kept)?;
        Ok(code)
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

/// Counts a wrong try against every code that it could have been.
fn wrong_try(
    connection: &Connection,
    mail: &MailAddress,
    codes: Vec<KeptCode>,
) -> Result<SignInError, StoreError> {
    let mut left = 0;
    // An operator’s code is none that could have been guessed, and is nobody’s to void.
    let of_browsers = codes
        .into_iter()
        .filter(|code| !code.browser_hash.is_empty());
    let mut is_counted = false;
    for mut sent in of_browsers {
        is_counted = true;
        sent.tries += 1;
        if sent.tries >= MOST_TRIES {
            sent.hash.clear();
        }
        left = left.max(MOST_TRIES.saturating_sub(sent.tries));
        kept::put_code(connection, mail, &sent)?;
    }
    Ok(match left {
        0 if !is_counted => SignInError::Expired,
        0 => SignInError::Void,
        left => SignInError::Wrong { left },
    })
}

/// What a browser holds that signed in with an address before.
fn known_by(key: &[u8], mail: &MailAddress) -> String {
    secret::derived(key, mail.as_str())
}

fn before_the_at(mail: &MailAddress) -> String {
    let name = mail.as_str().split('@').next().unwrap_or_default();
    name.to_owned()
}

/// The hash of a code: the address is part of it, so that one stolen table of the
/// million codes there are does not do for all. It lives for minutes.
fn code_hash(mail: &MailAddress, code: &str) -> secret::Hash {
    secret::hash(&format!("{mail}\n{code}"))
}
