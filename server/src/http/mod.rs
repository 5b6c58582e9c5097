//! Answering requests: the API, the site's files, what says that the server is well,
//! and the headers that every answer carries.

mod answer;
pub mod api;
mod client;
mod crawlers;
mod described;
pub mod events;
pub mod files;
pub mod limits;
pub mod listen;
mod open;
mod origin;
pub mod outbox;
pub mod policy;
pub mod published;
pub mod publisher;
mod refusal;
pub mod site;

use crate::{log, service::Service};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use limits::Cost;
use program::addresses;
use refusal::Refusal;
use site::Site;
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;

/// What every answer carries, whatever it is.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Who may embed an answer (Fetch, “Cross-Origin-Resource-Policy header”).
const EMBEDDED_BY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What an answer carries that says nothing else: nothing of it may run, and no other site may
/// embed it.
const UNLESS: [(HeaderName, &str); 2] = [
    (header::CONTENT_SECURITY_POLICY, policy::NOTHING),
    (EMBEDDED_BY, "same-origin"),
];

/// The whole server, over a loaded site and open data.
pub fn router(site: Site, service: Service) -> Router {
    // What is worked out for each request has the limits of the API; files have none.
    let described = Router::new()
        .route("/sitemap.xml", get(sitemap))
        .route("/explore", get(file))
        .route(&addresses::page("{name}"), get(file))
        .route(&addresses::verify("{name}"), get(file))
        .method_not_allowed_fallback(file);
    let described = match service.client_limits.layer(Cost::Ordinary) {
        Some(layer) => described.layer(layer),
        None => described,
    };
    let site = Router::new()
        .route("/robots.txt", get(robots))
        .merge(described)
        .fallback(file)
        .with_state((Arc::new(site), service.clone()));
    let router = Router::new()
        .route("/healthz", get(async || "well\n"))
        .route("/readyz", get(ready).with_state(service.clone()))
        .merge(published::router(service.clone()))
        .merge(events::router(service.clone()))
        .merge(publisher::router(service.clone()))
        .merge(api::router(service))
        .fallback_service(site);
    let router = router.layer(middleware::from_fn(log::requests));
    let router = ALWAYS.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::overriding(
            name,
            HeaderValue::from_static(value),
        ))
    });
    UNLESS.into_iter().fold(router, |router, (name, value)| {
        let value = HeaderValue::from_static(value);
        router.layer(SetResponseHeaderLayer::if_not_present(name, value))
    })
}

/// Whether requests can be answered now: the data can be read.
async fn ready(State(service): State<Service>) -> (StatusCode, &'static str) {
    match service.with_store(|store| store.check()).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

type Pages = (Arc<Site>, Service);

/// A page about something that the server knows, or else a file of the site.
async fn file(State((site, service)): State<Pages>, request: Request) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    if (method == Method::GET || method == Method::HEAD)
        && let Some(page) = described::page(&service, &site, uri, headers).await
    {
        return page;
    }
    answer::answer(&site, method, uri, headers)
}

async fn robots(State((_, service)): State<Pages>) -> impl IntoResponse {
    let text = crawlers::robots(&service.base_url);
    ([(header::CACHE_CONTROL, "no-cache")], text)
}

async fn sitemap(State((_, service)): State<Pages>) -> Result<impl IntoResponse, Refusal> {
    let xml = crawlers::sitemap(&service).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/xml"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, xml))
}
