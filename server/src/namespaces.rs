//! The page of a namespace as everybody sees it: its standing, what its maintainers say, and
//! what the registry lists.

use crate::{
    markdown,
    service::Service,
    store::{
        StoreError, applications,
        profiles::{self, Written},
        pull_settings, registry as listed,
    },
};
use api::profile::{NamespacePage, RegistryState, RepositoryDetails, RepositoryRow, TagRow};
use chrono::NaiveDate;
use program::{
    evidence::Reading,
    namespace::Namespace,
    profile::{Profile, RepositoryPage},
    sponsorship::Sponsorship,
};
use rusqlite::Connection;

/// Most repositories that a page or the settings list.
pub(crate) const MOST_REPOSITORIES: usize = 5_000;

/// Most tags that a repository lists.
const MOST_TAGS: usize = 500;

/// What is said of a namespace: what its maintainers wrote, and before they wrote anything,
/// what they applied with.
///
/// # Errors
/// Those of reading.
pub(crate) fn profile(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Written<Profile>, StoreError> {
    if let Some(written) = profiles::profile(connection, namespace)? {
        return Ok(written);
    }
    let Some(accepted) = applications::last_accepted(connection, namespace)? else {
        return Ok(Written::default());
    };
    let answers = &accepted.answers;
    let addresses = answers.addresses();
    let described = addresses
        .iter()
        .find_map(|address| match accepted.evidence.of(address) {
            Reading::Read { facts, .. } => facts.description.clone(),
            _ => None,
        });
    let mut said = Profile {
        name: String::new(),
        description: described.unwrap_or_default().trim().to_owned(),
        website: answers.website.trim().to_owned(),
        source: addresses
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        contributing: answers.contributing.trim().to_owned(),
        categories: Vec::new(),
    };
    // A forge’s description may be longer than ours, or hold what none of ours may.
    said.description = said.description.chars().take(160).collect();
    if said
        .errors()
        .iter()
        .any(|(field, _)| *field == program::profile::ProfileField::Description)
    {
        said.description.clear();
    }
    Ok(Written {
        value: said,
        version: 0,
    })
}

impl Service {
    /// What is publicly known of a namespace; nothing if neither the program nor the registry
    /// knows it.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn page(&self, namespace: &Namespace) -> Result<Option<NamespacePage>, StoreError> {
        let today = self.now().date_naive();
        let standings = self.standings().await?;
        let name = namespace.as_str();
        let sponsorship = standings.of(name, today);
        let checked_on = standings.checked_on(name);
        let renamed_to = standings.renamed_to(name).map(str::to_owned);
        let host = self.settings.registry_host.clone();
        let (namespace, base_url) = (namespace.clone(), self.base_url.to_string());
        self.with_store(move |store| {
            store.read(|connection| {
                let known = Known {
                    today,
                    sponsorship,
                    checked_on,
                    renamed_to,
                    host,
                    base_url,
                };
                page(connection, &namespace, known)
            })
        })
        .await
    }

    /// A repository of a namespace with its tags; nothing if the registry does not list it.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn repository(
        &self,
        namespace: &Namespace,
        name: String,
    ) -> Result<Option<RepositoryDetails>, StoreError> {
        let namespace = namespace.clone();
        self.with_store(move |store| {
            store.read(|connection| details(connection, &namespace, &name))
        })
        .await
    }
}

/// What is known besides the data.
struct Known {
    today: NaiveDate,
    sponsorship: Sponsorship,
    checked_on: Option<NaiveDate>,
    renamed_to: Option<String>,
    host: Option<String>,
    base_url: String,
}

fn page(
    connection: &Connection,
    namespace: &Namespace,
    known: Known,
) -> Result<Option<NamespacePage>, StoreError> {
    let (repositories, repository_count) =
        listed::repositories(connection, namespace.as_str(), MOST_REPOSITORIES)?;
    let is_known = known.sponsorship != Sponsorship::Never
        || known.renamed_to.is_some()
        || repository_count > 0;
    if !is_known {
        return Ok(None);
    }
    let profile = profile(connection, namespace)?.value;
    let mut pages = profiles::short_pages(connection, namespace)?;
    let rows = repositories.into_iter().map(|repository| {
        let own = pages.remove(&repository.name).unwrap_or_default();
        let page = own.or(repository.labels);
        RepositoryRow {
            missing: page.missing(&profile),
            description: page.description,
            name: repository.name,
            tags: repository.tags,
            pushed_at: repository.pushed_at,
            pull_tag: repository.pull_tag,
        }
    });
    let (read_at, trouble) = listed::state(connection)?;
    let is_set = known.host.is_some();
    Ok(Some(NamespacePage {
        namespace: namespace.to_string(),
        base_url: known.base_url,
        today: known.today,
        sponsorship: known.sponsorship,
        checked_on: known.checked_on,
        logo: profiles::logo_version(connection, namespace)?,
        stars: profiles::stars(connection, namespace)?,
        repositories: rows.collect(),
        repository_count,
        registry: RegistryState {
            host: known.host,
            read_at,
            // Of a registry that is not set, nobody waits for.
            trouble: trouble.filter(|_| is_set),
        },
        has_totals: known.sponsorship.is_sponsored()
            && pull_settings::is_published(connection, namespace)?,
        renamed_to: known.renamed_to,
        profile,
    }))
}

fn details(
    connection: &Connection,
    namespace: &Namespace,
    name: &str,
) -> Result<Option<RepositoryDetails>, StoreError> {
    let Some(repository) = listed::repository(connection, namespace.as_str(), name)? else {
        return Ok(None);
    };
    let profile = profile(connection, namespace)?.value;
    let own = profiles::page(connection, namespace, name)?;
    let mut page = own.unwrap_or_default().value.or(repository.labels);
    let missing = page.missing(&profile);
    // What it does not say itself, the namespace says.
    page = page.or(RepositoryPage {
        website: profile.website,
        source: profile.source,
        contributing: profile.contributing,
        ..RepositoryPage::default()
    });
    let about_html = markdown::html(&std::mem::take(&mut page.about));
    let tags = listed::tags(connection, repository.id, MOST_TAGS)?;
    let tags = tags.into_iter().map(|tagged| {
        let (known, unknown_kind) = match tagged.manifest {
            Some(manifest) if manifest.is_known => (Some(manifest), None),
            Some(manifest) => (None, Some(manifest.kind)),
            None => (None, None),
        };
        TagRow {
            tag: tagged.tag,
            digest: tagged.digest,
            bytes: known.as_ref().and_then(|known| known.bytes),
            made_at: known.as_ref().and_then(|known| known.made_at),
            platforms: known.map(|known| known.platforms).unwrap_or_default(),
            unknown_kind,
        }
    });
    Ok(Some(RepositoryDetails {
        name: repository.name,
        page,
        about_html,
        tags: tags.collect(),
        tag_count: repository.tags,
        missing,
    }))
}
