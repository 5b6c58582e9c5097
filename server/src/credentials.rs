//! Signed credentials: each namespace in the program has one, made when it is first asked for
//! and again whenever it would say something else; and the lists of those that were taken back.

use crate::{
    service::Service,
    store::{
        Store, StoreError,
        credentials::{self as kept, Credential, Key},
        memberships, standings,
    },
};
use api::verify::Verifiable;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use credential::{
    ENTRIES, Issue, KeySet, PublicKey, StatusClaims, StatusEntry, bits, join, signing_input,
    status_payload,
};
use flate2::{Compression, write::GzEncoder};
use program::{addresses, namespace::Namespace, sponsorship::Sponsorship};
use ring::{rand::SystemRandom, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
use rsa::{Generate, PrivateKey, pkcs8::EncodePrivateKey, traits::PublicKeyParts};
use rusqlite::Connection;
use serde_json::Value;
use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

/// How long a list of what was taken back is good. A browser that has an older one says so.
const LIST_LIFE: TimeDelta = TimeDelta::hours(1);

/// After what time a list is signed anew, though nothing changed in it.
const LIST_FRESH: TimeDelta = TimeDelta::minutes(10);

/// Why something could not be signed.
#[derive(Debug)]
pub enum SignError {
    /// The data.
    Store(StoreError),
    /// A key could not be made or used.
    Key,
}

impl From<StoreError> for SignError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SignError> for StoreError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Store(error) => error,
            SignError::Key => Self::Corrupt("a signing key"),
        }
    }
}

/// A list as it was last signed.
pub(crate) struct SignedList {
    number: u32,
    changes: i64,
    at: DateTime<Utc>,
    token: String,
}

/// What signs, and what it signed last.
#[derive(Default)]
pub(crate) struct Signer {
    key: Mutex<Option<(String, std::sync::Arc<KeyPair>)>>,
    lists: Mutex<Vec<SignedList>>,
}

impl Signer {
    /// The token of a payload, signed with the key that is kept.
    fn sign(&self, key: &Key, address: &str, payload: &Value) -> Result<String, SignError> {
        let pair = self.pair(key)?;
        let signed = signing_input(address, payload);
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )
        .map_err(|_| SignError::Key)?;
        Ok(join(&signed, &signature))
    }

    fn pair(&self, key: &Key) -> Result<std::sync::Arc<KeyPair>, SignError> {
        let mut held = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, pair)) = held.as_ref()
            && *name == key.name
        {
            return Ok(std::sync::Arc::clone(pair));
        }
        let private = key.private.as_deref().ok_or(SignError::Key)?;
        let pair = std::sync::Arc::new(KeyPair::from_pkcs8(private).map_err(|_| SignError::Key)?);
        *held = Some((key.name.clone(), std::sync::Arc::clone(&pair)));
        Ok(pair)
    }
}

/// A fresh key. Takes a second or so.
fn make_key(now: DateTime<Utc>) -> Result<Key, SignError> {
    let private = PrivateKey::try_generate().map_err(|_| SignError::Key)?;
    let der = private.to_pkcs8_der().map_err(|_| SignError::Key)?;
    let n = URL_SAFE_NO_PAD.encode(private.n_bytes());
    let e = URL_SAFE_NO_PAD.encode(private.e_bytes());
    // Named after its thumbprint (RFC 7638), shortened: enough to tell a few keys apart.
    let thumbprint =
        crate::secret::hash(&format!("{{\"e\":\"{e}\",\"kty\":\"RSA\",\"n\":\"{n}\"}}"));
    Ok(Key {
        name: URL_SAFE_NO_PAD.encode(&thumbprint[..9]),
        private: Some(der.as_bytes().to_vec()),
        n,
        e,
        made_at: now,
        retired_at: None,
    })
}

/// The key that is signed with; made, if there is none.
fn signing_key(store: &Store, now: DateTime<Utc>) -> Result<Key, SignError> {
    let active = |connection: &Connection| {
        let keys = kept::keys(connection)?;
        Ok(keys.into_iter().find(|key| key.retired_at.is_none()))
    };
    if let Some(key) = store.read(active)? {
        return Ok(key);
    }
    let fresh = make_key(now)?;
    store.write(|connection| {
        // Another one may have been made meanwhile.
        if let Some(key) = active(connection)? {
            return Ok(key);
        }
        kept::add_key(connection, &fresh)?;
        Ok(fresh.clone())
    })
}

