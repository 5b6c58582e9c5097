//! Access tokens for scripts: shown once, kept as hashes, never more than their owner may.

use crate::{
    applications::Trouble,
    secret,
    service::Service,
    store::{StoreError, accounts::Account, tokens as kept},
};
use api::account::{MadeToken, NewToken, Scope};
use chrono::TimeDelta;
use program::text::TOKEN_NAME;

/// What every token begins with, so that people and scanners of repositories recognize it.
pub const PREFIX: &str = "dsos_pat_";

/// Letters of a token that are shown later.
const HINT_LETTERS: usize = 4;

/// Most tokens of one account.
const MOST_TOKENS: usize = 50;

impl Service {
    /// Makes a token.
    ///
    /// # Errors
    /// When its name or its days do not fit, when there are too many, and those of the data.
    pub async fn make_token(&self, owner: &Account, new: NewToken) -> Result<MadeToken, Trouble> {
        TOKEN_NAME.check(&new.name).map_err(Trouble::Text)?;
        if new.name.trim().is_empty() {
            return Err(Trouble::Unfit("Write what the token is for.".to_owned()));
        }
        if !(1..=366).contains(&new.days) {
            return Err(Trouble::Unfit(
                "A token ends after 1 to 366 days.".to_owned(),
            ));
        }
        let secret = format!("{PREFIX}{}", secret::secret()?);
        let hint = secret[secret.len() - HINT_LETTERS..].to_owned();
        let (hash, owner, now) = (secret::hash(&secret), owner.id, self.now());
        let until = now + TimeDelta::days(i64::from(new.days));
        let token = self
            .with_store(move |store| {
                store.write(|connection| {
                    if kept::of(connection, owner)?.len() >= MOST_TOKENS {
                        return Err(Trouble::Unfit(
                            "Up to 50 tokens fit. Revoke one first.".to_owned(),
                        ));
                    }
                    Ok(kept::add(
                        connection, owner, &new, &hash, &hint, now, until,
                    )?)
                })
            })
            .await?;
        Ok(MadeToken { token, secret })
    }

    /// Revokes a token.
    ///
    /// # Errors
    /// When the account has no such token, and those of the data.
    pub async fn revoke_token(&self, owner: &Account, id: i64) -> Result<(), Trouble> {
        let owner = owner.id;
        self.with_store(move |store| {
            store.write(|connection| {
                if kept::revoke(connection, owner, id)? {
                    Ok(())
                } else {
                    Err(Trouble::NotFound)
                }
            })
        })
        .await
    }

    /// Whose a token is and what it may, if it is good. The day of its use is noted.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn token_owner(&self, token: &str) -> Result<Option<(Account, Scope)>, StoreError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let (hash, now) = (secret::hash(token), self.now());
        self.with_store(move |store| {
            let found = store.read(|connection| kept::owner(connection, &hash, now))?;
            let Some((account, scope, used_today)) = found else {
                return Ok(None);
            };
            if !used_today {
                store.write(|connection| kept::used(connection, &hash, now))?;
            }
            Ok(Some((account, scope)))
        })
        .await
    }
}
