//! One request, one answer: which file, in which coding, kept for how long.

use super::site::{Asset, Site, is_hashed};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use program::addresses::{NAMESPACES, below, namespace_of};

/// What must be asked for again each time, cheaply.
pub(super) const AGAIN: &str = "no-cache";

/// What never changes under its name.
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Where one page answers for all addresses one below it, and whether it answers at its
/// own address, too.
const FOR_ALL_BELOW: [(&str, bool); 2] = [("/applications", false), ("/review", true)];

/// The answer to a request for a file.
pub fn answer(site: &Site, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let mut answer = found(site, uri, headers);
    if method == Method::HEAD {
        // The headers stay, the length among them.
        *answer.body_mut() = Body::empty();
    }
    answer
}

/// Pages below that of a namespace, whichever namespace it is: what its address ends in, and the
/// file.
const OF_NAMESPACE: [(&str, &str); 2] = [
    ("/settings", "/n/_/settings"),
    ("/insights", "/n/_/insights"),
];

fn found(site: &Site, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    for (after, page) in OF_NAMESPACE {
        if let Some(name) = below(NAMESPACES, path).and_then(|rest| rest.strip_suffix(after))
            && !name.is_empty()
            && !name.contains('/')
            && let Some(asset) = site.asset(page)
        {
            return sent(asset, StatusCode::OK, headers);
        }
    }
    for (folder, has_own) in FOR_ALL_BELOW {
        if let Some(name) = path.strip_prefix(folder)
            && let Some(asset) = site.asset(folder)
        {
            let is_one = name.len() > 1 && name.rfind('/') == Some(0);
            if is_one {
                return sent(asset, StatusCode::OK, headers);
            }
            if !has_own && let Some(page) = site.missing() {
                return sent(page, StatusCode::NOT_FOUND, headers);
            }
        }
    }
    if let Some(asset) = site.asset(path) {
        return sent(asset, StatusCode::OK, headers);
    }
    let bare = path.trim_end_matches('/');
    if bare.len() < path.len() && (site.asset(bare).is_some() || namespace_of(bare).is_some()) {
        return moved(bare, uri);
    }
    if let Some(folder) = path.strip_suffix("/index.html")
        && let folder = if folder.is_empty() { "/" } else { folder }
        && site.asset(folder).is_some()
    {
        return moved(folder, uri);
    }
    // A page instead of a script or a wasm file would be an error harder to understand.
    let is_file = is_hashed(path)
        || path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'));
    match site.missing() {
        Some(page) if !is_file => sent(page, StatusCode::NOT_FOUND, headers),
        _ => (
            StatusCode::NOT_FOUND,
            [(header::CACHE_CONTROL, HeaderValue::from_static(AGAIN))],
        )
            .into_response(),
    }
}

/// To the one address that a page has. The path is one of the site's own, so it leads nowhere else.
fn moved(path: &str, uri: &Uri) -> Response {
    let target = uri
        .query()
        .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    match HeaderValue::try_from(target) {
        Ok(target) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

pub(super) fn sent(asset: &Asset, status: StatusCode, headers: &HeaderMap) -> Response {
    let (coding, body) = coded(asset, headers);
    // Another coding is another representation: it needs another tag.
    let tag = match coding {
        Some(coding) => format!("\"{}-{coding}\"", asset.digest),
        None => format!("\"{}\"", asset.digest),
    };
    let life = if asset.is_hashed { FOR_GOOD } else { AGAIN };
    let mut answer = tagged(tag, life, status, headers, || {
        let mut answer = (status, Body::from(body.clone())).into_response();
        let fields = answer.headers_mut();
        fields.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        );
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if let Some(coding) = coding {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        answer
    });
    let fields = answer.headers_mut();
    if asset.brotli.is_some() || asset.gzip.is_some() {
        fields.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let Some(policy) = &asset.policy {
        fields.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    }
    answer
}

/// What is kept for its life under its tag. Whoever has that version is told so; for all others
/// it is made.
pub(super) fn tagged(
    tag: String,
    life: &'static str,
    status: StatusCode,
    asked: &HeaderMap,
    whole: impl FnOnce() -> Response,
) -> Response {
    let mut answer = if status == StatusCode::OK && has_tag(asked, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole()
    };
    let fields = answer.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(life));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        fields.insert(header::ETAG, tag);
    }
    answer
}

/// The best copy that the client takes: brotli before gzip before plain.
fn coded<'a>(asset: &'a Asset, headers: &HeaderMap) -> (Option<&'static str>, &'a Bytes) {
    let copies = [("br", &asset.brotli), ("gzip", &asset.gzip)];
    copies
        .into_iter()
        .find_map(|(coding, copy)| {
            let copy = copy.as_ref()?;
            accepts(headers, coding).then_some((Some(coding), copy))
        })
        .unwrap_or((None, &asset.plain))
}

/// Whether `Accept-Encoding` names a coding and does not refuse it (`q=0`).
pub(super) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    listed(headers, header::ACCEPT_ENCODING).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused =
            |part: &str| part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
        is_named && !parts.any(refused)
    })
}

/// Whether the client has this version already.
fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    listed(headers, header::IF_NONE_MATCH)
        .any(|item| item == "*" || item.trim_start_matches("W/") == tag)
}

/// The items of a header that may be given as a list or several times.
fn listed(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}