/// What came of signing with a new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The name of the new key.
    pub name: String,
    /// How many credentials were taken back.
    pub taken_back: usize,
}

/// Signs with a new key from now on. What the others signed stays good, unless somebody else
/// may have one of them: then none of them vouches for anything any more.
///
/// # Errors
/// Those of the data, or when no key can be made.
pub fn rotate(
    store: &Store,
    is_compromised: bool,
    now: DateTime<Utc>,
) -> Result<Rotated, StoreError> {
    let fresh = make_key(now)?;
    let taken_back = store.write(|connection| {
        let taken_back = if is_compromised {
            kept::distrust_keys(connection, now)?
        } else {
            kept::retire_keys(connection, now)?;
            0
        };
        kept::add_key(connection, &fresh)?;
        Ok::<_, StoreError>(taken_back)
    })?;
    Ok(Rotated {
        name: fresh.name,
        taken_back,
    })
}

/// The address of a key, by which credentials name it.
fn address(base_url: &str, key: &str) -> String {
    format!("{base_url}{}", addresses::key(key))
}

impl Service {
    /// Makes the key at the first start, so that nobody waits for it later.
    ///
    /// # Errors
    /// Those of the data, or when no key can be made.
    pub async fn prepare_keys(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.with_store(move |store| Ok(signing_key(store, now).map(|_| ())?))
            .await
    }

    /// The public keys of all that vouches for something.
    ///
    /// # Errors
    /// Those of the data, or when no key can be made.
    pub async fn public_keys(&self) -> Result<KeySet, StoreError> {
        let (now, base_url) = (self.now(), self.base_url.clone());
        self.with_store(move |store| {
            signing_key(store, now)?;
            let keys = store.read(kept::keys)?;
            let public = keys.into_iter().map(|key| PublicKey {
                id: address(&base_url, &key.name),
                n: key.n,
                e: key.e,
                made_at: key.made_at,
                retired_at: key.retired_at,
            });
            Ok(KeySet(public.collect()))
        })
        .await
    }

    /// The credential of a namespace: of one in the program, one that says what is so today; of
    /// one that was, the last that was signed; of any other, none.
    ///
    /// # Errors
    /// Those of the data, or when it cannot be signed.
    pub async fn credential(&self, namespace: &Namespace) -> Result<Option<String>, StoreError> {
        let (service, namespace) = (self.clone(), namespace.clone());
        self.with_store(move |_| Ok(service.credential_now(&namespace)?))
            .await
    }

    fn credential_now(&self, namespace: &Namespace) -> Result<Option<String>, SignError> {
        let now = self.now();
        let last = self
            .store
            .read(|connection| kept::last(connection, namespace))?;
        let standing = self
            .standings
            .now(&self.store)?
            .of(namespace.as_str(), now.date_naive());
        let base_url = &*self.base_url;
        let Sponsorship::Sponsored { since, until, .. } = standing else {
            // Of one that was: as long as the keys here still vouch for it, at this address.
            let keys = self.store.read(kept::keys)?;
            let holds = |last: &Credential| {
                last.base_url == base_url && keys.iter().any(|key| key.name == last.key)
            };
            return Ok(last.filter(holds).map(|last| last.token));
        };
        let key = signing_key(&self.store, now)?;
        let says_so = |last: &Credential| {
            last.revoked_at.is_none()
                && last.key == key.name
                && last.base_url == base_url
                && last.since == since
                && last.last_day == until
        };
        if let Some(last) = last.filter(says_so) {
            return Ok(Some(last.token));
        }
        self.store.write(|connection| {
            // Signed meanwhile by another request.
            if let Some(last) = kept::last(connection, namespace)?.filter(says_so) {
                return Ok(Some(last.token));
            }
            // It may have ended, or the key been lost, since that was looked at.
            let all = memberships::terms(connection, namespace)?;
            let last = memberships::last_term(connection, namespace)?;
            let now_so = Sponsorship::of(&all, last, now.date_naive());
            let is_active = kept::keys(connection)?
                .iter()
                .any(|known| known.name == key.name && known.retired_at.is_none());
            if now_so != standing || !is_active {
                return Err(SignError::Store(StoreError::Interrupted));
            }
            let Some(term) = all.iter().find(|term| term.until == until) else {
                return Ok(None);
            };
            // A year that was granted ahead has not begun: what is vouched for begins with the one
            // that today lies in.
            let from = all
                .iter()
                .filter(|term| term.from >= since && term.from <= now.date_naive())
                .map(|term| term.from)
                .max()
                .unwrap_or(term.from);
            let id = kept::next_id(connection)?;
            let perks_until = term.perks_until();
            let payload = Issue {
                base_url,
                namespace,
                since,
                from,
                until,
                perks_until,
                issued_at: now,
                status: &status_entry(base_url, id),
            }
            .payload();
            let token = self
                .signer
                .sign(&key, &address(base_url, &key.name), &payload)?;
            let fresh = Credential {
                id,
                key: key.name.clone(),
                base_url: base_url.to_owned(),
                since,
                last_day: until,
                expires_on: perks_until.succ_opt().unwrap_or(perks_until),
                token: token.clone(),
                revoked_at: None,
            };
            kept::add(connection, namespace, &fresh, now)?;
            Ok(Some(token))
        })
    }

