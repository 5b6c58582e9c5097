//! Stars of the namespaces in the program, as their forges count them: a day old at most where
//! there are few, and as old as it takes where there are many.

use crate::{
    namespaces::profile,
    service::Service,
    store::{StoreError, applications, profiles},
};
use chrono::TimeDelta;
use program::{evidence::Reading, namespace::Namespace, source::SourceAddress};
use rusqlite::Connection;

/// How long stars are good.
const FRESH: TimeDelta = TimeDelta::days(1);

/// The source whose stars are shown: the one that the profile names, if it is one of those that
/// the namespace was accepted with, and else the first of those. Anybody’s could be named.
fn source(
    connection: &Connection,
    namespace: &Namespace,
) -> Result<Option<SourceAddress>, StoreError> {
    let Some(accepted) = applications::last_accepted(connection, namespace)? else {
        return Ok(None);
    };
    let named = SourceAddress::parse(&profile(connection, namespace)?.value.source).ok();
    let all = accepted.answers.addresses();
    let is_accepted = |one: &SourceAddress| all.iter().any(|other| other.key() == one.key());
    Ok(named.filter(is_accepted).or_else(|| all.first().cloned()))
}

impl Service {
    /// Reads the stars of the one namespace that waits longest; gives which, if one waits.
    ///
    /// # Errors
    /// Those of the data. A forge that does not answer is asked again another day.
    pub async fn read_stars(&self) -> Result<Option<Namespace>, StoreError> {
        let now = self.now();
        let standings = self.standings().await?;
        let before = (now - FRESH).timestamp_millis();
        let next = self
            .with_store(move |store| {
                store.read(|connection| {
                    let tried = profiles::stars_tried(connection)?;
                    let waits = standings
                        .names()
                        .filter(|name| standings.of(name, now.date_naive()).is_sponsored())
                        .map(|name| (tried.get(name).copied().unwrap_or(i64::MIN), name))
                        .filter(|(at, _)| *at < before)
                        .min();
                    let Some(namespace) = waits.and_then(|(_, name)| Namespace::parse(name).ok())
                    else {
                        return Ok(None);
                    };
                    let source = source(connection, &namespace)?;
                    Ok(Some((namespace, source)))
                })
            })
            .await?;
        let Some((namespace, source)) = next else {
            return Ok(None);
        };
        // Only of forges that are configured: others may be anybody’s, and say any number.
        let asked = source.filter(|address| self.reader.is_configured(address));
        let (of, count) = match &asked {
            None => (String::new(), None),
            Some(address) => {
                let count = match self.reader.repository(address, now, false).await {
                    Reading::Read { facts, .. } if facts.found => facts.stars,
                    _ => None,
                };
                (address.short(), count)
            }
        };
        let kept = namespace.clone();
        self.with_store(move |store| {
            store.write(|connection| profiles::put_stars(connection, &kept, &of, count, now))
        })
        .await?;
        Ok(Some(namespace))
    }
}
