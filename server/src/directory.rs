//! The directory: every namespace of the program and of the registry, in memory, so that a
//! search answers while somebody types.

use crate::{
    service::Service,
    standings::Standings,
    store::{
        Store, StoreError,
        profiles::{self, Everything},
        registry as listed, standings,
    },
};
use api::directory::{CategoryCount, Directory, Listed, Order};
use chrono::{DateTime, NaiveDate, Utc};
use directory::{Entry, Index, Question, RepositoryEntry};
use program::{category::Category, namespace::Namespace, profile::Profile};
use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::{sync::oneshot, task::spawn_blocking};

/// A directory that is made within this time is made anew for whoever asks; one that takes
/// longer is made beside, and meanwhile the one before answers.
const AT_ONCE: Duration = Duration::from_millis(60);

/// How old a directory may be that answers though something was changed since: a membership that
/// ended is to be seen everywhere within a minute.
const OLDEST: Duration = Duration::from_secs(30);

/// How long a directory that takes longer answers before it is made anew.
const REST: Duration = Duration::from_secs(2);

/// The directory as it was made.
pub struct Made {
    /// That of the data up to which nothing in it is another; moves on while it is in use.
    version: AtomicI64,
    changes: i64,
    day: NaiveDate,
    made_at: Instant,
    took: Duration,
    index: Index,
    /// What the index does not need, in the order of its entries.
    rest: Vec<Rest>,
    registry_read_at: Option<DateTime<Utc>>,
}

struct Rest {
    sponsorship: program::sponsorship::Sponsorship,
    categories: Vec<Category>,
    logo: Option<String>,
}

/// The directory that is in memory, and the thread that makes it. One thread: what making takes
/// is much, and each thread keeps what it once took.
#[derive(Default)]
pub struct Kept {
    made: Mutex<Option<Arc<Made>>>,
    maker: OnceLock<mpsc::Sender<Job>>,
    /// Whether one is being made beside: one at a time is enough.
    is_making: AtomicBool,
}

/// A wish for the directory of a day.
struct Job {
    service: Service,
    day: NaiveDate,
    /// Where it goes; nobody may wait there.
    to: oneshot::Sender<Result<Arc<Made>, StoreError>>,
}

impl Kept {
    /// The directory as it is now, or as it was seconds ago.
    async fn get(&self, service: &Service) -> Result<Arc<Made>, StoreError> {
        let day = service.now().date_naive();
        let version = service.store.version()?;
        if let Some(made) = self.held() {
            if made.day == day && made.version.load(Ordering::Acquire) == version {
                return Ok(made);
            }
            if made.day == day && made.took > AT_ONCE && made.made_at.elapsed() < OLDEST {
                if made.made_at.elapsed() > REST && !self.is_making.swap(true, Ordering::AcqRel) {
                    // Whoever asks later gets it.
                    drop(self.ask(service, day));
                }
                return Ok(made);
            }
        }
        self.ask(service, day)
            .await
            .unwrap_or(Err(StoreError::Interrupted))
    }

