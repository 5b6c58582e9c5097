//! Evidence, read by the server: what its forge says of a repository. Each request
//! is bounded in where it goes, how long it takes and how much is read, and
//! what was read is kept for a while.

pub mod address;
#[cfg(test)]
mod tests;

use address::PublicOnly;
use api::paths::CONTROL_FILE;
use chrono::{DateTime, TimeDelta, Utc};
use forges::{Answer, Forge, Forges, Inquiry, Kind, MOST_BYTES};
use program::{
    evidence::{Reading, RepositoryFacts, Trouble},
    source::SourceAddress,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use ureq::{
    Agent, Body,
    config::ConfigBuilder,
    http::Response,
    typestate::AgentScope,
    unversioned::{resolver::DefaultResolver, transport::DefaultConnector},
};

/// What forges answer with.
const JSON: &str = "application/json";

/// How long a request may take, from name to last byte.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// Requests that are made to one host at the same time, and to all hosts together.
const AT_ONCE_A_HOST: usize = 4;
const AT_ONCE: usize = 32;

/// Most hosts that are told apart; more share what is left.
const MOST_HOSTS: usize = 1_000;

/// How long an answer is good for.
const FRESH: TimeDelta = TimeDelta::minutes(5);

/// How long nobody is asked again after trouble.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// Most answers that are kept.
const MOST_KEPT: usize = 10_000;

/// What asks.
#[derive(Clone)]
pub struct Reader(Arc<Inner>);

struct Inner {
    forges: Forges,
    /// For the configured forges, wherever they are.
    configured: Agent,
    /// For any other host.
    public: Agent,
    permits: Semaphore,
    /// By host, so that one that hangs holds up no other.
    by_host: Mutex<HashMap<String, Arc<Semaphore>>>,
    kept: Mutex<HashMap<String, Reading<RepositoryFacts>>>,
}

/// How requests are made; `patience` is how long one may take, from name to last byte.
pub(crate) fn agent_config(patience: Duration) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_global(Some(patience))
        .timeout_connect(Some(CONNECT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // A proxy would resolve names by itself, past our rule.
        .proxy(None)
        .user_agent(::registry::USER_AGENT)
}

impl Reader {
    /// A reader that knows these forges.
    pub fn new(forges: Forges) -> Self {
        Self::patient(forges, PATIENCE)
    }

    /// A reader whose requests may take so long. An argument, so that tests need not.
    fn patient(forges: Forges, patience: Duration) -> Self {
        let config = || agent_config(patience).build();
        let connector = DefaultConnector::default;
        Self(Arc::new(Inner {
            forges,
            configured: Agent::with_parts(config(), connector(), DefaultResolver::default()),
            public: Agent::with_parts(config(), connector(), PublicOnly::default()),
            permits: Semaphore::new(AT_ONCE),
            by_host: Mutex::new(HashMap::new()),
            kept: Mutex::new(HashMap::new()),
        }))
    }

    /// Those who may ask a host at the same time.
    fn lane(&self, host: &str) -> Arc<Semaphore> {
        let mut lanes = self
            .0
            .by_host
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST_HOSTS {
            // Lanes that are in use are held by those who use them.
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let host = if lanes.len() >= MOST_HOSTS { "" } else { host };
        let lane = lanes
            .entry(host.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE_A_HOST)));
        Arc::clone(lane)
    }

    /// Whether pages ask the forge of an address themselves.
    pub fn is_configured(&self, address: &SourceAddress) -> bool {
        self.0.forges.of(address).is_some()
    }

    /// The forges that pages may ask themselves.
    pub fn forges(&self) -> &Forges {
        &self.0.forges
    }

    /// What its forge says of a repository; what was read shortly before `now` is
    /// not asked for again, unless `anew`.
    pub async fn repository(
        &self,
        address: &SourceAddress,
        now: DateTime<Utc>,
        anew: bool,
    ) -> Reading<RepositoryFacts> {
        let key = address.key();
        if !anew && let Some(kept) = self.kept(&key, now) {
            return kept;
        }
        let away = Reading::Failed {
            at: now,
            trouble: Trouble::Away,
        };
        // The semaphore is never closed; if it were, nothing could be asked.
        let lane = self.lane(address.host());
        let (Ok(_turn), Ok(_permit)) = (lane.acquire().await, self.0.permits.acquire().await)
        else {
            return away;
        };
        let (inner, asked) = (Arc::clone(&self.0), address.clone());
        let reading = spawn_blocking(move || inner.ask(&asked, now))
            .await
            .unwrap_or(away);
        self.keep(key, &reading);
        reading
    }

    /// Whether a token stands in the description of a repository or in its file
    /// [`CONTROL_FILE`]. Only whoever controls the repository can have put it there.
    ///
    /// # Errors
    /// Why that could not be read.
    pub async fn has_token(
        &self,
        address: &SourceAddress,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Trouble> {
        // A forge that is not configured is believed about facts that a person looks at
        // again, and not about who controls what.
        if !self.is_configured(address) {
            return Ok(false);
        }
        match self.repository(address, now, true).await {
            Reading::Read { facts, .. } => {
                if facts.description.is_some_and(|text| text.contains(token)) {
                    return Ok(true);
                }
            }
            Reading::Failed { trouble, .. } => return Err(trouble),
            Reading::NotAsked | Reading::Pending => return Ok(false),
        }
        let lane = self.lane(address.host());
        let (Ok(_turn), Ok(_permit)) = (lane.acquire().await, self.0.permits.acquire().await)
        else {
            return Err(Trouble::Away);
        };
        let (inner, asked, token) = (Arc::clone(&self.0), address.clone(), token.to_owned());
        spawn_blocking(move || inner.file_has(&asked, &token))
            .await
            .unwrap_or(Err(Trouble::Away))
    }

    fn kept(&self, key: &str, now: DateTime<Utc>) -> Option<Reading<RepositoryFacts>> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = kept.get(key)?;
        let until = match reading {
            Reading::Read { at, .. } => *at + FRESH,
            Reading::Failed {
                trouble: Trouble::LimitReached { again: Some(again) },
                ..
            } => *again,
            Reading::Failed { at, .. } => *at + PAUSE,
            Reading::NotAsked | Reading::Pending => return None,
        };
        (now < until).then(|| reading.clone())
    }

    fn keep(&self, key: String, reading: &Reading<RepositoryFacts>) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, reading.clone());
    }
}

