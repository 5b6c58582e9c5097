//! Asking a registry: each request bounded in time and size, with a token where the registry
//! wants one (Docker Registry token authentication), and never sent on but for blobs.

use crate::evidence::{address::PublicOnly, agent_config};
use base64::{Engine, engine::general_purpose::STANDARD};
use registry::{Challenge, Token, next_page};
use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};
use ureq::{
    Agent, Body,
    http::{Response, header},
    unversioned::transport::DefaultConnector,
};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long after a lost question it is asked again.
const RETRY: Duration = Duration::from_millis(200);

/// How long a registry that wants to be asked less often is left alone at most, in seconds.
const MOST_PAUSE_SECS: u64 = 5;

/// Most bytes of an answer: the Distribution specification asks for four megabytes of manifest.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What is asked for but manifests and blobs.
pub(super) const JSON: &str = "application/json";

/// What a token to list repositories is kept under.
pub(super) const CATALOG: &str = "catalog";

/// What a password is kept under, which opens all that it opens.
const BASIC: &str = "";

/// Tokens that are kept at most.
const MOST_TOKENS: usize = 10_000;

/// How long a password is sent without being asked for. It does not end; being asked each time
/// would double the requests.
const PASSWORD_LIFE: Duration = Duration::from_secs(3_600);

/// How long before its end a token is no longer used.
const MARGIN: Duration = Duration::from_secs(5);

/// Why a registry could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegistryTrouble {
    /// Nobody is there, or it breaks off.
    Away,
    /// It answers with an error of its own.
    Failing,
    /// It takes too long.
    Silent,
    /// It wants somebody who may.
    Refused,
    /// It was asked too often.
    Limited {
        /// For how many seconds it wants to be left alone.
        secs: u64,
    },
    /// Its answer is more than any registry has to say.
    TooMuch,
    /// Its answer is none that the specification knows.
    Garbled,
    /// It sends on to somewhere else.
    SentOn,
    /// What it keeps elsewhere cannot be had there now.
    Elsewhere,
}

impl fmt::Display for RegistryTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Away => "The registry cannot be reached.",
            Self::Failing => "The registry answers with an error of its own.",
            Self::Silent => "The registry takes too long to answer.",
            Self::Refused => {
                "The registry wants somebody who may list it: see --registry-login of the server."
            }
            Self::Limited { .. } => "The registry asks to be asked less often.",
            Self::TooMuch => "The registry’s answer is longer than any answer has to be.",
            Self::Garbled => "The registry’s answer is none that we understand.",
            Self::SentOn => "The registry sends on to another address, which is not followed.",
            Self::Elsewhere => "The registry keeps something elsewhere, where it cannot be had.",
        })
    }
}

impl RegistryTrouble {
    /// The same for visitors of a page, who have no settings.
    pub fn for_visitors(self) -> String {
        match self {
            Self::Refused => "The registry does not let this site read it.".to_owned(),
            other => other.to_string(),
        }
    }

    pub(super) fn of(error: &ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::Silent,
            ureq::Error::BodyExceedsLimit(_) => Self::TooMuch,
            ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::Protocol(_) => {
                Self::Garbled
            }
            _ => Self::Away,
        }
    }
}

/// An answer, read to its end.
#[derive(Debug, Default)]
pub struct Answered {
    /// The status: 200 or 404; any other is trouble.
    pub is_there: bool,
    /// The media type, without parameters.
    pub media_type: String,
    /// `Docker-Content-Digest`, as it came.
    pub digest: Option<String>,
    /// `Link`, as it came.
    pub link: Option<String>,
    /// The body; empty for a question about headers alone.
    pub body: Vec<u8>,
}

/// A way of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// For headers alone. It counts as no pull.
    Head,
    /// For all of it.
    Get,
    /// For a blob, which may be kept elsewhere.
    Blob,
}

/// A registry that is asked. Blocks: not for an async thread.
pub struct Client {
    /// Its address without a slash at the end.
    base: String,
    /// `user:password` for it, in base64.
    login: Option<String>,
    agent: Agent,
    /// For what is kept elsewhere: public addresses alone.
    elsewhere: Agent,
    tokens: Mutex<HashMap<String, (String, Instant)>>,
}

