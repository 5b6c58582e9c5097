//! Revocation: one bit a credential in a list that is itself signed (W3C Bitstring Status List
//! 1.0). Whoever fetches the list does not say which credential they look at.

use crate::BASE64URL;
use base64::Engine;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// Entries of one list: the least that the specification allows (6.1), so that a single
/// credential is hidden among the others.
pub const ENTRIES: u32 = 131_072;

/// Where a credential’s bit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// The address of the list.
    pub list: String,
    /// The place in it, from 0.
    pub index: u32,
}

impl StatusEntry {
    /// As it stands in a credential.
    pub fn json(&self) -> Value {
        json!({
            "id": format!("{}#{}", self.list, self.index),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": self.index.to_string(),
            "statusListCredential": self.list,
        })
    }

    pub(crate) fn of(entry: &Value) -> Option<Self> {
        let text = |name: &str| entry.get(name)?.as_str();
        let is_ours =
            text("type")? == "BitstringStatusListEntry" && text("statusPurpose")? == "revocation";
        is_ours.then_some(())?;
        let index = text("statusListIndex")?.parse().ok()?;
        (index < ENTRIES).then_some(Self {
            list: text("statusListCredential")?.to_owned(),
            index,
        })
    }
}

/// What a list says of itself, without its bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusClaims {
    /// Its address.
    pub id: String,
    /// Who signed it.
    pub issuer: String,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// Until when it is good.
    pub until: DateTime<Utc>,
    /// The bits, compressed with gzip (RFC 1952).
    pub compressed: Vec<u8>,
}

/// What a list says: the payload of its token. `compressed` are its bits in gzip.
pub fn status_payload(claims: &StatusClaims) -> Value {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": claims.id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": claims.issuer,
        "validFrom": time(claims.issued_at),
        "validUntil": time(claims.until),
        "credentialSubject": {
            "id": format!("{}#list", claims.id),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(&claims.compressed),
        },
        "iss": claims.issuer,
        "jti": claims.id,
        "sub": format!("{}#list", claims.id),
        "iat": claims.issued_at.timestamp(),
        "nbf": claims.issued_at.timestamp(),
        "exp": claims.until.timestamp(),
    })
}

impl StatusClaims {
    /// What a list says, out of the payload of its token; nothing if it is none.
    pub fn of(payload: &Value) -> Option<Self> {
        let text = |name: &str| payload.get(name)?.as_str();
        let time = |name: &str| DateTime::from_timestamp(payload.get(name)?.as_i64()?, 0);
        let subject = payload.get("credentialSubject")?;
        let is_list = subject.get("type")?.as_str()? == "BitstringStatusList"
            && subject.get("statusPurpose")?.as_str()? == "revocation";
        is_list.then_some(())?;
        Some(Self {
            id: text("jti")?.to_owned(),
            issuer: text("iss")?.to_owned(),
            issued_at: time("nbf")?,
            until: time("exp")?,
            compressed: unencoded(subject.get("encodedList")?.as_str()?)?,
        })
    }
}

/// Bytes in multibase: `u` and base64url without padding.
pub fn encoded(bytes: &[u8]) -> String {
    format!("u{}", BASE64URL.encode(bytes))
}

/// The bytes of such a text, if it is one.
pub fn unencoded(text: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text.strip_prefix('u')?).ok()
}

/// The bits of a list in which these entries are set; those beyond its end are left out.
pub fn bits(set: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut bits = vec![0; ENTRIES as usize / 8];
    for index in set {
        if let Some(byte) = bits.get_mut(index as usize / 8) {
            *byte |= 0x80 >> (index % 8);
        }
    }
    bits
}

/// Whether an entry is set. The first one is the highest bit of the first byte (6.3). Nothing
/// if the list is too short to say.
pub fn bit(bits: &[u8], index: u32) -> Option<bool> {
    let byte = bits.get(index as usize / 8)?;
    Some(byte & (0x80 >> (index % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_entry_is_the_highest_bit() {
        let bits = bits([0, 9, ENTRIES - 1, ENTRIES]);
        assert_eq!(bits.len(), 16_384);
        assert_eq!(&bits[..2], [0b1000_0000, 0b0100_0000]);
        assert_eq!(bits[16_383], 1);
        assert_eq!(bit(&bits, ENTRIES), None);
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let claims = StatusClaims {
            id: "https://a.example/status/0".to_owned(),
            issuer: "https://a.example/issuer".to_owned(),
            issued_at: DateTime::from_timestamp(1_786_698_000, 0).unwrap(),
            until: DateTime::from_timestamp(1_786_699_000, 0).unwrap(),
            compressed: vec![0x1f, 0x8b, 8],
        };
        let payload = status_payload(&claims);
        assert_eq!(StatusClaims::of(&payload), Some(claims));
        let mut other = payload.clone();
        other["credentialSubject"]["statusPurpose"] = json!("suspension");
        assert_eq!(StatusClaims::of(&other), None);
        other = payload;
        other["credentialSubject"]["encodedList"] = json!("zabc");
        assert_eq!(StatusClaims::of(&other), None);
    }

    proptest! {
        #[test]
        fn exactly_what_is_set_is_set(set in proptest::collection::btree_set(0..ENTRIES, 0..40), one in 0..ENTRIES) {
            let bits = bits(set.iter().copied());
            prop_assert_eq!(bit(&bits, one), Some(set.contains(&one)));
            for index in set {
                prop_assert_eq!(bit(&bits, index), Some(true));
            }
        }
    }
}
