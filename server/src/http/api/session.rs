//! Signing in over HTTP. The session is a cookie that no script can read and no other
//! site's page can send along.

use crate::{
    accounts::{CODE_LIFE, SESSION_LIFE, SignInError},
    http::refusal::{Body, Refusal},
    secret::{self, NoRandomness},
    service::Service,
    store::accounts::Account,
};
use api::{
    Problem, ProblemKind,
    session::{CodeGiven, CodeRequest, CodeSent, Me},
};
use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use chrono::{DateTime, Utc};
use program::wording::{Plain, Wording};

/// The session’s cookie.
const SESSION: &str = "dsos-session";

/// The cookie of the browser that asked for a code.
const ASKING: &str = "dsos-asking";

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
            SignInError::Blocked { until } => {
                let detail = format!("Too many wrong codes. The last one is void; from {} you can ask for a new one.", at(until));
                return Self(Problem::new(ProblemKind::TooMany, detail));
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

/// Whoever is signed in; others are refused.
pub struct SignedIn(pub Account);

impl FromRequestParts<Service> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        let person = match cookie(&parts.headers, SESSION) {
            Some(session) => service.signed_in(session).await?,
            None => None,
        };
        person.map(Self).ok_or_else(|| {
            Refusal::new(
                ProblemKind::SignIn,
                "Sign in first: this is for people with an account.",
            )
        })
    }
}

/// Whoever runs the program; others are refused.
pub struct Staff(pub Account);

impl FromRequestParts<Service> for Staff {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Refusal> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, service).await?;
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

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie for this site alone; `secs` of 0 removes it.
fn set_cookie(
    service: &Service,
    name: &str,
    value: &str,
    secs: i64,
) -> Option<(HeaderName, HeaderValue)> {
    // Over plain HTTP, which is for trying things on one machine, a browser would drop it.
    let secure = if service.base_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={secs}{secure}");
    HeaderValue::try_from(text)
        .ok()
        .map(|value| (header::SET_COOKIE, value))
}

/// Have a code to sign in sent
///
/// The answer is the same whether an account has the address or not.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = CodeRequest, responses(
    (status = 202, body = CodeSent),
    (status = 400, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)
))]
pub async fn ask(
    State(service): State<Service>,
    body: Body<CodeRequest>,
) -> Result<impl IntoResponse, Refusal> {
    let browser = secret::secret()?;
    let sent = service.send_code(body.value.mail, browser.clone()).await?;
    let mut headers = HeaderMap::new();
    headers.extend(set_cookie(
        &service,
        ASKING,
        &browser,
        CODE_LIFE.num_seconds(),
    ));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((StatusCode::ACCEPTED, headers, Json(sent)))
}

/// Give the code back and be signed in
#[utoipa::path(post, path = "/api/v1/sign-in/code", request_body = CodeGiven, responses(
    (status = 200, body = Me),
    (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 429, body = Problem)
))]
pub async fn give(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body<CodeGiven>,
) -> Result<impl IntoResponse, Refusal> {
    let browser = cookie(&headers, ASKING).unwrap_or_default().to_owned();
    let CodeGiven { mail, code } = body.value;
    let (person, session) = service.sign_in(mail, &code, browser).await?;
    let mut headers = HeaderMap::new();
    headers.extend(set_cookie(
        &service,
        SESSION,
        &session,
        SESSION_LIFE.num_seconds(),
    ));
    if let Some((name, value)) = set_cookie(&service, ASKING, "", 0) {
        headers.append(name, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, Json(me_of(person))))
}

/// End the session
#[utoipa::path(post, path = "/api/v1/sign-out", responses(
    (status = 204), (status = 403, body = Problem)
))]
pub async fn leave(
    State(service): State<Service>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    if let Some(session) = cookie(&headers, SESSION) {
        service.sign_out(session).await?;
    }
    let mut headers = HeaderMap::new();
    headers.extend(set_cookie(&service, SESSION, "", 0));
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Whoever is signed in
#[utoipa::path(get, path = "/api/v1/me", responses(
    (status = 200, body = Me), (status = 401, body = Problem)
))]
pub async fn me(SignedIn(person): SignedIn) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(me_of(person)))
}

fn me_of(person: Account) -> Me {
    Me {
        mail: person.mail,
        name: person.name,
        is_staff: person.is_staff,
    }
}
