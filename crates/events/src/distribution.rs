//! Notifications of CNCF Distribution (the reference registry), media type
//! `application/vnd.docker.distribution.events.v2+json`.
//!
//! Source: CNCF Distribution, “Notifications”, and its package `notifications`.
//! Manifests and layers alike are said to be pulled; which it was, the media
//! type tells. GET and HEAD alike are a pull; `request.method` tells them apart.

use crate::event::{
    Event, Kind, MOST_AGENT_BYTES, Method, Reading, SetAside, Terms, Trouble, beginning, digest,
    id, tag,
};
use crate::redact::redacted;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::net::{IpAddr, SocketAddr};

/// The media type of a notification's body.
pub const MEDIA_TYPE: &str = "application/vnd.docker.distribution.events.v2+json";

/// Media types of manifests that are no longer written, but still pulled.
const OLD_MANIFESTS: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
];

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    timestamp: String,
    action: String,
    #[serde(default)]
    target: Target,
    #[serde(default)]
    request: Asked,
}

#[derive(Default, Deserialize)]
struct Target {
    #[serde(default, rename = "mediaType")]
    media_type: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    repository: String,
    tag: Option<String>,
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    addr: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    useragent: String,
}

/// Reads the body of a notification. What cannot be read is set aside; the rest
/// counts.
pub fn read(body: &[u8], terms: &Terms<'_>) -> Reading {
    let mut reading = Reading::default();
    let envelope: Envelope<'_> = match serde_json::from_slice(body) {
        Ok(envelope) => envelope,
        Err(why) => {
            reading.set_aside.push(SetAside {
                trouble: Trouble::Body(redacted(why.to_string().as_bytes())),
                sent: redacted(body),
            });
            return reading;
        }
    };
    for sent in envelope.events {
        match event(sent.get(), terms) {
            Ok(Some(event)) => reading.events.push(event),
            Ok(None) => reading.passed_over += 1,
            Err(trouble) => reading.set_aside.push(SetAside {
                trouble,
                sent: redacted(sent.get().as_bytes()),
            }),
        }
    }
    reading
}

/// Reads an event; `None` for one that says nothing about a manifest, or that dsos itself asked for
/// one: it reads every tag from time to time.
fn event(sent: &str, terms: &Terms<'_>) -> Result<Option<Event>, Trouble> {
    // What the parser says may repeat what was sent.
    let sent: Sent = serde_json::from_str(sent)
        .map_err(|why| Trouble::Shape(redacted(why.to_string().as_bytes())))?;
    if !is_manifest(&sent.target.media_type) {
        return Ok(None);
    }
    let kind = match sent.action.as_str() {
        "push" => Kind::Pushed,
        "pull" if sent.request.useragent == registry::USER_AGENT => return Ok(None),
        "pull" => Kind::Asked(match sent.request.method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            other => {
                return Err(Trouble::Method(redacted(beginning(other, 40).as_bytes())));
            }
        }),
        _ => return Ok(None),
    };
    let at = DateTime::parse_from_rfc3339(&sent.timestamp)
        .map_err(|why| Trouble::Time(why.to_string()))?
        .with_timezone(&Utc);
    Ok(Some(Event {
        id: Some(id(sent.id)?),
        at: terms.time(at)?,
        kind,
        repository: terms.repository(&sent.target.repository)?,
        tag: tag(sent.target.tag.as_deref())?,
        digest: digest(&sent.target.digest)?,
        address: address(&sent.request.addr),
        user_agent: beginning(&sent.request.useragent, MOST_AGENT_BYTES).to_owned(),
    }))
}

fn is_manifest(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    registry::Kind::ALL
        .iter()
        .any(|kind| kind.media_type() == essence)
        || OLD_MANIFESTS.contains(&essence)
}

/// Reads the address of a client, with or without a port.
pub fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse::<SocketAddr>()
        .map(|socket| socket.ip())
        .or_else(|_| {
            text.trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<IpAddr>()
        })
        .ok()
        // The same client, whether the registry listens on both families or on one.
        .map(|address| address.to_canonical())
}
