//! The public keys of the program as a JSON Web Key Set (RFC 7517).

use crate::ALGORITHM;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A public key with which credentials were signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its address, by which credentials name it; it answers with the key alone.
    pub id: String,
    /// The modulus, in base64url.
    pub n: String,
    /// The exponent, in base64url.
    pub e: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Since when nothing is signed with it any more; what was signed before stays good.
    pub retired_at: Option<DateTime<Utc>>,
}

impl PublicKey {
    /// As a JSON Web Key. `iat` is when it was made, `exp` since when nothing is signed with
    /// it (OpenID Federation 1.0 names them so in its historical keys).
    pub fn json(&self) -> Value {
        let mut key = json!({
            "kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": self.id,
            "n": self.n, "e": self.e, "iat": self.made_at.timestamp(),
        });
        if let Some(retired) = self.retired_at {
            key["exp"] = json!(retired.timestamp());
        }
        key
    }

    fn of(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name)?.as_str();
        let time = |name: &str| DateTime::from_timestamp(key.get(name)?.as_i64()?, 0);
        if text("kty")? != "RSA" || text("alg").is_some_and(|alg| alg != ALGORITHM) {
            return None;
        }
        Some(Self {
            id: text("kid")?.to_owned(),
            n: text("n")?.to_owned(),
            e: text("e")?.to_owned(),
            made_at: time("iat").unwrap_or_default(),
            retired_at: time("exp"),
        })
    }
}

/// The keys of the program. One that somebody else has got hold of is no longer among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(pub Vec<PublicKey>);

impl KeySet {
    /// As a JSON Web Key Set.
    pub fn json(&self) -> Value {
        json!({ "keys": self.0.iter().map(PublicKey::json).collect::<Vec<_>>() })
    }

    /// The keys in a set that can be used here; those of other kinds are left out, as the
    /// specification asks (RFC 7517, 5).
    pub fn of(set: &Value) -> Self {
        let keys = set.get("keys").and_then(Value::as_array);
        Self(
            keys.into_iter()
                .flatten()
                .filter_map(PublicKey::of)
                .collect(),
        )
    }

    /// The key of that address.
    pub fn key(&self, id: &str) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_other_kinds_are_left_out() {
        let key = PublicKey {
            id: "https://a.example/keys/k".to_owned(),
            n: "AQAB".to_owned(),
            e: "AQAB".to_owned(),
            made_at: DateTime::from_timestamp(1_786_698_000, 0).unwrap(),
            retired_at: DateTime::from_timestamp(1_786_798_000, 0),
        };
        let mut set = KeySet(vec![key.clone()]).json();
        for other in [
            json!({ "kty": "EC", "kid": "https://a.example/keys/k" }),
            json!({ "kty": "RSA", "alg": "PS256", "kid": "b", "n": "", "e": "" }),
            json!(1),
        ] {
            set["keys"].as_array_mut().unwrap().push(other);
        }
        let read = KeySet::of(&set);
        assert_eq!(read.0, [key]);
        assert!(read.key("https://a.example/keys/l").is_none());
        assert!(KeySet::of(&json!([])).0.is_empty());
    }
}
