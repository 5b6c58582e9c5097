//! Reading the registry as a whole: which repositories there are, and of each what changed. A
//! first reading asks for everything; a later one lists tags and asks for their digests alone.

use super::{
    client::{Ask, CATALOG, Client, JSON, RegistryTrouble},
    repository::{Known, RepositoryRead, repository},
};
use crate::{
    service::Service,
    store::{Store, StoreError, registry as kept},
};
use chrono::{DateTime, Utc};
use program::wording::counted;
use registry::{Catalog, Page, RepositoryName, page_path};
use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// Repositories that are read at the same time.
pub(super) const AT_ONCE: usize = 16;

/// Repositories that one page of the catalog is asked for.
const PAGE: u32 = 1_000;

/// Most repositories that are read.
const MOST_REPOSITORIES: usize = 200_000;

/// Pages of the catalog without a name of ours that are read one after the other.
const MOST_BARREN: u32 = 20;

/// Repositories that fail one after the other, after which the registry is left.
const MOST_FAILED: usize = 50;

/// The same where there is no answer at all, or one that asks to be left alone.
const MOST_UNANSWERED: usize = 5;

/// Repositories that are written in one transaction.
const TOGETHER: usize = 32;

/// What a reading came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Repositories that there are.
    pub repositories: usize,
    /// Names that are none, or that belong to no namespace.
    pub set_aside: usize,
    /// Manifests that were new.
    pub fresh: usize,
    /// Repositories that are there no more.
    pub gone: usize,
    /// Repositories that could not be read; what was known of them stays.
    pub left: usize,
    /// Why it did not come to its end.
    pub trouble: Option<RegistryTrouble>,
}

impl fmt::Display for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |count: usize, one, more| counted(count as u64, one, more);
        write!(
            formatter,
            "{}, {}, {} gone, {} set aside.",
            some(self.repositories, "repository", "repositories"),
            some(self.fresh, "new manifest", "new manifests"),
            self.gone,
            some(self.set_aside, "name", "names"),
        )?;
        if self.left > 0 {
            write!(
                formatter,
                " {} could not be read and stay as they were.",
                self.left
            )?;
        }
        match self.trouble {
            Some(trouble) => write!(formatter, " Not to the end: {trouble}"),
            None => Ok(()),
        }
    }
}

/// Reads the registry. What cannot be read stays as it was. Blocks: not for an async thread.
///
/// # Errors
/// Those of the data; trouble with the registry stands in what is given.
pub fn read(store: &Store, client: &Client, now: DateTime<Utc>) -> Result<Reading, StoreError> {
    let mut reading = Reading::default();
    let (names, is_whole) = match catalog(client, &mut reading) {
        Ok(found) => found,
        Err(trouble) => {
            reading.trouble = Some(trouble);
            note(store, client, &reading, now)?;
            return Ok(reading);
        }
    };
    reading.repositories = names.len();
    let known = store.read(|connection| {
        Ok(Known {
            digests: kept::known_digests(connection)?,
            repositories: kept::known_repositories(connection)?,
            now,
        })
    })?;
    let trouble = read_all(store, client, &names, &known, &mut reading, now)?;
    reading.trouble = trouble;
    // What a catalog that was cut short does not name may still be there.
    if trouble.is_none() && is_whole {
        reading.gone += store.write(|connection| kept::remove_others(connection, &names))?;
    }
    note(store, client, &reading, now)?;
    Ok(reading)
}

fn note(
    store: &Store,
    client: &Client,
    reading: &Reading,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let trouble = reading.trouble.map(RegistryTrouble::for_visitors);
    store.write(|connection| kept::note(connection, client.base(), trouble.as_deref(), now))
}

/// The names in the catalog that are those of a namespace’s repositories, in order; and whether
/// those are all.
fn catalog(
    client: &Client,
    reading: &mut Reading,
) -> Result<(BTreeSet<RepositoryName>, bool), RegistryTrouble> {
    let mut path = page_path(&Page::Catalog, None, Some(PAGE));
    let mut names = BTreeSet::new();
    let mut barren = 0;
    loop {
        let answered = client.ask(Ask::Get, &path, JSON, CATALOG)?;
        if !answered.is_there {
            return Err(RegistryTrouble::Garbled);
        }
        let page = Catalog::parse(&answered.body, MOST_REPOSITORIES - names.len())
            .map_err(|_| RegistryTrouble::Garbled)?;
        let before = names.len();
        reading.set_aside += page.set_aside;
        for name in page.repositories {
            let is_ours = name
                .namespace()
                .is_some_and(|namespace| program::namespace::Namespace::parse(namespace).is_ok());
            if is_ours {
                names.insert(name);
            } else {
                reading.set_aside += 1;
            }
        }
        // A page may hold nothing of a namespace, but not again and again: a registry that leads
        // in circles, or on and on to nothing new, is left there.
        barren = if names.len() > before { 0 } else { barren + 1 };
        match client.next(&answered, &path)? {
            Some(next) if names.len() < MOST_REPOSITORIES && barren < MOST_BARREN => path = next,
            next => return Ok((names, next.is_none() && page.left_out == 0)),
        }
    }
}

