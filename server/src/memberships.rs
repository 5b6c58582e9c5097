//! Memberships through time: the notices that are due go to every owner, each once, and
//! one that was overtaken by a later one goes to nobody, since its words would be wrong. One
//! that no owner is there to get is held until there is one.

use crate::{
    checks::UNFINISHED_AFTER,
    mail::words,
    maintainers::{host_of, settings_url},
    service::Service,
    store::{StoreError, maintainers, memberships, outbox},
};
use api::membership::Maintainer;
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    calendar::calendar,
    membership::{Notice, Term},
    namespace::Namespace,
};
use rusqlite::Connection;
use std::time::Duration;

/// How often it is looked whether a notice is due. Days change once, but a server
/// may have stood still when they did.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// After how many looks what was kept long enough is forgotten.
const FORGET_EVERY: u32 = 60;

/// After how many looks the stars of one more namespace are read: forges answer so many
/// questions an hour, and most of them are for applications.
const STARS_EVERY: u32 = 5;

/// After how many looks it is looked whether a mail about pulls is due.
const PULLS_EVERY: u32 = 10;

/// How long until it is said again that a notice has nobody to go to.
const HELD_FOR: TimeDelta = TimeDelta::days(1);

/// Why a notice is held, as staff and maintainers read it.
const NOBODY: &str = "nobody to send it to: the namespace has no owner";

impl Service {
    /// Writes the notices that are due now; gives how many mails that are.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn write_notices(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            // Looked for beside whoever writes; on most days there is nothing.
            let due = store.read(|connection| {
                let mut due = Vec::new();
                for (namespace, term) in memberships::last_terms(connection)? {
                    if to_be_written(connection, &namespace, term, now)?.is_some() {
                        due.push((namespace, term));
                    }
                }
                Ok(due)
            })?;
            let mut count = 0;
            for (namespace, term) in due {
                count += store
                    .write(|connection| write_due(connection, &namespace, term, &base_url, now))?;
            }
            Ok(count)
        })
        .await
    }
}

/// Writes notices as they become due, begins checks again that did not end, and forgets codes
/// that ended and what else was kept long enough, for as long as it is not dropped.
pub async fn keep_house(service: Service) {
    let mut looks: u32 = 0;
    loop {
        if let Err(error) = service.write_notices().await {
            tracing::error!(%error, "notices wait");
        }
        if let Err(error) = service.check_unfinished(UNFINISHED_AFTER).await {
            tracing::error!(%error, "evidence waits to be read");
        }
        if let Err(error) = service.forget_codes().await {
            tracing::error!(%error, "codes that ended are still kept");
        }
        if looks.is_multiple_of(PULLS_EVERY)
            && let Err(error) = service.write_pull_mails().await
        {
            tracing::error!(%error, "mails about pulls wait");
        }
        if looks.is_multiple_of(STARS_EVERY)
            && let Err(error) = service.read_stars().await
        {
            tracing::error!(%error, "stars were not kept");
        }
        if looks.is_multiple_of(FORGET_EVERY)
            && let Err(error) = service.forget_old().await
        {
            tracing::error!(%error, "what was kept long enough is still kept");
        }
        looks = looks.wrapping_add(1);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The notice of one namespace that is due, if it was not written yet.
fn write_due(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    // It may have been renewed since it was looked for.
    if memberships::last_term(connection, namespace)? != Some(term) {
        return Ok(0);
    }
    let Some(notice) = to_be_written(connection, namespace, term, now)? else {
        return Ok(0);
    };
    let owners = maintainers::owners(connection, namespace)?;
    if owners.is_empty() {
        hold(connection, namespace, term, notice, now)?;
        return Ok(0);
    }
    outbox::withdraw(connection, &about(namespace))?;
    for owner in &owners {
        let letter = letter(owner, namespace, term, notice, base_url, now)?;
        outbox::add(connection, &letter, now)?;
    }
    memberships::note_written(connection, namespace, term, notice, now)?;
    Ok(owners.len())
}

/// The notice of a year that is to be written now, or held again if nobody is there to get it.
fn to_be_written(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, StoreError> {
    let written = memberships::written_notices(connection, namespace, term)?;
    let Some(notice) = term.due(now.date_naive(), &written) else {
        return Ok(None);
    };
    let held = outbox::held(connection, &about(namespace), &notice_key(term, notice)?)?;
    let waits = held.is_some_and(|(_, again)| now < again)
        && maintainers::owners(connection, namespace)?.is_empty();
    Ok((!waits).then_some(notice))
}

/// Holds a notice that no owner is there to get: it is not written, so it stays due, and staff
/// see it among the mails that did not go out.
fn hold(
    connection: &Connection,
    namespace: &Namespace,
    term: Term,
    notice: Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tracing::error!(%namespace, %notice, "a notice has nobody to go to");
    let (about, key, again) = (about(namespace), notice_key(term, notice)?, now + HELD_FOR);
    if let Some((id, _)) = outbox::held(connection, &about, &key)? {
        return outbox::failed(connection, id, NOBODY, again);
    }
    outbox::withdraw(connection, &about)?;
    let subject = words::notice_subject(namespace, term, notice);
    outbox::hold(connection, &about, &key, &subject, NOBODY, now, again)
}

/// What mails about a namespace are about.
pub(crate) fn about(namespace: &Namespace) -> String {
    format!("membership:{namespace}")
}

/// What tells the mails of one notice from those of another, and of another year.
pub(crate) fn notice_key(term: Term, notice: Notice) -> Result<String, StoreError> {
    let notice = serde_json::to_string(&notice).map_err(|_| StoreError::Corrupt("a notice"))?;
    Ok(format!("{} {notice}", term.until))
}

fn letter(
    owner: &Maintainer,
    namespace: &Namespace,
    term: Term,
    notice: Notice,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<outbox::Letter, StoreError> {
    let url = settings_url(base_url, namespace);
    let host = host_of(base_url);
    let dates = matches!(notice, Notice::Began).then(|| calendar(namespace, term, &url, host, now));
    Ok(outbox::Letter {
        calendar: dates,
        about: about(namespace),
        notice: Some(notice_key(term, notice)?),
        ..words::notice(
            owner.mail.clone(),
            &owner.name,
            namespace,
            term,
            notice,
            &url,
        )
    })
}
