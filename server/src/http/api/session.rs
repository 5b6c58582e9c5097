//! Signing in over HTTP. The session is a cookie that no script can read and no other
//! site's page can send along.

use crate::{
    accounts::{Asking, CODE_LIFE, KNOWN_LIFE, SESSION_LIFE, SignInError},
    http::refusal::{Body, Refusal},
    people::me as me_of,
    secret::{self, NoRandomness},
    service::Service,
    store::accounts::Account,
};
use api::{
    Problem, ProblemKind,
    account::{Me, Scope},
    session::{CodeGiven, CodeRequest, CodeSent},
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use chrono::{DateTime, TimeDelta, Utc};
use program::wording::{Plain, Wording};

/// The cookies of this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The session.
    Session,
    /// What the browser holds that asked for a code.
    Asking,
    /// What tells that the browser signed in before.
    Known,
}

impl Cookie {
    /// Its name. Over HTTPS it has the prefix with which browsers take it from nobody but
    /// this very host (RFC 6265bis, 4.1.3.2).
    pub(super) const fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-dsos-session",
            (Self::Session, false) => "dsos-session",
            (Self::Asking, true) => "__Host-dsos-asking",
            (Self::Asking, false) => "dsos-asking",
            (Self::Known, true) => "__Host-dsos-known",
            (Self::Known, false) => "dsos-known",
        }
    }
}

/// Whether browsers reach this server over HTTPS. Over plain HTTP, which is for trying
/// things on one machine, a browser would drop a cookie that is only for HTTPS.
pub(super) fn is_secure(service: &Service) -> bool {
    service.base_url.starts_with("https://")
}

impl From<SignInError> for Refusal {
    fn from(error: SignInError) -> Self {
        let at = |time: DateTime<Utc>| Plain.time(time);
        let detail = match error {
            SignInError::Store(error) => return error.into(),
            SignInError::NoRandomness => return NoRandomness.into(),
            SignInError::TooSoon { again } => {
                let detail = format!("A code was sent a moment ago. Another one can be had at {}.", at(again));
                return Self(Problem::new(ProblemKind::TooMany, detail));
            }
            SignInError::TooMany { again } => {
                let detail = format!("Too many codes were sent to this address. Another one can be had at {}.", at(again));
                return Self(Problem::new(ProblemKind::TooMany, detail));
            }
            SignInError::Void => {
                "This is not the code we sent last, and it was the last try: the code is void. Ask for a new one.".to_owned()
            }
            SignInError::Wrong { left: 1 } => {
                "This is not the code we sent last. One try is left.".to_owned()
            }
            SignInError::Wrong { left } => {
                format!("This is not the code we sent last. {left} tries are left.")
            }
            SignInError::Expired => {
                "The code is no longer good, or was asked for in another browser. Ask for a new one."
                    .to_owned()
            }
        };
        Self(Problem::new(ProblemKind::SignIn, detail))
    }
}

/// Whoever is signed in, and the secret of the session; others are refused.
pub struct SignedIn {
    /// Who it is.
    pub person: Account,
    /// The session’s secret.
    pub session: String,
}

impl FromRequestParts<Service> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        let found = match cookie(service, &parts.headers, Cookie::Session) {
            Some(session) => (service.signed_in(session).await?).map(|person| Self {
                person,
                session: session.to_owned(),
            }),
            None => None,
        };
        let found = found.ok_or_else(nobody)?;
        service.account_limit.count(found.person.id)?;
        Ok(found)
    }
}

fn nobody() -> Refusal {
    Refusal::new(
        ProblemKind::SignIn,
        "Sign in first: this is for people with an account.",
    )
}

/// Whoever runs the program; others are refused.
pub struct Staff(pub Account);

impl FromRequestParts<Service> for Staff {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        let SignedIn { person, .. } = SignedIn::from_request_parts(parts, service).await?;
        if person.is_staff {
            Ok(Self(person))
        } else {
            Err(Refusal::new(
                ProblemKind::Forbidden,
                "This is for the people who run the program.",
            ))
        }
    }
}

/// Somebody who reads: by a session, or a script with a token that may.
pub struct Reads(pub Account);

/// Somebody who changes something: by a session, or a script with a token that may.
pub struct Writes(pub Account);

impl FromRequestParts<Service> for Reads {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        by_session_or_token(parts, service, Scope::Read)
            .await
            .map(Self)
    }
}

impl FromRequestParts<Service> for Writes {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        by_session_or_token(parts, service, Scope::Write)
            .await
            .map(Self)
    }
}

