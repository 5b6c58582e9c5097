//! The registries that report pulls, for the people who run the program: what each reported, and
//! adding and removing them.

use crate::{
    applications::Trouble,
    events::{Intake, PREFIX},
    secret::{self, Hash},
    service::Service,
    snippet,
    store::{
        StoreError,
        reporters::{self, Kept, ReporterKind},
    },
};
use api::registries::{
    Halt, NewRegistry, Registries, Registry, RegistryKind, RegistryNamespaces, SetAside, Snippet,
};
use chrono::{DateTime, Utc};
use intake::{IntakeError, Report};
use program::{namespace::Namespace, text::REGISTRY_NAME};
use std::{collections::HashSet, sync::Arc};

/// Most events that were set aside which one answer lists.
const MOST_SET_ASIDE: u32 = 100;

/// Most namespaces that one registry reports.
const MOST_NAMESPACES: usize = 10_000;

impl From<RegistryKind> for ReporterKind {
    fn from(kind: RegistryKind) -> Self {
        match kind {
            RegistryKind::Distribution => Self::Distribution,
            RegistryKind::Harbor => Self::Harbor,
        }
    }
}

impl From<ReporterKind> for RegistryKind {
    fn from(kind: ReporterKind) -> Self {
        match kind {
            ReporterKind::Distribution => Self::Distribution,
            ReporterKind::Harbor => Self::Harbor,
        }
    }
}

/// A new secret of a registry, and its hash.
///
/// # Errors
/// When the system gives no randomness.
pub fn token() -> Result<(String, Hash), secret::NoRandomness> {
    let token = format!("{PREFIX}{}", secret::secret()?);
    let hash = secret::hash(&token);
    Ok((token, hash))
}

impl Service {
    /// Every registry, with what it reported lately.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn registries(&self) -> Result<Registries, Trouble> {
        let (service, now) = (self.clone(), self.now());
        self.with_store(move |store| {
            let kept = store.read(reporters::list)?;
            let intake = service.intake.as_ref();
            let reports = intake.map_or_else(
                || Ok(Vec::new()),
                |intake| intake.spool.reports(now.timestamp_millis()),
            );
            let reports = reports.map_err(|error| unread(&error))?;
            let of = |id| reports.iter().find(|report| report.registry == id);
            let (countries, networks) = intake.map(|intake| intake.built()).unwrap_or_default();
            Ok(Registries {
                registries: kept
                    .into_iter()
                    .map(|one| registry(&one, of(one.id)))
                    .collect(),
                waiting_events: intake.map_or(0, |intake| intake.spool.waiting_events()),
                halt: intake.and_then(|intake| {
                    let halt = intake.halt()?;
                    Some(Halt {
                        since: halt.since,
                        why: halt.why,
                    })
                }),
                waiting_bytes: intake.map_or(0, |intake| intake.spool.waiting_bytes()),
                most_waiting_bytes: service.settings.most_waiting_bytes,
                countries,
                networks,
            })
        })
        .await
    }

    /// What was set aside of a registry, newest first.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn set_aside(&self, id: i64) -> Result<Vec<SetAside>, Trouble> {
        let intake: Option<Arc<Intake>> = self.intake.clone();
        self.with_store(move |store| {
            let kept = store.read(reporters::list)?;
            if !kept.iter().any(|one| one.id == id) {
                return Err(Trouble::NotFound);
            }
            let Some(intake) = intake else {
                return Ok(Vec::new());
            };
            let aside = intake.spool.set_aside(id, MOST_SET_ASIDE);
            let aside = aside.map_err(|error| unread(&error))?;
            Ok(aside
                .into_iter()
                .map(|one| SetAside {
                    at: moment(one.arrived_ms).unwrap_or_default(),
                    why: one.why,
                    sent: one.sent,
                })
                .collect())
        })
        .await
    }

    /// Adds a registry; gives what to put into it.
    ///
    /// # Errors
    /// When its name is taken or no name, or a namespace is none.
    pub async fn add_registry(&self, new: NewRegistry) -> Result<Snippet, Trouble> {
        let name = new.name.trim().to_owned();
        let of_name = |words: String| Trouble::Field("name", words);
        REGISTRY_NAME
            .check(&name)
            .map_err(|error| of_name(error.to_string()))?;
        if name.is_empty() {
            return Err(of_name("A registry needs a name.".to_owned()));
        }
        let namespaces = reported(&new.namespaces)?;
        let kind = ReporterKind::from(new.kind);
        let (token, hash) = token()?;
        let now = self.now();
        let added = name.clone();
        let id = self
            .with_store(move |store| {
                store.write(|connection| {
                    reporters::add(connection, &added, kind, &namespaces, &hash, now)
                        .map_err(Trouble::from)
                })
            })
            .await?;
        let id = id.ok_or_else(|| {
            Trouble::NameTaken(format!(
                "There is a registry {name} already. Remove it first, or choose another name."
            ))
        })?;
        let text = snippet::of(kind, &token, &self.base_url);
        Ok(Snippet { id, text })
    }

    /// Has a registry report these namespaces and no others, from now on; gives them as they are
    /// kept.
    ///
    /// # Errors
    /// When a namespace is none, or there is no such registry.
    pub async fn set_registry_namespaces(
        &self,
        id: i64,
        change: RegistryNamespaces,
    ) -> Result<RegistryNamespaces, Trouble> {
        let namespaces = reported(&change.namespaces)?;
        self.with_store(move |store| {
            store.write(|connection| {
                let all = reporters::list(connection)?;
                let one = all.into_iter().find(|one| one.id == id);
                let kept = one.ok_or(Trouble::NotFound)?.namespaces;
                let sorted = |names: &[String]| {
                    let mut names = names.to_vec();
                    names.sort_unstable();
                    names
                };
                if change
                    .before
                    .is_some_and(|before| sorted(&before) != sorted(&kept))
                {
                    return Err(Trouble::NameTaken(format!(
                        "Meanwhile this was changed: by now it may report {}. Nothing was saved.",
                        kept.join(", ")
                    )));
                }
                reporters::set_namespaces(connection, id, &namespaces)?;
                Ok(RegistryNamespaces {
                    namespaces: namespaces.into_iter().map(String::from).collect(),
                    before: None,
                })
            })
        })
        .await
    }

    /// Gives a registry another token; the one before stops at once.
    ///
    /// # Errors
    /// When there is no such registry.
    pub async fn renew_registry_token(&self, id: i64) -> Result<Snippet, Trouble> {
        let (token, hash) = token()?;
        let kind = self
            .with_store(move |store| {
                store.write(|connection| {
                    reporters::set_hash(connection, id, &hash).map_err(Trouble::from)
                })
            })
            .await?
            .ok_or(Trouble::NotFound)?;
        let text = snippet::of(kind, &token, &self.base_url);
        Ok(Snippet { id, text })
    }

    /// Takes nothing more from a registry. What was counted stays.
    ///
    /// # Errors
    /// When there is no such registry.
    pub async fn remove_registry(&self, id: i64) -> Result<(), Trouble> {
        let was = self
            .with_store(move |store| {
                store.write(|connection| {
                    reporters::remove_by_id(connection, id).map_err(Trouble::from)
                })
            })
            .await?;
        if was { Ok(()) } else { Err(Trouble::NotFound) }
    }
}

