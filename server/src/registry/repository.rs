//! Reading one repository of a registry: its tags, what they stand for, and of what is new, the
//! manifest and the configuration of its image.

use super::client::{Answered, Ask, Client, JSON, RegistryTrouble};
use crate::{
    secret,
    store::registry::{GARBLED, KeptManifest, KeptTag},
};
use chrono::{DateTime, Utc};
use registry::{
    Digest, ImageConfig, Labels, Manifest, Page, Reference, RepositoryName, Tag, TagList, accept,
    blob_path, manifest_path, page_path,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Tags that one page is asked for.
const PAGE: u32 = 1_000;

/// Most tags of one repository that are read.
const MOST_TAGS: usize = 5_000;

/// Most platforms of one image that are kept.
const MOST_PLATFORMS: usize = 32;

/// Most characters of a label that are kept: pages show a line.
const MOST_LABEL: usize = 500;

/// Media types of a configuration and of anything else that a digest may stand for.
const ANY: &str = "*/*";

/// What a repository has.
#[derive(Debug, Default)]
pub(super) struct RepositoryRead {
    /// Its tags, each with the digest that it stands for, if the registry says.
    pub tags: Vec<KeptTag>,
    /// What was new.
    pub manifests: Vec<KeptManifest>,
}

/// What is known before a reading.
pub(super) struct Known {
    /// The digests whose manifests are kept.
    pub digests: HashSet<String>,
    /// The repositories, each with its namespace, and when they were read.
    pub repositories: HashMap<String, DateTime<Utc>>,
    /// When the reading began.
    pub now: DateTime<Utc>,
}

/// What is asked of a tag that was never read: its manifest at once, since it will be needed;
/// of a known one, its digest.
fn how(known: &Known, name: &RepositoryName) -> Ask {
    if known.repositories.contains_key(name.as_str()) {
        Ask::Head
    } else {
        Ask::Get
    }
}

/// Reads a repository; nothing if the registry does not have it any more.
///
/// # Errors
/// When the registry does not answer, or not so that it can be understood.
pub(super) fn repository(
    client: &Client,
    name: &RepositoryName,
    known: &Known,
) -> Result<Option<RepositoryRead>, RegistryTrouble> {
    let scope = format!("repository:{name}:pull");
    let Some(tags) = tags(client, name, &scope)? else {
        return Ok(None);
    };
    let mut read = RepositoryRead::default();
    let mut seen: HashSet<String> = HashSet::new();
    let how = how(known, name);
    for tag in tags {
        let path = manifest_path(name, &Reference::Tag(tag.clone()));
        let answered = match client.ask(how, &path, &accept(), &scope) {
            // A monster: its digest is in the head, and what it is is asked for by that.
            Err(RegistryTrouble::TooMuch) => client.ask(Ask::Head, &path, &accept(), &scope)?,
            other => other?,
        };
        if !answered.is_there {
            // Deleted since it was listed; a registry may list a tag without its manifest.
            continue;
        }
        let digest = answered
            .digest
            .as_deref()
            .and_then(|text| Digest::parse(text).ok());
        if let Some(digest) = &digest
            && !known.digests.contains(digest.as_str())
            && seen.insert(digest.as_str().to_owned())
        {
            let fetched = if answered.body.is_empty() {
                fetched(client, name, digest, &scope)?
            } else {
                Fetched::There(answered)
            };
            read.manifests
                .extend(manifest(client, name, digest, fetched, &scope, known.now)?);
        }
        read.tags.push(KeptTag {
            tag: tag.as_str().to_owned(),
            digest: digest.map(|digest| digest.as_str().to_owned()),
        });
    }
    Ok(Some(read))
}

fn tags(
    client: &Client,
    name: &RepositoryName,
    scope: &str,
) -> Result<Option<Vec<Tag>>, RegistryTrouble> {
    let mut path = page_path(&Page::Tags(name.clone()), None, Some(PAGE));
    let mut tags: BTreeSet<Tag> = BTreeSet::new();
    loop {
        let answered = client.ask(Ask::Get, &path, JSON, scope)?;
        if !answered.is_there {
            return Ok(None);
        }
        let list = TagList::parse(&answered.body, MOST_TAGS - tags.len())
            .map_err(|_| RegistryTrouble::Garbled)?;
        let before = tags.len();
        tags.extend(list.tags);
        // A registry that leads in circles, or on and on to nothing new, is left there.
        match client.next(&answered, &path)? {
            Some(next) if (before + 1..MOST_TAGS).contains(&tags.len()) => path = next,
            _ => break,
        }
    }
    Ok(Some(tags.into_iter().collect()))
}

/// What came of asking for a manifest.
enum Fetched {
    There(Answered),
    Gone,
    TooMuch,
}

/// What a digest stands for. What cannot be read is kept as unknown, so that it is not asked
/// for again at every reading.
fn manifest(
    client: &Client,
    name: &RepositoryName,
    digest: &Digest,
    fetched_one: Fetched,
    scope: &str,
    now: DateTime<Utc>,
) -> Result<Option<KeptManifest>, RegistryTrouble> {
    let unknown = |kind: &str| KeptManifest {
        digest: digest.as_str().to_owned(),
        kind: kind.to_owned(),
        is_known: false,
        bytes: None,
        platforms: Vec::new(),
        made_at: None,
        labels: Labels::default(),
    };
    let answered = match fetched_one {
        Fetched::There(answered) => answered,
        Fetched::Gone => return Ok(None),
        Fetched::TooMuch => return Ok(Some(unknown("larger than is read"))),
    };
    if !is_of(&answered.body, digest) {
        return Ok(Some(unknown(GARBLED)));
    }
    let media_type = answered.media_type.as_str();
    let found = match Manifest::parse(&answered.body, media_type) {
        Ok(Manifest::Unknown(kind)) => return Ok(Some(unknown(&kind))),
        Ok(found) => found,
        Err(_) => return Ok(Some(unknown(media_type))),
    };
    let mut labels = found.labels().cloned().unwrap_or_default();
    let mut platforms: Vec<String> = found
        .platforms()
        .iter()
        .take(MOST_PLATFORMS)
        .map(ToString::to_string)
        .collect();
    let mut made_at = labels.created;
    // Of several platforms, the first says what all of them are.
    let image = match &found {
        Manifest::Index { children, .. } => children
            .iter()
            .find(|child| !child.is_attestation)
            .map(|child| child_of(client, name, &child.digest, scope))
            .transpose()?
            .flatten(),
        _ => None,
    };
    let config = match image.as_ref().unwrap_or(&found).config() {
        Some(config) => match configuration(client, name, config, scope) {
            // It may be there next time: what is kept is not asked for again.
            Err(RegistryTrouble::Elsewhere) => return Ok(None),
            other => other?,
        },
        None => None,
    };
    if let Some(config) = config {
        made_at = made_at.or(config.created);
        labels = labels.or(config.labels);
        if platforms.is_empty() {
            platforms.extend(config.platform.map(|platform| platform.to_string()));
        }
    }
    Ok(Some(KeptManifest {
        digest: digest.as_str().to_owned(),
        kind: media_type.to_owned(),
        is_known: true,
        bytes: found.size(),
        platforms,
        // What is said to come from tomorrow is not believed.
        made_at: made_at.filter(|at| *at <= now),
        labels: slim(labels),
    }))
}

/// The labels that pages show, in a bounded length: whoever pushes images writes them.
fn slim(labels: Labels) -> Labels {
    let short =
        |text: Option<String>| text.map(|text| text.chars().take(MOST_LABEL).collect::<String>());
    Labels {
        title: short(labels.title),
        description: short(labels.description),
        url: short(labels.url),
        source: short(labels.source),
        ..Labels::default()
    }
}

fn fetched(
    client: &Client,
    name: &RepositoryName,
    digest: &Digest,
    scope: &str,
) -> Result<Fetched, RegistryTrouble> {
    let path = manifest_path(name, &Reference::Digest(digest.clone()));
    match client.ask(Ask::Get, &path, &accept(), scope) {
        // A monster is one manifest, and not the registry.
        Err(RegistryTrouble::TooMuch) => Ok(Fetched::TooMuch),
        Ok(answered) if answered.is_there => Ok(Fetched::There(answered)),
        Ok(_) => Ok(Fetched::Gone),
        Err(trouble) => Err(trouble),
    }
}

/// A manifest that an index names, if it can be had and is what its digest says.
fn child_of(
    client: &Client,
    name: &RepositoryName,
    digest: &Digest,
    scope: &str,
) -> Result<Option<Manifest>, RegistryTrouble> {
    let Fetched::There(answered) = fetched(client, name, digest, scope)? else {
        return Ok(None);
    };
    Ok(is_of(&answered.body, digest)
        .then(|| Manifest::parse(&answered.body, &answered.media_type).ok())
        .flatten())
}

/// The configuration of an image, if it can be had and read.
fn configuration(
    client: &Client,
    name: &RepositoryName,
    digest: &Digest,
    scope: &str,
) -> Result<Option<ImageConfig>, RegistryTrouble> {
    let answered = match client.ask(Ask::Blob, &blob_path(name, digest), ANY, scope) {
        Err(RegistryTrouble::TooMuch | RegistryTrouble::SentOn) => return Ok(None),
        other => other?,
    };
    let is_whole = answered.is_there && is_of(&answered.body, digest);
    Ok(is_whole
        .then(|| ImageConfig::parse(&answered.body).ok())
        .flatten())
}

/// Whether bytes are those of a digest. One of another algorithm is believed.
fn is_of(bytes: &[u8], digest: &Digest) -> bool {
    if digest.algorithm() != registry::Algorithm::Sha256 {
        return true;
    }
    secret::hex(&secret::digest(bytes)) == digest.hex()
}
