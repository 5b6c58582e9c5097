//! Whether a request that changes something comes from our own pages. Browsers say
//! where a request comes from; scripts outside of browsers say nothing, and
//! have no session that somebody could abuse.

use super::refusal::Refusal;
use crate::service::Service;
use api::ProblemKind;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Refuses changes that another site’s page asks for.
pub async fn guard(State(service): State<Service>, request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || is_ours(request.headers(), service.settings.public_url.as_deref()) {
        next.run(request).await
    } else {
        Refusal::new(
            ProblemKind::Forbidden,
            "Only the pages of this site may ask for changes.",
        )
        .into_response()
    }
}

fn is_ours(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Sent by every browser in use; pages cannot set it.
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return true;
    };
    match public_url {
        Some(own) => origin.eq_ignore_ascii_case(own),
        // Without a set address, the one that the browser itself asked.
        None => {
            let host = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            host.is_some_and(|host| Some(host) == text(header::HOST.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(fields: &[(&'static str, &'static str)], public: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.insert(*name, value.parse().unwrap());
        }
        is_ours(&headers, public)
    }

    #[test]
    fn other_sites_change_nothing() {
        let host = ("host", "hub.example");
        assert!(ours(&[host, ("origin", "https://hub.example")], None));
        assert!(!ours(&[host, ("origin", "https://evil.example")], None));
        assert!(!ours(&[host, ("origin", "null")], None));
        assert!(!ours(&[host, ("sec-fetch-site", "cross-site")], None));
        assert!(!ours(&[host, ("sec-fetch-site", "same-site")], None));
        assert!(ours(&[host, ("sec-fetch-site", "same-origin")], None));
        // A script without a browser.
        assert!(ours(&[host], None));
        let public = Some("https://hub.example");
        assert!(ours(
            &[("host", "10.0.0.1:8080"), ("origin", "https://hub.example")],
            public
        ));
        // A name that was bent to this address (DNS rebinding).
        let bent = [("host", "evil.example"), ("origin", "http://evil.example")];
        assert!(!ours(&bent, public));
    }
}