/// Not the login.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Client").field(&self.base).finish()
    }
}

impl Client {
    /// The registry at an address such as `https://registry.example`; `login` is
    /// `user:password`, if it wants one.
    pub fn new(base: &str, login: Option<&str>) -> Self {
        // One host, and many questions.
        let config = agent_config(PATIENCE)
            .max_idle_connections_per_host(super::sync::AT_ONCE)
            .build();
        Self {
            base: base.trim_end_matches('/').to_owned(),
            login: login.map(|login| STANDARD.encode(login)),
            agent: Agent::new_with_config(config),
            elsewhere: Agent::with_parts(
                agent_config(PATIENCE).build(),
                DefaultConnector::default(),
                PublicOnly::default(),
            ),
            tokens: Mutex::default(),
        }
    }

    /// Its address without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Asks. `scope` names what a token is for, so that one serves for all of a kind. Of many
    /// thousand questions one may be lost on the way, or come too early for the registry: it is
    /// asked once more.
    ///
    /// # Errors
    /// When there is no answer, or none that can be understood.
    pub fn ask(
        &self,
        how: Ask,
        path: &str,
        accept: &str,
        scope: &str,
    ) -> Result<Answered, RegistryTrouble> {
        let pause = match self.ask_once(how, path, accept, scope) {
            Err(RegistryTrouble::Away) => RETRY,
            Err(RegistryTrouble::Limited { secs }) => {
                Duration::from_secs(secs.clamp(1, MOST_PAUSE_SECS))
            }
            other => return other,
        };
        thread::sleep(pause);
        self.ask_once(how, path, accept, scope)
    }

    fn ask_once(
        &self,
        how: Ask,
        path: &str,
        accept: &str,
        scope: &str,
    ) -> Result<Answered, RegistryTrouble> {
        let token = self.kept_token(scope);
        let response = self.request(how, path, accept, token.as_deref())?;
        if response.status() != 401 {
            return self.read(how, response);
        }
        let response = self.request(
            how,
            path,
            accept,
            Some(&self.authorization(&response, scope)?),
        )?;
        self.read(how, response)
    }

    /// The path of the page after one that answered, if there is one.
    ///
    /// # Errors
    /// When the answer leads elsewhere.
    pub fn next(
        &self,
        answered: &Answered,
        asked: &str,
    ) -> Result<Option<String>, RegistryTrouble> {
        answered.link.as_deref().map_or(Ok(None), |link| {
            next_page(link, &self.base, asked).map_err(|_| RegistryTrouble::SentOn)
        })
    }

    fn request(
        &self,
        how: Ask,
        path: &str,
        accept: &str,
        authorization: Option<&str>,
    ) -> Result<Response<Body>, RegistryTrouble> {
        let url = format!("{}{path}", self.base);
        let mut request = match how {
            Ask::Head => self.agent.head(&url),
            Ask::Get | Ask::Blob => self.agent.get(&url),
        };
        request = request.header(header::ACCEPT, accept);
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.call().map_err(|error| RegistryTrouble::of(&error))
    }

