//! Answering requests: the API, the site's files, what says that the server is well,
//! and the headers that every answer carries.

mod answer;
pub mod api;
mod client;
pub mod limits;
pub mod listen;
mod origin;
pub mod outbox;
pub mod policy;
mod refusal;
pub mod site;

use crate::{log, service::Service};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::Response,
    routing::get,
};
use site::Site;
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;

/// What every answer carries, whatever it is.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// The whole server, over a loaded site and open data.
pub fn router(site: Site, service: Service) -> Router {
    let site = Router::new().fallback(file).with_state(Arc::new(site));
    let router = Router::new()
        .route("/healthz", get(async || "well\n"))
        .route("/readyz", get(ready).with_state(service.clone()))
        .merge(api::router(service))
        .fallback_service(site);
    let router = router.layer(middleware::from_fn(log::requests));
    let router = ALWAYS.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::overriding(
            name,
            HeaderValue::from_static(value),
        ))
    });
    // What has no policy of its own is nothing that may run.
    router.layer(SetResponseHeaderLayer::if_not_present(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy::NOTHING),
    ))
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

async fn file(State(site): State<Arc<Site>>, request: Request) -> Response {
    answer::answer(&site, request.method(), request.uri(), request.headers())
}
