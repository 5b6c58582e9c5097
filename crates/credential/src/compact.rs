//! The compact form of a JSON Web Token (RFC 7515, 7.1): three parts, parted by dots.

use crate::{ALGORITHM, BASE64URL};
use base64::Engine;
use core::fmt;
use serde_json::{Value, json};

/// Most characters that are read. A credential has about 3,000; a list of what was taken back
/// up to 40,000, when half of its bits are set.
const MOST_CHARACTERS: usize = 65_536;

/// A token that was taken apart. Nothing in it is to be trusted before its signature is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Compact {
    /// Which key it says it was signed with, if it names one.
    pub key: Option<String>,
    /// The algorithm that it names.
    pub algorithm: String,
    /// What it says.
    pub payload: Value,
    /// What is signed: the first two parts with the dot between them.
    pub signed: String,
    /// The signature over it, as bytes.
    pub signature: Vec<u8>,
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Nothing was written.
    Empty,
    /// More than any credential has: so many characters.
    TooLong(usize),
    /// Fewer or more than three parts: so many.
    Parts(usize),
    /// A part, counted from 1, is not written in the letters of base64url.
    Letters(usize),
    /// A part, counted from 1, breaks off or holds no JSON object.
    Content(usize),
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("Paste a credential. It begins with eyJ."),
            Self::TooLong(length) => write!(
                formatter,
                "This has {length} characters; no credential has more than {MOST_CHARACTERS}. Paste the credential alone."
            ),
            Self::Parts(1) => formatter.write_str(
                "A credential has three parts, parted by dots. This has no dot: copy the whole of it, from eyJ to its end.",
            ),
            Self::Parts(2) => formatter.write_str(
                "Two of the three parts are here. The end was probably cut off when it was copied.",
            ),
            Self::Parts(parts) => write!(
                formatter,
                "A credential has three parts, parted by dots, and this has {parts}. Paste the credential alone."
            ),
            Self::Letters(part) => write!(
                formatter,
                "The {} part has characters that no credential has. Copy it anew, without quotes or a line of its own.",
                nth(*part)
            ),
            Self::Content(part) => write!(
                formatter,
                "The {} part is not whole. It was probably changed or cut off when it was copied.",
                nth(*part)
            ),
        }
    }
}

impl core::error::Error for Malformed {}

const fn nth(part: usize) -> &'static str {
    match part {
        1 => "first",
        2 => "second",
        _ => "third",
    }
}

impl Compact {
    /// Takes a token apart as it was pasted: blanks and line breaks within it are forgiven,
    /// since mails and terminals put them there.
    ///
    /// # Errors
    /// When it is none, with a sentence for whoever pasted it.
    pub fn read(text: &str) -> Result<Self, Malformed> {
        let text: String = text.chars().filter(|one| !one.is_whitespace()).collect();
        if text.is_empty() {
            return Err(Malformed::Empty);
        }
        if text.len() > MOST_CHARACTERS {
            return Err(Malformed::TooLong(text.chars().count()));
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(Malformed::Parts(parts.len()));
        };
        if signature.is_empty() {
            return Err(Malformed::Parts(2));
        }
        let header = object(header, 1)?;
        let payload = object(payload, 2)?;
        let signature = bytes(signature, 3)?;
        let named = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            key: named("kid"),
            algorithm: named("alg").unwrap_or_default(),
            payload,
            signature,
            signed: text
                .rsplit_once('.')
                .map_or_else(String::new, |(signed, _)| signed.to_owned()),
        })
    }
}

fn bytes(part: &str, number: usize) -> Result<Vec<u8>, Malformed> {
    let is_plain = part
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_plain {
        return Err(Malformed::Letters(number));
    }
    BASE64URL
        .decode(part)
        .map_err(|_| Malformed::Content(number))
}

fn object(part: &str, number: usize) -> Result<Value, Malformed> {
    let value: Value =
        serde_json::from_slice(&bytes(part, number)?).map_err(|_| Malformed::Content(number))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(Malformed::Content(number))
    }
}

/// What is to be signed for a payload with the key of that address.
pub fn signing_input(key: &str, payload: &Value) -> String {
    let header = json!({ "alg": ALGORITHM, "kid": key, "typ": "JWT" });
    let [header, payload] =
        [header, payload.clone()].map(|part| BASE64URL.encode(part.to_string()));
    format!("{header}.{payload}")
}

/// The token of what was signed and its signature.
pub fn join(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", BASE64URL.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token() -> String {
        let signed = signing_input("https://a.example/keys/k", &json!({ "a": 1 }));
        join(&signed, &[0xfb, 0xff, 1])
    }

    #[test]
    fn what_is_joined_is_read() {
        let read = Compact::read(&format!(" {}\n", token())).unwrap();
        assert_eq!(read.key.as_deref(), Some("https://a.example/keys/k"));
        assert_eq!(read.algorithm, "RS256");
        assert_eq!(read.payload, json!({ "a": 1 }));
        assert_eq!(read.signature, [0xfb, 0xff, 1]);
        assert!(token().starts_with(&read.signed));
    }

    #[test]
    fn each_way_of_being_no_token_has_its_sentence() {
        let two = token().rsplit_once('.').unwrap().0.to_owned();
        for (text, wrong) in [
            (String::new(), Malformed::Empty),
            (" \n ".to_owned(), Malformed::Empty),
            ("a".repeat(70_000), Malformed::TooLong(70_000)),
            ("eyJhbGci".to_owned(), Malformed::Parts(1)),
            (two.clone(), Malformed::Parts(2)),
            (format!("{two}."), Malformed::Parts(2)),
            (format!("{}.x", token()), Malformed::Parts(4)),
            (format!("\"{}\"", token()), Malformed::Letters(1)),
            (token().replace('.', "+."), Malformed::Letters(1)),
            (
                format!("W10.{}", two.rsplit_once('.').unwrap().1),
                Malformed::Parts(2),
            ),
            ("W10.e30.AA".to_owned(), Malformed::Content(1)),
            ("e30.eyJ.AA".to_owned(), Malformed::Content(2)),
            ("e30.e30.A".to_owned(), Malformed::Content(3)),
        ] {
            assert_eq!(Compact::read(&text), Err(wrong), "{text}");
            assert!(wrong.to_string().ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_pasted_breaks_it(text in "\\PC{0,200}") {
            let _ = Compact::read(&text);
        }

        #[test]
        fn a_token_that_is_cut_off_is_none_or_has_another_signature(at in 0usize..200) {
            let token = token();
            if let Some(cut) = token.get(..at).filter(|cut| cut.len() < token.len())
                && let Ok(read) = Compact::read(cut) {
                prop_assert_ne!(read.signature, Compact::read(&token).unwrap().signature);
            }
        }
    }
}