    fn kept_token(&self, scope: &str) -> Option<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |name: &str| {
            let (token, until) = tokens.get(name)?;
            (Instant::now() < *until).then(|| token.clone())
        };
        good(BASIC).or_else(|| good(scope))
    }

    /// What a challenge asks to be sent (RFC 9110, 11.6.1).
    fn authorization(
        &self,
        refused: &Response<Body>,
        scope: &str,
    ) -> Result<String, RegistryTrouble> {
        // Several may stand in one field, or each in one of its own.
        let fields: Vec<&str> = refused
            .headers()
            .get_all(header::WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        if fields.is_empty() {
            return Err(RegistryTrouble::Refused);
        }
        let challenges =
            Challenge::parse(&fields.join(", ")).map_err(|_| RegistryTrouble::Garbled)?;
        let login = self.login.as_ref().map(|login| format!("Basic {login}"));
        let bearer = challenges.iter().find_map(|challenge| match challenge {
            Challenge::Bearer(bearer) => Some(bearer),
            Challenge::Basic { .. } => None,
        });
        let (scope, authorization, life) = match (bearer, login) {
            (Some(bearer), login) => {
                let is_plain = self.base.starts_with("http://");
                let url = bearer
                    .token_url(is_plain)
                    .map_err(|_| RegistryTrouble::SentOn)?;
                let (token, life) = self.token(&url, login.as_deref())?;
                (scope, format!("Bearer {token}"), life)
            }
            // One for all that is asked.
            (None, Some(login)) if !challenges.is_empty() => (BASIC, login, PASSWORD_LIFE),
            (None, _) => return Err(RegistryTrouble::Refused),
        };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MOST_TOKENS {
            tokens.clear();
        }
        let until = Instant::now() + life.saturating_sub(MARGIN);
        tokens.insert(scope.to_owned(), (authorization.clone(), until));
        Ok(authorization)
    }

    /// Fetches a token. The login goes to the address that the registry names: whoever set the
    /// registry trusts it with that.
    fn token(&self, url: &str, login: Option<&str>) -> Result<(String, Duration), RegistryTrouble> {
        let mut request = self
            .agent
            .get(url)
            .header(header::ACCEPT, "application/json");
        if let Some(login) = login {
            request = request.header(header::AUTHORIZATION, login);
        }
        let mut response = request
            .call()
            .map_err(|error| RegistryTrouble::of(&error))?;
        if !known(response.status().as_u16())? {
            return Err(RegistryTrouble::Refused);
        }
        let body = bytes(&mut response)?;
        let token = Token::parse(&body).map_err(|_| RegistryTrouble::Garbled)?;
        Ok((token.token, Duration::from_secs(token.expires_in)))
    }

    fn read(&self, how: Ask, mut response: Response<Body>) -> Result<Answered, RegistryTrouble> {
        if response.status() == 429 {
            let secs = text(&response, &header::RETRY_AFTER).and_then(|secs| secs.parse().ok());
            let secs = secs.unwrap_or(1);
            return Err(RegistryTrouble::Limited { secs });
        }
        if response.status().is_redirection() {
            if how != Ask::Blob {
                return Err(RegistryTrouble::SentOn);
            }
            // Once, without our authorization: what is public there is signed in its address.
            let target = text(&response, &header::LOCATION).ok_or(RegistryTrouble::Garbled)?;
            if !target.starts_with("https://") {
                return Err(RegistryTrouble::SentOn);
            }
            // What is kept elsewhere and cannot be had there says nothing about the registry.
            response = self
                .elsewhere
                .get(&target)
                .call()
                .map_err(|error| match error {
                    // An address that is not public is one that is never asked.
                    ureq::Error::BadUri(_) | ureq::Error::HostNotFound => RegistryTrouble::SentOn,
                    _ => RegistryTrouble::Elsewhere,
                })?;
            match response.status().as_u16() {
                200 => {}
                429 | 500..=599 => return Err(RegistryTrouble::Elsewhere),
                _ => return Err(RegistryTrouble::SentOn),
            }
        }
        let is_there = known(response.status().as_u16())?;
        let media_type = text(&response, &header::CONTENT_TYPE).unwrap_or_default();
        Ok(Answered {
            is_there,
            media_type: media_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
            digest: text(
                &response,
                &header::HeaderName::from_static("docker-content-digest"),
            ),
            link: text(&response, &header::LINK),
            body: if how == Ask::Head || !is_there {
                Vec::new()
            } else {
                bytes(&mut response)?
            },
        })
    }
}

/// Whether what was asked for is there.
fn known(status: u16) -> Result<bool, RegistryTrouble> {
    match status {
        200 => Ok(true),
        404 | 410 => Ok(false),
        401 | 403 => Err(RegistryTrouble::Refused),
        429 => Err(RegistryTrouble::Limited { secs: 1 }),
        500..=599 => Err(RegistryTrouble::Failing),
        300..=399 => Err(RegistryTrouble::SentOn),
        _ => Err(RegistryTrouble::Garbled),
    }
}

fn text(response: &Response<Body>, name: &header::HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}

fn bytes(response: &mut Response<Body>) -> Result<Vec<u8>, RegistryTrouble> {
    response
        .body_mut()
        .with_config()
        .limit(MOST_BYTES)
        .read_to_vec()
        .map_err(|error| RegistryTrouble::of(&error))
}