    fn held(&self) -> Option<Arc<Made>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.clone()
    }

    /// Has it made, if something changed.
    fn ask(
        &self,
        service: &Service,
        day: NaiveDate,
    ) -> oneshot::Receiver<Result<Arc<Made>, StoreError>> {
        let maker = self.maker.get_or_init(|| {
            let (sender, jobs) = mpsc::channel::<Job>();
            // It ends with the last one who could ask.
            thread::spawn(move || {
                for Job { service, day, to } in jobs {
                    // A panic costs one answer, and not the thread.
                    let make = AssertUnwindSafe(|| service.directory.make(&service, day));
                    let outcome = catch_unwind(make).unwrap_or(Err(StoreError::Interrupted));
                    service.directory.is_making.store(false, Ordering::Release);
                    if let Err(error) = &outcome {
                        tracing::error!(%error, "the directory could not be made");
                    }
                    // Nobody waits for what is made beside.
                    let _ = to.send(outcome);
                }
            });
            sender
        });
        let (to, made) = oneshot::channel();
        let service = service.clone();
        // If the thread is gone, so is the other end, and whoever waits hears of it.
        let _ = maker.send(Job { service, day, to });
        made
    }

    /// Makes it anew, if something changed. Blocks: for the thread that makes it.
    fn make(&self, service: &Service, day: NaiveDate) -> Result<Arc<Made>, StoreError> {
        let store = &service.store;
        // Asked before it is read: what is written meanwhile is read the next time.
        let version = store.version()?;
        let changes = store.read(|connection| standings::changes(connection, "directory"))?;
        if let Some(made) = self
            .held()
            .filter(|made| made.day == day && made.changes == changes)
        {
            // Something else was written, or another wish was quicker.
            made.version.store(version, Ordering::Release);
            return Ok(made);
        }
        let standings = service.standings.now(store)?;
        let fresh = Arc::new(make(store, &standings, version, changes, day)?);
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

fn make(
    store: &Store,
    standings: &Standings,
    version: i64,
    changes: i64,
    day: NaiveDate,
) -> Result<Made, StoreError> {
    let begun = Instant::now();
    let (everything, repositories, (registry_read_at, _), mut said) = store.read(|connection| {
        let everything = profiles::everything(connection)?;
        let mut said: HashMap<String, Profile> = HashMap::new();
        for name in standings.names() {
            if !everything.profiles.contains_key(name)
                && let Ok(namespace) = Namespace::parse(name)
            {
                let profile = crate::namespaces::profile(connection, &namespace)?.value;
                said.insert(name.to_owned(), profile);
            }
        }
        Ok((
            everything,
            listed::all(connection)?,
            listed::state(connection)?,
            said,
        ))
    })?;
    let Everything {
        mut profiles,
        mut descriptions,
        mut logos,
        stars,
    } = everything;
    // In the order of their names, so that equals stay where they are.
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let mut entry = |namespace: &str| -> Entry {
        let profile = profiles
            .remove(namespace)
            .or_else(|| said.remove(namespace))
            .unwrap_or_default();
        let sponsorship = standings.of(namespace, day);
        let since = match sponsorship {
            program::sponsorship::Sponsorship::Sponsored { since, .. } => Some(since),
            _ => None,
        };
        Entry {
            namespace: namespace.to_owned(),
            title: profile.name,
            description: profile.description,
            sponsored: since.is_some(),
            since,
            categories: profile
                .categories
                .iter()
                .map(|category| category.id().to_owned())
                .collect(),
            stars: stars.get(namespace).copied(),
            repositories: Vec::new(),
        }
    };
    for name in standings.names() {
        // Under its old name nothing is found any more, and what is not sponsored any more is
        // listed as far as the registry has it.
        if standings.of(name, day).is_sponsored() {
            entries.insert(name.to_owned(), entry(name));
        }
    }
    for (namespace, repository) in repositories {
        let of = entries
            .entry(namespace.clone())
            .or_insert_with_key(|namespace| entry(namespace));
        let written = descriptions.remove(&(namespace, repository.name.clone()));
        of.repositories.push(RepositoryEntry {
            description: written.unwrap_or(repository.labels.description),
            name: repository.name,
            pushed_at: repository.pushed_at,
        });
    }
    let rest = entries
        .iter()
        .map(|(name, entry)| Rest {
            sponsorship: standings.of(name, day),
            categories: entry
                .categories
                .iter()
                .filter_map(|id| Category::of_id(id))
                .collect(),
            logo: logos.remove(name),
        })
        .collect();
    let index = Index::build(entries.into_values().collect());
    Ok(Made {
        version: AtomicI64::new(version),
        changes,
        day,
        made_at: Instant::now(),
        took: begun.elapsed(),
        index,
        rest,
        registry_read_at,
    })
}

impl Made {
    fn answer(&self, question: &Question, today: NaiveDate) -> Directory {
        let found = self.index.search(question);
        let entries = self.index.entries();
        let listed = found.hits.iter().filter_map(|hit| {
            let (entry, rest) = (entries.get(hit.entry)?, self.rest.get(hit.entry)?);
            let fitting = hit
                .repositories
                .iter()
                .filter_map(|at| Some(entry.repositories.get(*at)?.name.clone()));
            Some(Listed {
                namespace: entry.namespace.clone(),
                name: entry.title.clone(),
                description: entry.description.clone(),
                categories: rest.categories.clone(),
                sponsorship: rest.sponsorship,
                logo: rest.logo.clone(),
                repositories: entry.repositories.len(),
                pushed_at: entry.pushed_at(),
                stars: entry.stars,
                fitting: fitting.collect(),
            })
        });
        let categories = found.categories.iter().filter_map(|(id, count)| {
            Some(CategoryCount {
                category: Category::of_id(id)?,
                count: *count,
            })
        });
        Directory {
            today,
            total: found.total,
            sponsored: found.sponsored_total,
            all: found.all_total,
            categories: categories.collect(),
            namespaces: listed.collect(),
            registry_read_at: self.registry_read_at,
        }
    }
}

impl Service {
    /// A part of the directory.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn search(&self, question: Question) -> Result<Directory, StoreError> {
        let today = self.now().date_naive();
        let made = self.directory.get(self).await?;
        // A search takes milliseconds of a processor: beside the threads that answer.
        spawn_blocking(move || made.answer(&question, today))
            .await
            .map_err(|_| StoreError::Interrupted)
    }
}

/// The same order, as the index knows it.
pub(crate) const fn order(order: Order) -> directory::Order {
    match order {
        Order::Best => directory::Order::Relevance,
        Order::Name => directory::Order::Name,
        Order::Newest => directory::Order::Newest,
        Order::Pushed => directory::Order::Pushed,
        Order::Stars => directory::Order::Stars,
    }
}
