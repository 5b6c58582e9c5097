//! What the server says while it runs: lines with fields, on standard error. Nothing in
//! them is personal: routes are named by their pattern, and no address, name or key is among them.

use crate::{secret, settings::LogForm};
use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use program::addresses::{BADGES, EVENTS, below};
use std::{io, time::Instant};
use tracing::{Instrument, Level};
use tracing_subscriber::{filter::LevelFilter, fmt, prelude::*};

/// The header with which an answer can be found in the log.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Begins to write what is said. Only the first call of a process does something.
pub fn begin(form: LogForm) {
    let layer = fmt::layer().with_writer(io::stderr).with_target(false);
    let layer = match form {
        LogForm::Text => layer.with_ansi(false).boxed(),
        LogForm::Json => layer.json().flatten_event(true).boxed(),
    };
    let subscriber = tracing_subscriber::registry()
        .with(layer)
        .with(LevelFilter::from_level(Level::INFO));
    // A second one would be another start within one process, as in tests.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Gives every request an id and says how it went.
pub async fn requests(request: Request, next: Next) -> Response {
    let id = secret::name().unwrap_or_default();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let begun = Instant::now();
    let span = tracing::info_span!("request", %id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    let status = response.status().as_u16();
    let ms = begun.elapsed().as_millis();
    // Files of the site are many and tell little; what fails is always told.
    match route {
        Some(route) if status >= 500 => tracing::error!(%method, route, status, ms, "answered"),
        // Badges stand in every readme, and registries report every pull: what goes well with them
        // tells as little.
        Some(route)
            if status < 400
                && [BADGES, EVENTS]
                    .iter()
                    .any(|of| below(of, &route).is_some()) => {}
        Some(route) => tracing::info!(%method, route, status, ms, "answered"),
        None if status >= 500 => tracing::error!(%method, status, ms, "answered"),
        None => {}
    }
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
