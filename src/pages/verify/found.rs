//! What a check found: what is judged, and what came of it.

use ::api::verify::Verifiable;
use chrono::{DateTime, TimeDelta, Utc};
use credential::{Claims, Compact, Verdict};
use program::namespace::Namespace;

/// A credential that was taken apart. Nothing in it is to be trusted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As it was written, without what pasting adds.
    pub text: String,
    /// Its three parts.
    pub compact: Compact,
    /// What it says.
    pub claims: Claims,
}

impl Token {
    /// Takes a credential apart.
    ///
    /// # Errors
    /// When it is none, with a sentence for whoever pasted it.
    pub fn read(text: &str) -> Result<Self, String> {
        let compact = Compact::read(text).map_err(|wrong| wrong.to_string())?;
        let claims = Claims::of(&compact.payload).map_err(|wrong| wrong.to_string())?;
        Ok(Self {
            text: text.split_whitespace().collect(),
            compact,
            claims,
        })
    }
}

/// Why the list of what was taken back could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser has no network.
    Offline,
    /// The server does not answer.
    Silent,
    /// The server answers this instead.
    Status(u16),
    /// The browser cannot unpack the list.
    NoMeans,
}

/// A credential and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The credential.
    pub token: Token,
    /// The namespace that was asked about, if one was.
    pub asked: Option<Namespace>,
    /// The address of the program that was asked.
    pub base_url: String,
    /// The four steps and what follows.
    pub verdict: Verdict,
    /// How many credentials the list says were taken back, if it was read.
    pub taken_back: Option<u32>,
    /// Why the list could not be had.
    pub trouble: Option<Trouble>,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What the program says of the namespace; nothing where a credential was pasted.
    pub published: Option<Verifiable>,
    /// Since when that is known, if the server does not say it now.
    pub published_at: Option<DateTime<Utc>>,
    /// The credential, or what is wrong with the one that the server has; nothing if it has none.
    pub credential: Option<Result<Judged, String>>,
    /// When it was checked, by the server’s clock as far as that is known.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// By how much the server’s clock is ahead of the reader’s, if that is known.
    pub ahead: Option<TimeDelta>,
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use chrono::NaiveDate;
    use credential::{Checks, Issue, Revocation, Signature, StatusEntry, join, judge};
    use program::sponsorship::Sponsorship;

    pub const BASE_URL: &str = "https://hub.example";

    pub fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub fn token() -> Token {
        let namespace = Namespace::parse("kelpworks").unwrap();
        let issue = Issue {
            base_url: BASE_URL,
            namespace: &namespace,
            since: day("2023-03-14"),
            from: day("2026-03-14"),
            until: day("2027-03-13"),
            perks_until: day("2027-03-27"),
            issued_at: at("2026-03-14T09:00:00Z"),
            status: &StatusEntry {
                list: "https://hub.example/status/0".to_owned(),
                index: 318,
            },
        };
        let key = "https://hub.example/keys/2026-a";
        let signed = credential::signing_input(key, &issue.payload());
        Token::read(&join(&signed, &[1, 2, 3])).unwrap()
    }

    pub fn valid() -> Signature {
        Signature::Valid {
            key: "https://hub.example/keys/2026-a".to_owned(),
            retired_at: None,
        }
    }

    pub fn clear() -> Revocation {
        Revocation::Clear {
            at: at("2026-08-13T09:00:00Z"),
        }
    }

    /// A check on that day, of what was pasted or asked for.
    pub fn found(
        asked: Option<&str>,
        signature: Signature,
        revocation: Revocation,
        now: &str,
    ) -> Found {
        let (token, now) = (token(), at(now));
        let asked = asked.map(|name| Namespace::parse(name).unwrap());
        let verdict = judge(Checks {
            claims: &token.claims,
            base_url: BASE_URL,
            asked: asked.as_ref(),
            signature,
            revocation,
            now,
        });
        Found {
            published: asked.as_ref().map(|name| published(name, sponsored(), now)),
            published_at: None,
            credential: Some(Ok(Judged {
                token,
                asked,
                base_url: BASE_URL.to_owned(),
                verdict,
                taken_back: Some(6),
                trouble: None,
            })),
            at: now,
            took_ms: 38,
            ahead: Some(TimeDelta::zero()),
        }
    }

    pub fn sponsored() -> Sponsorship {
        Sponsorship::Sponsored {
            since: day("2023-03-14"),
            until: day("2027-03-13"),
            grace: None,
        }
    }

    pub fn published(name: &Namespace, sponsorship: Sponsorship, now: DateTime<Utc>) -> Verifiable {
        Verifiable {
            namespace: name.to_string(),
            base_url: BASE_URL.to_owned(),
            now,
            sponsorship,
            credential: None,
            renewals: 3,
            renamed_to: None,
        }
    }

    #[test]
    fn what_is_pasted_is_read_or_says_why_not() {
        let token = token();
        let broken = token.text.replace('.', ".\n  ");
        assert_eq!(Token::read(&broken).unwrap(), token);
        for (text, part) in [
            ("", "begins with eyJ"),
            ("eyJ", "no dot"),
            ("e30.e30.AA", "not a credential of this program"),
        ] {
            assert!(Token::read(text).unwrap_err().contains(part), "{text}");
        }
    }
}
