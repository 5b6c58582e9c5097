//! Memberships through time: the notices that are due go to every owner, each once, and
//! one that was overtaken by a later one goes to nobody, since its words would be wrong.

use crate::{
    mail::words,
    service::Service,
    store::{
        StoreError,
        memberships::{self, Owned},
        outbox,
    },
};
use chrono::{DateTime, Utc};
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

impl Service {
    /// Writes the notices that are due now; gives how many mails that are.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn write_notices(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let base_url = self.base_url.clone();
        self.with_store(move |store| {
            store.write(|connection| {
                let mut count = 0;
                for (namespace, term) in memberships::last_terms(connection)? {
                    count += write_due(connection, &namespace, term, &base_url, now)?;
                }
                Ok(count)
            })
        })
        .await
    }
}

/// Writes notices as they become due, for as long as it is not dropped.
pub async fn write_forever(service: Service) {
    loop {
        if let Err(error) = service.write_notices().await {
            eprintln!("dsos-server: notices wait: {error}");
        }
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
    let written = memberships::written_notices(connection, namespace, term)?;
    let Some(notice) = term.due(now.date_naive(), &written) else {
        return Ok(0);
    };
    outbox::withdraw(connection, &about(namespace))?;
    let owners = memberships::owners(connection, namespace)?;
    for owner in &owners {
        let letter = letter(owner, namespace, term, notice, base_url, now);
        outbox::add(connection, &letter, now)?;
    }
    memberships::note_written(connection, namespace, term, notice, now)?;
    Ok(owners.len())
}

/// What mails about a namespace are about.
fn about(namespace: &Namespace) -> String {
    format!("membership:{namespace}")
}

fn letter(
    owner: &Owned,
    namespace: &Namespace,
    term: Term,
    notice: Notice,
    base_url: &str,
    now: DateTime<Utc>,
) -> outbox::Letter {
    let url = format!("{base_url}/sign-in");
    let host = base_url.split("://").nth(1).unwrap_or("localhost");
    let dates =
        matches!(notice, Notice::Began).then(|| calendar(namespace, term, base_url, host, now));
    outbox::Letter {
        calendar: dates,
        about: about(namespace),
        ..words::notice(
            owner.mail.clone(),
            &owner.name,
            namespace,
            term,
            notice,
            &url,
        )
    }
}
