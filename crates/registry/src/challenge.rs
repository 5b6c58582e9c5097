//! How a registry wants to be signed in to: the `WWW-Authenticate` header of a
//! 401, and the answer of the token service that it names.
//!
//! Sources: RFC 9110, section 11.6.1; RFC 7617 (Basic); “Token Authentication
//! Specification” of the Docker Registry HTTP API v2.

use crate::{
    answers::AnswerError,
    header::{MOST_BYTES, Scanner},
    origin::Origin,
    pages::encode,
};
use core::fmt;
use serde::Deserialize;
use serde_json::Value;

/// How long a token is good for if its answer does not say, in seconds.
pub const DEFAULT_EXPIRES_SECS: u64 = 60;

/// Longest time that a token is taken to be good for, in seconds: a day. What
/// promises more is asked for again.
pub const MOST_EXPIRES_SECS: u64 = 24 * 60 * 60;

/// Most bytes of a token, in bytes: with more, servers refuse the header.
pub const MOST_TOKEN_BYTES: usize = 8 * 1024;

/// One way to sign in that the registry offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// With a token from a service.
    Bearer(Bearer),
    /// With name and password.
    Basic {
        /// What they are for, in the registry’s words; may be empty.
        realm: String,
    },
}

/// Where a token comes from and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The address of the token service, as the registry wrote it.
    pub realm: String,
    /// What the service calls the registry.
    pub service: Option<String>,
    /// What is asked for: `repository:kelpworks/web:pull`; several are parted by blanks.
    pub scope: Option<String>,
}

/// A token for the `Authorization: Bearer` header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The token: visible ASCII.
    pub token: String,
    /// How long it is good for, in seconds, from 1 to [`MOST_EXPIRES_SECS`].
    pub expires_in: u64,
}

/// Why a challenge or the answer to it is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeError {
    /// The header has more than 8,192 bytes.
    TooLong,
    /// It is not a `WWW-Authenticate` header by RFC 9110.
    Form,
    /// The address of the token service is not one of the web.
    Realm,
    /// The token service is to be reached without encryption.
    Unencrypted,
    /// The service’s answer is not JSON or not an object.
    Answer(AnswerError),
    /// The service’s answer has no token, or one that fits no header.
    NoToken,
}

impl fmt::Display for ChallengeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "What the registry says about signing in is too long.",
            Self::Form => "What the registry says about signing in is malformed.",
            Self::Realm => "The registry’s token service has no address of the web.",
            Self::Unencrypted => "The registry’s token service is not encrypted.",
            Self::Answer(AnswerError::NotJson) => "The token service’s answer is not JSON.",
            Self::Answer(AnswerError::Shape) => "The token service’s answer is not an object.",
            Self::NoToken => "The token service’s answer has no token.",
        })
    }
}

impl std::error::Error for ChallengeError {}