/// Reads every repository, some at a time, and keeps them as they come. One that cannot be read
/// is left as it was; a registry that is away, or where one after the other fails, is left: it is
/// not asked ten thousand times.
fn read_all(
    store: &Store,
    client: &Client,
    names: &BTreeSet<RepositoryName>,
    known: &Known,
    reading: &mut Reading,
    now: DateTime<Utc>,
) -> Result<Option<RegistryTrouble>, StoreError> {
    let mut names: Vec<&RepositoryName> = names.iter().collect();
    // What was not read for longest comes first: where a reading stopped, the next one begins.
    names.sort_by_key(|name| known.repositories.get(name.as_str()));
    let (next, left) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // How many failed one after the other.
    let failed = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let trouble = Mutex::new(None);
    let (send, receive) = mpsc::sync_channel::<(&RepositoryName, Option<RepositoryRead>)>(AT_ONCE);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(names.len()) {
            let (send, names) = (send.clone(), &names);
            let (next, left, failed, stop, trouble) = (&next, &left, &failed, &stop, &trouble);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        return;
                    };
                    match repository(client, name, known) {
                        Ok(read) => {
                            failed.store(0, Ordering::Relaxed);
                            if send.send((name, read)).is_err() {
                                return;
                            }
                        }
                        Err(found) => {
                            let mut trouble =
                                trouble.lock().unwrap_or_else(PoisonError::into_inner);
                            trouble.get_or_insert(found);
                            left.fetch_add(1, Ordering::Relaxed);
                            let is_unanswered = matches!(
                                found,
                                RegistryTrouble::Away
                                    | RegistryTrouble::Silent
                                    | RegistryTrouble::Limited { .. }
                            );
                            let row = failed.fetch_add(1, Ordering::Relaxed) + 1;
                            let most = if is_unanswered {
                                MOST_UNANSWERED
                            } else {
                                MOST_FAILED
                            };
                            if row >= most {
                                stop.store(true, Ordering::Relaxed);
                                return;
                            }
                        }
                    }
                }
            });
        }
        drop(send);
        let mut outcome: Result<(), StoreError> = Ok(());
        while let Ok(first) = receive.recv() {
            let mut some = vec![first];
            some.extend(receive.try_iter().take(TOGETHER - 1));
            outcome = store.write(|connection| {
                for (name, read) in &some {
                    match read {
                        Some(read) => {
                            reading.fresh +=
                                kept::put(connection, name, &read.tags, &read.manifests, now)?;
                        }
                        None => reading.gone += kept::remove(connection, name)?,
                    }
                }
                Ok(())
            });
            if outcome.is_err() {
                stop.store(true, Ordering::Relaxed);
                break;
            }
        }
        // Whoever still sends finds nobody there, and ends.
        drop(receive);
        outcome
    })?;
    reading.left = left.into_inner();
    let trouble = trouble.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Some that fail are theirs; all that fail, or a stop, are the registry’s.
    let is_all = stop.into_inner() || reading.left == names.len();
    Ok(trouble.filter(|_| is_all))
}

impl Service {
    /// Reads the registry, if one is set.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn read_registry(&self) -> Result<Option<Reading>, StoreError> {
        let Some(registry) = &self.registry else {
            return Ok(None);
        };
        let (client, now) = (std::sync::Arc::clone(registry.client()), self.now());
        self.with_store(move |store| read(store, &client, now))
            .await
            .map(Some)
    }
}

/// Reads the registry again and again, for as long as it is not dropped.
pub async fn keep_reading(service: Service) {
    if service.registry.is_none() {
        return;
    }
    let pause = Duration::from_secs(u64::from(service.settings.registry_minutes) * 60);
    loop {
        match service.read_registry().await {
            Ok(Some(reading)) if reading.trouble.is_some() => {
                tracing::warn!(%reading, "the registry was read");
            }
            Ok(Some(reading)) => tracing::info!(%reading, "the registry was read"),
            Ok(None) => return,
            Err(error) => tracing::error!(%error, "what the registry says was not kept"),
        }
        tokio::time::sleep(pause).await;
    }
}