impl Inner {
    fn ask(&self, address: &SourceAddress, now: DateTime<Utc>) -> Reading<RepositoryFacts> {
        if let Some(forge) = self.forges.of(address) {
            return inquire(&self.configured, forge, address, now);
        }
        // Not one of ours: it may be a forge of its own. One that answers neither
        // way is for a person.
        let host = address.host();
        // A port of its own may be any service of somebody’s, and not a forge.
        if host.contains(':') {
            return Reading::NotAsked;
        }
        let kinds = [
            (Kind::Forgejo, format!("https://{host}/api/v1")),
            (Kind::GitLab, format!("https://{host}/api/v4")),
        ];
        for (kind, api) in kinds {
            let forge = Forge {
                kind,
                host: host.to_owned(),
                api,
            };
            match inquire(&self.public, &forge, address, now) {
                reading @ Reading::Read {
                    facts: RepositoryFacts { found: true, .. },
                    ..
                } => return reading,
                reading @ Reading::Failed {
                    trouble: Trouble::Silent | Trouble::Away | Trouble::LimitReached { .. },
                    ..
                } => return reading,
                _ => {}
            }
        }
        Reading::NotAsked
    }
}

impl Inner {
    fn file_has(&self, address: &SourceAddress, token: &str) -> Result<bool, Trouble> {
        let Some(forge) = self.forges.of(address) else {
            return Ok(false);
        };
        let Some(path) = forge.repository(address) else {
            return Ok(false);
        };
        let url = forge.file_url(path, CONTROL_FILE);
        let got = get(&self.configured, &url, forge.file_media_type(), &forge.api)?;
        match got.status {
            200 => Ok(String::from_utf8_lossy(&got.body).contains(token)),
            404 => Ok(false),
            403 | 429 => Err(Trouble::LimitReached { again: None }),
            500..=599 => Err(Trouble::Away),
            _ => Err(Trouble::Garbled),
        }
    }
}

/// Asks one forge about one repository. `now` is when it begins; it takes seconds at most.
fn inquire(
    agent: &Agent,
    forge: &Forge,
    address: &SourceAddress,
    now: DateTime<Utc>,
) -> Reading<RepositoryFacts> {
    // The address of an owner: no repository is there.
    let Some(mut inquiry) = Inquiry::new(forge, address) else {
        return Reading::Read {
            at: now,
            facts: RepositoryFacts::default(),
        };
    };
    while let Some(ask) = inquiry.next() {
        match get(agent, &ask.url, JSON, &forge.api) {
            Ok(got) => inquiry.take(got.answer(), now),
            Err(trouble) => inquiry.fail(trouble),
        }
    }
    inquiry.finish(now)
}

/// An answer, read to its end.
struct Got {
    status: u16,
    reset: Option<i64>,
    retry_after: Option<i64>,
    body: Vec<u8>,
}

impl Got {
    fn answer(&self) -> Answer<'_> {
        Answer {
            status: self.status,
            reset: self.reset,
            retry_after: self.retry_after,
            body: &self.body,
        }
    }
}

/// Asks; a redirect is followed once, and only to the same API: that is how a
/// forge says that a repository has another name now.
fn get(agent: &Agent, url: &str, accept: &str, api: &str) -> Result<Got, Trouble> {
    let mut response = request(agent, url, accept)?;
    if response.status().is_redirection() {
        let target = response
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok())
            .filter(|target| {
                target
                    .strip_prefix(api)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
            .ok_or(Trouble::SentOn)?
            .to_owned();
        response = request(agent, &target, accept)?;
    }
    let number = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok()?.parse().ok())
    };
    let (status, reset, retry_after) = (
        response.status().as_u16(),
        number("x-ratelimit-reset").or_else(|| number("ratelimit-reset")),
        number("retry-after"),
    );
    let body = response
        .body_mut()
        .with_config()
        .limit(MOST_BYTES as u64)
        .read_to_vec()
        .map_err(|error| trouble(&error))?;
    Ok(Got {
        status,
        reset,
        retry_after,
        body,
    })
}

fn request(agent: &Agent, url: &str, accept: &str) -> Result<Response<Body>, Trouble> {
    agent
        .get(url)
        .header("accept", accept)
        .call()
        .map_err(|error| trouble(&error))
}

fn trouble(error: &ureq::Error) -> Trouble {
    match error {
        ureq::Error::Timeout(_) => Trouble::Silent,
        ureq::Error::BodyExceedsLimit(_) => Trouble::TooMuch,
        ureq::Error::Http(_) | ureq::Error::BadUri(_) | ureq::Error::Protocol(_) => {
            Trouble::Garbled
        }
        _ => Trouble::Away,
    }
}
