//! What anybody may embed and check, from any site: badges, the keys behind them, credentials,
//! and which were taken back. No answer is an error that a readme would show: what is no
//! namespace, or none in the program, gets the grey badge.

use super::{
    answer::{FOR_GOOD, tagged},
    limits::Cost,
    policy,
    refusal::Refusal,
};
use crate::{secret, service::Service, store::StoreError};
use api::ProblemKind;
use axum::{
    Router,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use program::{
    BADGE_LABEL,
    addresses::{self, BADGES, KEY_SET},
    badge::{self, Ground, NOT_SPONSORED},
    namespace::Namespace,
};
use serde::Deserialize;
use serde_json::json;

/// How long a badge may be kept: within a minute of its end it is grey everywhere.
const BADGE_LIFE: &str = "public, max-age=30";

/// How long keys, credentials and lists may be kept.
const SIGNED_LIFE: &str = "public, max-age=60";

/// The media type of a JSON Web Token (RFC 7519, 10.3.1).
const JWT: &str = "application/jwt";

/// Seconds for which shields.io keeps its picture; it takes no fewer.
const SHIELDS_SECS: u32 = 300;

/// Most bytes of a name that is looked at; no namespace has more.
const MOST_BYTES: usize = 256;

/// The routes.
pub fn router(service: Service) -> Router {
    // Badges are asked for by whoever shows readmes to many; they take microseconds.
    let badges = Router::new().route(&format!("{BADGES}/{{*file}}"), get(picture));
    let others = Router::new()
        .route(KEY_SET, get(keys))
        .route(&addresses::key("{name}"), get(key))
        .route(&addresses::credential("{namespace}"), get(credential))
        .route(&addresses::status_list("{number}"), get(status))
        .route("/logo/{namespace}/{file}", get(logo));
    let others = match service.client_limits.layer(Cost::Ordinary) {
        Some(layer) => others.layer(layer),
        None => others,
    };
    badges
        .merge(others)
        .layer(middleware::map_response(open_to_all))
        .with_state(service)
}

/// How a badge is asked for.
#[derive(Deserialize)]
struct Look {
    /// The ground that it stands on; as the reader has set it, if nothing is said.
    #[serde(default)]
    theme: String,
}

/// An answer that others may embed and read, with its tag.
fn public(
    media_type: &'static str,
    life: &'static str,
    body: String,
    asked: &HeaderMap,
) -> Response {
    let tag = format!("\"{}\"", secret::short_digest(body.as_bytes()));
    tagged(tag, life, StatusCode::OK, asked, || {
        let media_type = HeaderValue::from_static(media_type);
        ([(header::CONTENT_TYPE, media_type)], body).into_response()
    })
}

/// Lets other sites embed an answer and read it, a refusal included: there is nothing private in
/// any of them.
async fn open_to_all(mut response: Response) -> Response {
    const ALL: [(HeaderName, &str); 2] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (super::EMBEDDED_BY, "cross-origin"),
    ];
    for (name, value) in ALL {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// The badge of a namespace as a picture, or as shields.io reads it.
async fn picture(
    State(service): State<Service>,
    // What cannot be read is no namespace, and no error.
    path: Result<Path<String>, PathRejection>,
    look: Result<Query<Look>, QueryRejection>,
    asked: HeaderMap,
) -> Response {
    let file = path.map(|Path(file)| file).unwrap_or_default();
    let (name, is_json) = match (file.strip_suffix(".svg"), file.strip_suffix(".json")) {
        (Some(name), _) => (name, false),
        (_, Some(name)) => (name, true),
        _ => (file.as_str(), false),
    };
    let namespace = (name.len() <= MOST_BYTES)
        .then(|| Namespace::parse(name).ok())
        .flatten();
    let is_sponsored = match &namespace {
        Some(namespace) => match service.sponsorship(namespace).await {
            Ok(sponsorship) => sponsorship.is_sponsored(),
            Err(error) => return unknown(&error),
        },
        None => false,
    };
    if is_json {
        let (message, color) = if is_sponsored {
            (BADGE_LABEL, "1b4d9b")
        } else {
            (NOT_SPONSORED, "lightgrey")
        };
        // https://shields.io/badges/endpoint-badge
        let body = json!({
            "schemaVersion": 1,
            "label": "docker",
            "message": message,
            "color": color,
            "cacheSeconds": SHIELDS_SECS,
        });
        return public("application/json", BADGE_LIFE, body.to_string(), &asked);
    }
    let theme = look.map(|Query(look)| look.theme).unwrap_or_default();
    let ground = Ground::of_id(&theme).unwrap_or_default();
    let svg = badge::svg(
        namespace.as_ref().map(Namespace::as_str),
        is_sponsored,
        ground,
    );
    let policy = policy::of_picture(&svg);
    let mut response = public("image/svg+xml", BADGE_LIFE, svg, &asked);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// When it cannot be found out, nothing is said: a grey badge would be a false word, and what
/// others have kept goes on being shown.
fn unknown(error: &StoreError) -> Response {
    tracing::error!(%error, "a badge could not be answered");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// The public keys with which credentials are checked.
async fn keys(State(service): State<Service>, asked: HeaderMap) -> Result<Response, Refusal> {
    let keys = service.public_keys().await?;
    Ok(public(
        "application/jwk-set+json",
        SIGNED_LIFE,
        keys.json().to_string(),
        &asked,
    ))
}

/// One of them, at the address by which credentials name it.
async fn key(
    State(service): State<Service>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let keys = service.public_keys().await?;
    let id = format!("{}{}", service.base_url, addresses::key(&name));
    let key = keys.key(&id).ok_or_else(unpublished)?;
    Ok(public(
        "application/jwk+json",
        SIGNED_LIFE,
        key.json().to_string(),
        &asked,
    ))
}

/// The credential of a namespace that was signed last.
async fn credential(
    State(service): State<Service>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let namespace = Namespace::parse(&name).map_err(|_| unpublished())?;
    let token = service.credential(&namespace).await?;
    let token = token.ok_or_else(unpublished)?;
    Ok(public(JWT, SIGNED_LIFE, token, &asked))
}

/// Which credentials were taken back.
async fn status(
    State(service): State<Service>,
    Path(number): Path<String>,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let number = number.parse().map_err(|_| unpublished())?;
    let list = service.status_list(number).await?;
    let list = list.ok_or_else(unpublished)?;
    Ok(public(JWT, SIGNED_LIFE, list, &asked))
}

/// The logo of a namespace in that version.
async fn logo(
    State(service): State<Service>,
    Path((name, file)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let namespace = Namespace::parse(&name).map_err(|_| unpublished())?;
    let version = file.strip_suffix(".png").ok_or_else(unpublished)?;
    let png = service.logo(&namespace, version.to_owned()).await?;
    let png = png.ok_or_else(unpublished)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD)),
    ];
    Ok((headers, png).into_response())
}

/// There is nothing of that name.
fn unpublished() -> Refusal {
    Refusal::new(
        ProblemKind::NotFound,
        "Nothing is published under this address. A namespace that is not in the program has no credential.",
    )
}
