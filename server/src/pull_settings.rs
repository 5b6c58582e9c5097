//! What maintainers decide about the pulls of their namespace. A change names the version that it
//! was made from; of two at once the second is told.

use crate::{
    applications::Trouble,
    maintainers::{Needed, role_in},
    service::Service,
    store::{
        StoreError,
        accounts::Account,
        outbox,
        pull_settings::{self as kept, Kind},
    },
};
use api::pulls::{PullSettingsChange, PullSettingsState};
use program::{namespace::Namespace, roles::Role};
use rusqlite::Connection;

/// What is said to whoever was too late.
const OVERTAKEN: &str = "Somebody else changed this in the meantime. What you chose stays on this page; save it again if it is to hold.";

impl Service {
    /// What was decided for a namespace.
    ///
    /// # Errors
    /// When whoever asks does not maintain it.
    pub async fn pull_settings(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<PullSettingsState, Trouble> {
        let (namespace, account) = (namespace.clone(), account.clone());
        self.with_store(move |store| {
            store.read(|connection| {
                Ok(role_in(connection, &namespace, &account, Needed::ToSee)
                    .and_then(|role| Ok(state(connection, &namespace, role)?)))
            })?
        })
        .await
    }

    /// Whether somebody decides for a namespace: asked before it is read what they decide.
    ///
    /// # Errors
    /// When they do not maintain it.
    pub async fn decides_on_pulls(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<(), Trouble> {
        let (namespace, account) = (namespace.clone(), account.clone());
        self.with_store(move |store| {
            store.read(|connection| {
                Ok(role_in(connection, &namespace, &account, Needed::Theirs).map(|_| ()))
            })?
        })
        .await
    }

    /// Decides for a namespace. Mails that wait to go out and that nobody wants any more are taken
    /// back.
    ///
    /// # Errors
    /// When whoever asks does not maintain it, or somebody was quicker.
    pub async fn write_pull_settings(
        &self,
        namespace: &Namespace,
        account: &Account,
        change: PullSettingsChange,
    ) -> Result<PullSettingsState, Trouble> {
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        self.with_store(move |store| {
            store.write(|connection| {
                let role = role_in(connection, &namespace, &account, Needed::Theirs)?;
                let (settings, version) = (change.settings, change.version);
                let before = kept::get(connection, &namespace)?.settings;
                if !kept::put(connection, &namespace, settings, version, now)? {
                    return Err(Trouble::Overtaken(OVERTAKEN));
                }
                if settings.alert.is_none() {
                    outbox::withdraw_pulls(connection, &Kind::Alert.about(&namespace))?;
                }
                if settings.report != before.report {
                    outbox::withdraw_pulls(connection, &Kind::Report.about(&namespace))?;
                }
                Ok(state(connection, &namespace, role)?)
            })
        })
        .await
    }
}

fn state(
    connection: &Connection,
    namespace: &Namespace,
    role: Option<Role>,
) -> Result<PullSettingsState, StoreError> {
    let kept = kept::get(connection, namespace)?;
    Ok(PullSettingsState {
        settings: kept.settings,
        version: kept.version,
        may_change: role.is_some(),
    })
}