    /// What is published of a namespace for whoever checks its badge.
    ///
    /// # Errors
    /// Those of the data, or when it cannot be signed.
    pub async fn verifiable(&self, namespace: &Namespace) -> Result<Verifiable, StoreError> {
        let now = self.now();
        let standings = self.standings().await?;
        let name = namespace.as_str();
        let sponsorship = standings.of(name, now.date_naive());
        let renewals = match sponsorship {
            Sponsorship::Sponsored { since, .. } => standings.renewals(name, since),
            _ => 0,
        };
        Ok(Verifiable {
            namespace: name.to_owned(),
            base_url: self.base_url.to_string(),
            now,
            sponsorship,
            credential: self.credential(namespace).await?,
            renewals,
            renamed_to: standings.renamed_to(name).map(str::to_owned),
        })
    }

    /// A list of what was taken back, signed; nothing if there is none of that number.
    ///
    /// # Errors
    /// Those of the data, or when it cannot be signed.
    pub async fn status_list(&self, number: u32) -> Result<Option<String>, StoreError> {
        let service = self.clone();
        self.with_store(move |_| Ok(service.status_list_now(number)?))
            .await
    }

    fn status_list_now(&self, number: u32) -> Result<Option<String>, SignError> {
        let now = self.now();
        let Some(first) = number
            .checked_mul(ENTRIES)
            .and_then(|first| first.checked_add(1))
        else {
            return Ok(None);
        };
        let (changes, next) = self.store.read(|connection| {
            let changes = standings::changes(connection, "status")?;
            Ok((changes, kept::next_id(connection)?))
        })?;
        if number > 0 && first >= next {
            return Ok(None);
        }
        let mut lists = self
            .signer
            .lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |list: &&SignedList| {
            list.number == number
                && list.changes == changes
                && (list.at..list.at + LIST_FRESH).contains(&now)
        };
        if let Some(list) = lists.iter().find(is_fresh) {
            return Ok(Some(list.token.clone()));
        }
        let revoked = self
            .store
            .read(|connection| kept::revoked(connection, first, first.saturating_add(ENTRIES)))?;
        let bits = bits(revoked.into_iter().map(|id| id - first));
        let claims = StatusClaims {
            id: format!("{}{}", self.base_url, addresses::status_list(number)),
            issuer: format!("{}/", self.base_url),
            issued_at: now,
            until: now + LIST_LIFE,
            compressed: compressed(&bits)?,
        };
        let key = signing_key(&self.store, now)?;
        let address = address(&self.base_url, &key.name);
        let token = self.signer.sign(&key, &address, &status_payload(&claims))?;
        lists.retain(|list| list.number != number);
        lists.push(SignedList {
            number,
            changes,
            at: now,
            token: token.clone(),
        });
        Ok(Some(token))
    }
}

/// Where the revocation of the credential of that number stands.
fn status_entry(base_url: &str, id: u32) -> StatusEntry {
    let place = id - 1;
    StatusEntry {
        list: format!("{base_url}{}", addresses::status_list(place / ENTRIES)),
        index: place % ENTRIES,
    }
}

fn compressed(bits: &[u8]) -> Result<Vec<u8>, SignError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Memory takes all that is written.
    encoder.write_all(bits).map_err(|_| SignError::Key)?;
    encoder.finish().map_err(|_| SignError::Key)
}