/// The namespaces that a registry is to report, each once.
fn reported(names: &[String]) -> Result<Vec<Namespace>, Trouble> {
    each_once(names).map_err(|words| Trouble::Field("namespaces", words))
}

/// The namespaces that a registry is to report, each once.
///
/// # Errors
/// A sentence, if there are none or too many, or one is no name.
pub fn each_once(names: &[String]) -> Result<Vec<Namespace>, String> {
    if names.is_empty() || names.len() > MOST_NAMESPACES {
        return Err(format!(
            "A registry reports 1 to {MOST_NAMESPACES} namespaces."
        ));
    }
    let mut all: Vec<Namespace> = Vec::with_capacity(names.len());
    let mut known = HashSet::new();
    for name in names {
        let name = Namespace::parse(name).map_err(|error| format!("{name}: {error}"))?;
        if known.insert(name.clone()) {
            all.push(name);
        }
    }
    Ok(all)
}

fn unread(error: &IntakeError) -> StoreError {
    // Said where it is handled, once.
    tracing::error!(%error, "what registries reported could not be read");
    StoreError::Interrupted
}

fn moment(ms: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(ms)
}

fn registry(kept: &Kept, report: Option<&Report>) -> Registry {
    Registry {
        id: kept.id,
        name: kept.name.clone(),
        kind: kept.kind.into(),
        namespaces: kept.namespaces.clone(),
        added_at: moment(kept.added_ms).unwrap_or_default(),
        last_at: report.and_then(|report| moment(report.last_ms)),
        hours: report.map_or_else(|| vec![0; 24], |report| report.hours.clone()),
        passed_over: report.map_or(0, |report| report.passed_over),
        set_aside: report.map_or(0, |report| report.set_aside),
        kept_aside: report.map_or(0, |report| report.kept_aside),
        waits_since: report.and_then(|report| moment(report.waits_since_ms?)),
    }
}
