//! The outbox on a listener that only this machine reaches: what waits to go out, for
//! whoever runs the server, while no mail server is set.

use super::policy;
use crate::{
    service::Service,
    store::outbox::{self, Waiting},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

/// Most mails that are shown.
const MOST: u32 = 200;

/// The listener's pages.
pub fn router(service: Service) -> Router {
    Router::new().route("/", get(list)).with_state(service)
}

async fn list(State(service): State<Service>, headers: HeaderMap) -> Response {
    // A page elsewhere could bend a name to this address (DNS rebinding).
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let found = service
        .with_store(|store| store.read(|connection| outbox::waiting(connection, MOST)))
        .await;
    match found {
        Ok(mails) => (
            [
                (header::CACHE_CONTROL, "no-store"),
                (header::CONTENT_SECURITY_POLICY, policy::NOTHING),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::REFERRER_POLICY, "no-referrer"),
            ],
            Html(page(&mails)),
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "the outbox cannot be shown");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn page(mails: &[Waiting]) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Outbox</title><h1>Outbox, newest first</h1>",
    );
    if mails.is_empty() {
        page.push_str("<p>Nothing waits to go out.</p>");
    }
    for mail in mails {
        page.push_str(&format!(
            "<article><h2>{}</h2><p>{} UTC, to {}</p>{}<pre wrap>{}</pre></article><hr>",
            escaped(&mail.subject),
            mail.written_at.format("%Y-%m-%d %H:%M"),
            if mail.to.is_empty() {
                "nobody".to_owned()
            } else {
                escaped(&mail.to)
            },
            mail.last_error
                .as_deref()
                .map_or_else(String::new, |error| {
                    format!("<p>It did not go out: {}</p>", escaped(error))
                }),
            escaped(&mail.text),
        ));
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
