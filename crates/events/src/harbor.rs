//! Webhooks of Harbor: `PULL_ARTIFACT` and `PUSH_ARTIFACT` in its own format,
//! `harbor.artifact.pulled` and `harbor.artifact.pushed` as CloudEvents 1.0.
//!
//! Source: Harbor documentation, “Configure Webhook Notifications”. A webhook
//! says which artifact was pulled and when, not by whom or how: each resource is
//! one pull, by tag if it names one. Harbor's own format has no name for an
//! event, so a repeated one cannot be known; CloudEvents have one.

use crate::event::{Event, Kind, Reading, SetAside, Terms, Trouble, digest, id, tag};
use crate::redact::redacted;
use chrono::{DateTime, Utc};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "type")]
    kind: String,
    // Harbor's own format.
    occur_at: Option<i64>,
    event_data: Option<Data>,
    // CloudEvents.
    id: Option<String>,
    time: Option<String>,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    resources: Vec<Resource>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    digest: String,
    tag: Option<String>,
}

#[derive(Deserialize)]
struct Repository {
    repo_full_name: String,
}

/// Reads the body of a webhook. What cannot be read is set aside; the rest
/// counts.
pub fn read(body: &[u8], terms: &Terms<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut aside = |trouble| {
        reading.set_aside.push(SetAside {
            trouble,
            sent: redacted(body),
        });
    };
    let sent: Sent = match serde_json::from_slice(body) {
        Ok(sent) => sent,
        Err(why) => {
            aside(Trouble::Body(redacted(why.to_string().as_bytes())));
            return reading;
        }
    };
    let kind = match sent.kind.as_str() {
        "PULL_ARTIFACT" | "harbor.artifact.pulled" => Kind::Pulled,
        "PUSH_ARTIFACT" | "harbor.artifact.pushed" => Kind::Pushed,
        _ => {
            reading.passed_over = 1;
            return reading;
        }
    };
    let of_all = match Common::read(sent, terms) {
        Ok(common) => common,
        Err(trouble) => {
            aside(trouble);
            return reading;
        }
    };
    let Common {
        name,
        at,
        repository,
        resources,
    } = of_all;
    if resources.is_empty() {
        aside(Trouble::Shape("it names no artifact".to_owned()));
    }
    for (number, resource) in resources.iter().enumerate() {
        let read = || {
            Ok(Event {
                // One webhook may name several artifacts.
                id: name.as_ref().map(|name| format!("{name}/{number}")),
                at,
                kind,
                repository: repository.clone(),
                // Harbor writes the digest where an artifact has no tag.
                tag: tag(resource.tag.as_deref().filter(|tag| !tag.contains(':')))?,
                digest: digest(&resource.digest)?,
                address: None,
                user_agent: String::new(),
            })
        };
        match read() {
            Ok(event) => reading.events.push(event),
            Err(trouble) => reading.set_aside.push(SetAside {
                trouble,
                sent: redacted(body),
            }),
        }
    }
    reading
}

/// What all artifacts of a webhook have in common.
struct Common {
    name: Option<String>,
    at: DateTime<Utc>,
    repository: registry::RepositoryName,
    resources: Vec<Resource>,
}

impl Common {
    fn read(sent: Sent, terms: &Terms<'_>) -> Result<Self, Trouble> {
        let at = match (sent.time, sent.occur_at) {
            (Some(text), _) => DateTime::parse_from_rfc3339(&text)
                .map_err(|why| Trouble::Time(why.to_string()))?
                .with_timezone(&Utc),
            (None, Some(secs)) => DateTime::from_timestamp(secs, 0)
                .ok_or_else(|| Trouble::Time("so many seconds no calendar has".to_owned()))?,
            (None, None) => return Err(Trouble::Time("there is none".to_owned())),
        };
        let data = sent
            .event_data
            .or(sent.data)
            .ok_or_else(|| Trouble::Shape("it has neither event_data nor data".to_owned()))?;
        Ok(Self {
            name: sent.id.map(id).transpose()?,
            at: terms.time(at)?,
            repository: terms.repository(&data.repository.repo_full_name)?,
            resources: data.resources,
        })
    }
}
