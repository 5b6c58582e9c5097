//! Answering requests: the site's files, what says that the server is well, and
//! the headers that every answer carries.

mod answer;
pub mod policy;
pub mod site;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
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

/// The whole server, over a loaded site.
pub fn router(site: Site) -> Router {
    let router = Router::new()
        .route("/healthz", get(async || "well\n"))
        .fallback(file)
        .with_state(Arc::new(site));
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

async fn file(State(site): State<Arc<Site>>, request: Request) -> Response {
    answer::answer(&site, request.method(), request.uri(), request.headers())
}
