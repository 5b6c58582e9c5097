//! Answers that everybody may read and that are the same for all of them: kept by their tag, and
//! packed for whoever takes that.

use super::answer::{AGAIN, accepts, tagged};
use crate::secret;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use std::io::Write;

/// Bytes below which packing saves nothing.
const LEAST: usize = 1_024;

/// A value as JSON.
pub fn json(value: &impl Serialize, asked: &HeaderMap) -> Response {
    kept_json(value, AGAIN, asked)
}

/// A value as JSON that is good for its life, as `Cache-Control` says it.
pub fn kept_json(value: &impl Serialize, life: &'static str, asked: &HeaderMap) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => kept(text, "application/json", life, StatusCode::OK, asked),
        // Our types all are JSON.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A text of that media type, which is asked for again each time, cheaply.
pub fn answer(
    text: Vec<u8>,
    media_type: &'static str,
    status: StatusCode,
    asked: &HeaderMap,
) -> Response {
    kept(text, media_type, AGAIN, status, asked)
}

fn kept(
    text: Vec<u8>,
    media_type: &'static str,
    life: &'static str,
    status: StatusCode,
    asked: &HeaderMap,
) -> Response {
    let digest = secret::short_digest(&text);
    let is_packed = text.len() >= LEAST && accepts(asked, "gzip");
    // Another coding is another representation: it needs another tag.
    let tag = format!("\"{digest}{}\"", if is_packed { "-gzip" } else { "" });
    let mut response = tagged(tag, life, status, asked, || {
        let body = if is_packed { packed(&text) } else { text };
        let mut response = (status, Body::from(body)).into_response();
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if is_packed {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    });
    let vary = HeaderValue::from_static("Accept-Encoding");
    response.headers_mut().insert(header::VARY, vary);
    response
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(5));
    // Memory takes all that is written.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}
