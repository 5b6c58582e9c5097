//! Memberships that end before their time: by the people who run the program, with a reason, or
//! by an owner who leaves. Badge and perks end at once, and what was signed is taken back.

use crate::{
    applications::{Trouble, keep},
    mail::words,
    maintainers::{Needed, role_in},
    memberships::about,
    service::Service,
    store::{
        StoreError, accounts::Account, applications, credentials, maintainers, memberships, outbox,
        pull_settings::Kind,
    },
};
use api::application::EventKind;
use chrono::{DateTime, Utc};
use program::{life_cycle::Stage, namespace::Namespace, text::REASON};
use rusqlite::Connection;
use serde_json::json;

/// What stands on record when an owner leaves and gives no reason.
const LEFT: &str = "An owner left the program.";

/// Ends the membership of a namespace today; gives whether there was one. Its owners get a mail
/// with the reason.
///
/// # Errors
/// Those of writing.
pub fn end(
    connection: &Connection,
    namespace: &Namespace,
    by: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let today = now.date_naive();
    if !memberships::is_in(connection, namespace, today)? {
        return Ok(false);
    }
    let Some(application) = memberships::end(connection, namespace, today)? else {
        return Ok(false);
    };
    credentials::revoke(connection, namespace, now)?;
    // What the year still had to say is overtaken, and so is what asked for another one.
    outbox::withdraw(connection, &about(namespace))?;
    for kind in Kind::ALL {
        outbox::withdraw_pulls(connection, &kind.about(namespace))?;
    }
    if let Some(id) = applications::open_renewal(connection, namespace)?
        && let Some(mut renewal) = applications::get(connection, &id)?
    {
        renewal.stage = Stage::Withdrawn;
        renewal.waiting_since = None;
        keep(connection, &renewal).map_err(|trouble| match trouble {
            Trouble::Store(error) => error,
            // Nobody else writes meanwhile.
            _ => StoreError::Interrupted,
        })?;
        let event = EventKind::Withdrawn;
        applications::record(connection, &id, now, event, Some(by), &())?;
    }
    let (event, body) = (EventKind::Ended, json!({ "reason": reason }));
    applications::record(connection, &application, now, event, Some(by), &body)?;
    for owner in maintainers::owners(connection, namespace)? {
        let letter = words::ended(owner.mail, &owner.name, namespace, by, reason, today);
        outbox::add(connection, &letter, now)?;
    }
    Ok(true)
}

impl Service {
    /// Ends a membership before its time.
    ///
    /// # Errors
    /// When whoever asks is neither an owner nor runs the program, when there is no membership
    /// to end, or when the reason is missing or too long.
    pub async fn end_membership(
        &self,
        namespace: &Namespace,
        account: &Account,
        reason: &str,
    ) -> Result<(), Trouble> {
        REASON.check(reason).map_err(Trouble::Text)?;
        let (namespace, account, now) = (namespace.clone(), account.clone(), self.now());
        let reason = reason.trim().to_owned();
        self.with_store(move |store| {
            store.write(|connection| {
                let reason = match role_in(connection, &namespace, &account, Needed::Owner) {
                    Ok(_) if reason.is_empty() => LEFT,
                    Ok(_) => &reason,
                    Err(Trouble::NotFound | Trouble::NotYours) if account.is_staff => {
                        if reason.is_empty() {
                            return Err(Trouble::NoReason);
                        }
                        &reason
                    }
                    Err(trouble) => return Err(trouble),
                };
                if end(connection, &namespace, &account.name, reason, now)? {
                    Ok(())
                } else {
                    Err(Trouble::NotFound)
                }
            })
        })
        .await
    }
}