impl fmt::Debug for Token {
    /// Without the token, which does not belong into a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Token")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

impl Challenge {
    /// Reads the header’s value: every way of signing in that we know, in its
    /// order. Other ways, and a Bearer without a realm, are left out.
    ///
    /// # Errors
    /// If the header is malformed.
    pub fn parse(header: &str) -> Result<Vec<Self>, ChallengeError> {
        if header.len() > MOST_BYTES {
            return Err(ChallengeError::TooLong);
        }
        let mut scanner = Scanner::new(header);
        let mut found = Vec::new();
        loop {
            scanner.commas();
            if scanner.is_done() {
                return Ok(found);
            }
            let scheme = scanner.token();
            if scheme.is_empty() {
                return Err(ChallengeError::Form);
            }
            let parameters = parameters(&mut scanner)?;
            // Of several parameters with one name the first counts.
            let parameter = |name: &str| {
                parameters
                    .iter()
                    .find(|(other, _)| other.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.clone())
            };
            if scheme.eq_ignore_ascii_case("Basic") {
                found.push(Self::Basic {
                    realm: parameter("realm").unwrap_or_default(),
                });
            } else if scheme.eq_ignore_ascii_case("Bearer")
                && let Some(realm) = parameter("realm")
            {
                found.push(Self::Bearer(Bearer {
                    realm,
                    service: parameter("service"),
                    scope: parameter("scope"),
                }));
            }
        }
    }
}

/// What follows a scheme. A name without `=` after a comma is the next scheme;
/// before one it is the single text that some schemes have instead of parameters.
fn parameters<'a>(scanner: &mut Scanner<'a>) -> Result<Vec<(&'a str, String)>, ChallengeError> {
    let mut found = Vec::new();
    let mut is_first = true;
    loop {
        let before = *scanner;
        let was_parted = scanner.commas();
        let name = scanner.token();
        if name.is_empty() && (was_parted || !is_first) {
            *scanner = before;
            return Ok(found);
        }
        let bare = *scanner;
        scanner.blanks();
        let is_parameter = !name.is_empty() && scanner.eat('=') && {
            let mut ahead = *scanner;
            !ahead.eat('=') && !ahead.is_done() && !ahead.commas()
        };
        if is_parameter {
            scanner.blanks();
            found.push((name, scanner.value().ok_or(ChallengeError::Form)?));
        } else if was_parted || !is_first {
            *scanner = before;
            return Ok(found);
        } else {
            *scanner = bare;
            scanner.take(|character| {
                character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
            });
        }
        is_first = false;
    }
}

impl Bearer {
    /// The address to fetch a token from. It may be at any host: what may be
    /// reached is for the caller to decide.
    ///
    /// `may_be_plain` allows `http://`, for a registry that is itself reached so.
    ///
    /// # Errors
    /// If the realm is not an address of the web, or not an encrypted one.
    pub fn token_url(&self, may_be_plain: bool) -> Result<String, ChallengeError> {
        let (origin, _) = Origin::split(&self.realm).ok_or(ChallengeError::Realm)?;
        if !origin.is_encrypted && !may_be_plain {
            return Err(ChallengeError::Unencrypted);
        }
        let mut url = self.realm.clone();
        let mut mark = if url.contains('?') { '&' } else { '?' };
        // One parameter a scope, as in the specification’s requests.
        let scopes = self.scope.iter().flat_map(|scope| scope.split(' '));
        let pairs = self
            .service
            .iter()
            .map(|service| ("service", service.as_str()))
            .chain(scopes.map(|scope| ("scope", scope)));
        for (name, value) in pairs.filter(|(_, value)| !value.is_empty()) {
            url.push(mark);
            url.push_str(name);
            url.push('=');
            encode(&mut url, value);
            mark = '&';
        }
        Ok(url)
    }
}

/// The answer as it is written. Every field is optional in some service.
#[derive(Deserialize)]
struct Written {
    token: Option<Value>,
    access_token: Option<Value>,
    expires_in: Option<Value>,
}

impl Token {
    /// Reads the answer of a token service: `token`, or `access_token` where it
    /// speaks OAuth 2.0.
    ///
    /// # Errors
    /// If there is no token that a header can hold.
    pub fn parse(bytes: &[u8]) -> Result<Self, ChallengeError> {
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| ChallengeError::Answer(error.into()))?;
        let usable = |value: Option<Value>| match value {
            Some(Value::String(token))
                if !token.is_empty()
                    && token.len() <= MOST_TOKEN_BYTES
                    && token.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Some(token)
            }
            _ => None,
        };
        let token = usable(written.token)
            .or_else(|| usable(written.access_token))
            .ok_or(ChallengeError::NoToken)?;
        let expires_in = written
            .expires_in
            .as_ref()
            .and_then(Value::as_u64)
            .filter(|secs| *secs > 0)
            .unwrap_or(DEFAULT_EXPIRES_SECS)
            .min(MOST_EXPIRES_SECS);
        Ok(Self { token, expires_in })
    }
}
