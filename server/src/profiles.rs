//! What maintainers write: the profile of their namespace, its logo, and the page of each
//! repository. Every change of words names the version that it was made from; of two at once the
//! second is told. Of two logos the later one stays.

use crate::{
    applications::Trouble,
    logo::logo,
    maintainers::{Needed, role_in},
    namespaces::{MOST_REPOSITORIES, profile},
    secret,
    service::Service,
    store::{StoreError, accounts::Account, profiles as kept, registry as listed},
};
use api::profile::{PageChange, PageState, ProfileChange, ProfileState};
use axum::body::Bytes;
use program::{
    namespace::Namespace,
    profile::{Profile, RepositoryPage},
};
use rusqlite::Connection;

/// What is said to whoever was too late.
const OVERTAKEN: &str = "Somebody else changed this in the meantime. Load it again to see what; what you wrote stays on this page.";

impl Service {
    /// What is written of a namespace, for those who write it.
    ///
    /// # Errors
    /// When whoever asks does not maintain it.
    pub async fn profile(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<ProfileState, Trouble> {
        let (namespace, account) = (namespace.clone(), account.clone());
        self.with_store(move |store| {
            store.read(|connection| {
                Ok(role_in(connection, &namespace, &account, Needed::ToSee)
                    .and_then(|_| Ok(state(connection, &namespace)?)))
            })?
        })
        .await
    }

    /// Writes the profile of a namespace.
    ///
    /// # Errors
    /// When whoever asks does not maintain it, a field is wrong, or somebody was quicker.
    pub async fn write_profile(
        &self,
        namespace: &Namespace,
        account: &Account,
        change: ProfileChange,
    ) -> Result<ProfileState, Trouble> {
        let profile = trimmed(change.profile);
        let errors = profile.errors();
        if !errors.is_empty() {
            return Err(Trouble::Profile(errors));
        }
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Maintainer)?;
                if !kept::put_profile(connection, &namespace, &profile, change.version, now)? {
                    return Err(Trouble::Overtaken(OVERTAKEN));
                }
                Ok(state(connection, &namespace)?)
            })
        })
        .await
    }

    /// Writes the page of a repository.
    ///
    /// # Errors
    /// When whoever asks does not maintain the namespace, the registry lists no such
    /// repository, a field is wrong, or somebody was quicker.
    pub async fn write_page(
        &self,
        namespace: &Namespace,
        account: &Account,
        repository: String,
        change: PageChange,
    ) -> Result<ProfileState, Trouble> {
        let page = trimmed_page(change.page);
        let errors = page.errors();
        if !errors.is_empty() {
            return Err(Trouble::Profile(errors));
        }
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Maintainer)?;
                listed::repository(connection, namespace.as_str(), &repository)?
                    .ok_or(Trouble::NotFound)?;
                let version = change.version;
                if !kept::put_page(connection, &namespace, &repository, &page, version, now)? {
                    return Err(Trouble::Overtaken(OVERTAKEN));
                }
                Ok(state(connection, &namespace)?)
            })
        })
        .await
    }

    /// Keeps a logo; gives its version.
    ///
    /// # Errors
    /// When whoever asks does not maintain the namespace, or the file is no logo.
    pub async fn put_logo(
        &self,
        namespace: &Namespace,
        account: &Account,
        file: Bytes,
    ) -> Result<String, Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            // Asked first: strangers’ pictures are not unpacked.
            store.read(|connection| {
                Ok(role_in(connection, &namespace, &account, Needed::Maintainer).map(|_| ()))
            })??;
            let png = logo(&file).map_err(Trouble::Logo)?;
            let version = secret::short_digest(&png);
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Maintainer)?;
                kept::put_logo(connection, &namespace, &version, &png, now)?;
                Ok(version)
            })
        })
        .await
    }

    /// Forgets the logo.
    ///
    /// # Errors
    /// When whoever asks does not maintain the namespace.
    pub async fn remove_logo(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<(), Trouble> {
        let (namespace, account) = (namespace.clone(), account.clone());
        self.with_store(move |store| {
            store.write(|connection| {
                role_in(connection, &namespace, &account, Needed::Maintainer)?;
                Ok(kept::remove_logo(connection, &namespace)?)
            })
        })
        .await
    }

    /// The logo of a namespace in that version, as PNG.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn logo(
        &self,
        namespace: &Namespace,
        version: String,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let namespace = namespace.clone();
        self.with_store(move |store| {
            store.read(|connection| kept::logo(connection, &namespace, &version))
        })
        .await
    }
}

fn state(connection: &Connection, namespace: &Namespace) -> Result<ProfileState, StoreError> {
    let profile = profile(connection, namespace)?;
    let mut pages = kept::pages(connection, namespace)?;
    let (repositories, _) =
        listed::repositories(connection, namespace.as_str(), MOST_REPOSITORIES)?;
    let repositories = repositories.into_iter().map(|repository| {
        let written = pages.remove(&repository.name).unwrap_or_default();
        PageState {
            missing: written
                .value
                .clone()
                .or(repository.labels.clone())
                .missing(&profile.value),
            name: repository.name,
            page: written.value,
            labels: repository.labels,
            version: written.version,
        }
    });
    Ok(ProfileState {
        repositories: repositories.collect(),
        version: profile.version,
        logo: kept::logo_version(connection, namespace)?,
        profile: profile.value,
    })
}

fn trimmed(mut profile: Profile) -> Profile {
    for text in [
        &mut profile.name,
        &mut profile.description,
        &mut profile.website,
        &mut profile.source,
        &mut profile.contributing,
    ] {
        *text = text.trim().to_owned();
    }
    profile
}

fn trimmed_page(mut page: RepositoryPage) -> RepositoryPage {
    for text in [
        &mut page.description,
        &mut page.about,
        &mut page.website,
        &mut page.source,
        &mut page.contributing,
    ] {
        *text = text.trim().to_owned();
    }
    page
}