async fn by_session_or_token(
    parts: &mut Parts,
    service: &Service,
    needed: Scope,
) -> Result<Account, Refusal> {
    let Some(token) = bearer(&parts.headers) else {
        let SignedIn { person, .. } = SignedIn::from_request_parts(parts, service).await?;
        return Ok(person);
    };
    let (person, scope) = service.token_owner(token).await?.ok_or_else(|| {
        Refusal::new(
            ProblemKind::SignIn,
            "The token is none, has ended or was revoked. Make a new one on the page of your account.",
        )
    })?;
    service.account_limit.count(person.id)?;
    if scope.allows(needed) {
        Ok(person)
    } else {
        Err(Refusal::new(
            ProblemKind::Forbidden,
            "The token may only read. Make one that may write.",
        ))
    }
}

/// The token of a script or a registry (RFC 6750, 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whoever is signed in, if anybody is; it counts as a request of theirs.
pub async fn maybe_signed_in(
    service: &Service,
    headers: &HeaderMap,
) -> Result<Option<Account>, Refusal> {
    let Some(session) = cookie(service, headers, Cookie::Session) else {
        return Ok(None);
    };
    let found = service.signed_in(session).await?;
    if let Some(person) = &found {
        service.account_limit.count(person.id)?;
    }
    Ok(found)
}

fn cookie<'a>(service: &Service, headers: &'a HeaderMap, cookie: Cookie) -> Option<&'a str> {
    let name = cookie.name(is_secure(service));
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie for this site alone, in an answer; `secs` of 0 removes it.
fn set_cookie(headers: &mut HeaderMap, service: &Service, cookie: Cookie, value: &str, secs: i64) {
    let secure = is_secure(service);
    let name = cookie.name(secure);
    let ending = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={secs}{ending}");
    // Names and secrets are letters, digits and dashes.
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Nothing on the way keeps it.
fn unkept() -> HeaderMap {
    HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))])
}

/// Have a code to sign in sent
///
/// The answer is the same whether an account has the address or not.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = CodeRequest, responses(
    (status = 202, body = CodeSent),
    (status = 400, body = Problem), (status = 403, body = Problem), (status = 413, body = Problem),
    (status = 422, body = Problem), (status = 429, body = Problem)
))]
pub async fn ask(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body<CodeRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let browser = secret::secret()?;
    let held = |which| cookie(&service, &headers, which).map(str::to_owned);
    let asking = Asking {
        before: held(Cookie::Asking),
        known: held(Cookie::Known),
    };
    let sent = service
        .send_code(body.value.mail, browser.clone(), asking)
        .await?;
    let mut headers = unkept();
    let life = CODE_LIFE.num_seconds();
    set_cookie(&mut headers, &service, Cookie::Asking, &browser, life);
    Ok((StatusCode::ACCEPTED, headers, Json(sent)))
}

/// Give the code back and be signed in
#[utoipa::path(post, path = "/api/v1/sign-in/code", request_body = CodeGiven, responses(
    (status = 200, body = Me),
    (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 413, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)
))]
pub async fn give(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body<CodeGiven>,
) -> Result<impl IntoResponse, Refusal> {
    let browser = cookie(&service, &headers, Cookie::Asking)
        .unwrap_or_default()
        .to_owned();
    let CodeGiven { mail, code } = body.value;
    let begun = service.sign_in(mail, &code, browser).await?;
    let mut headers = unkept();
    for (which, value, life) in [
        (Cookie::Session, begun.session.as_str(), SESSION_LIFE),
        (Cookie::Known, begun.known.as_str(), KNOWN_LIFE),
        (Cookie::Asking, "", TimeDelta::zero()),
    ] {
        set_cookie(&mut headers, &service, which, value, life.num_seconds());
    }
    Ok((headers, Json(me_of(&begun.account))))
}

/// End the session
#[utoipa::path(post, path = "/api/v1/sign-out", responses(
    (status = 204), (status = 403, body = Problem)
))]
pub async fn leave(
    State(service): State<Service>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    if let Some(session) = cookie(&service, &headers, Cookie::Session) {
        service.sign_out(session).await?;
    }
    let mut headers = unkept();
    set_cookie(&mut headers, &service, Cookie::Session, "", 0);
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Whoever is signed in
#[utoipa::path(get, path = "/api/v1/me", security(("session" = [])), responses(
    (status = 200, body = Me), (status = 401, body = Problem), (status = 429, body = Problem)
))]
pub async fn me(SignedIn { person, .. }: SignedIn) -> impl IntoResponse {
    (unkept(), Json(me_of(&person)))
}
