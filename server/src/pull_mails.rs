//! Mails about pulls: that a week is far from the one before, and the figures of a week or month.
//! Each goes once to everybody who maintains the namespace then, some hours after its week or month
//! ended, when all that was reported until then is counted.
//!
//! What is due is told by what was looked at already (`pull_look`), which is noted in the
//! transaction that writes the mails: a restart in between changes nothing. A week without news is
//! noted as well. Where neither a period nor the one before has any pull or version check, no report
//! goes out: there is nothing to say, and a mail a week about nothing is one too many.

use crate::{
    mail::pulls::{self as words, Found, Links, Said},
    maintainers::{insights_url, settings_url},
    pulls::{PullsTrouble, days_of},
    service::Service,
    store::{
        StoreError, maintainers, memberships, outbox,
        pull_settings::{self as kept, Kept, Kind},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use insights::{Insights, InsightsError};
use program::{
    namespace::Namespace,
    pulls::{Every, Period, SETTLES_HOURS, turn},
};
use pull_store::Of;
use pulls::calendar::{Day, Granularity};
use rusqlite::Connection;

/// A week or month of a namespace that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Due {
    namespace: Namespace,
    kind: Kind,
    every: Every,
    since: DateTime<Utc>,
    period: Period,
}

/// What a look at it came to.
enum Look {
    /// Its days are not all known yet.
    TooEarly,
    /// There is nothing to tell.
    Nothing,
    /// There is.
    Found(Box<Found>),
}

impl Service {
    /// Writes the mails about pulls that are due now; gives how many that are.
    ///
    /// # Errors
    /// Those of the data. Pulls of one namespace that cannot be read do not hold up the others.
    pub async fn write_pull_mails(&self) -> Result<usize, StoreError> {
        let Some(intake) = self.intake.clone() else {
            return Ok(0);
        };
        let now = self.now();
        let due = self
            .with_store(move |store| {
                let (due, over) = store.read(|connection| wanted(connection, now))?;
                for about in over {
                    store.write(|connection| outbox::withdraw_pulls(connection, &about))?;
                }
                Ok::<_, StoreError>(due)
            })
            .await?;
        if due.is_empty() {
            return Ok(0);
        }
        let waits_since = match intake.spool.waits_since_ms() {
            Ok(since) => since.and_then(DateTime::from_timestamp_millis),
            Err(error) => {
                tracing::error!(%error, "mails about pulls wait: what is not counted yet cannot be seen");
                return Ok(0);
            }
        };
        let mut count = 0;
        for due in due {
            let settled = due.period.end() + TimeDelta::hours(SETTLES_HOURS);
            if waits_since.is_some_and(|since| since < settled) {
                continue;
            }
            let namespace = due.namespace.clone();
            match self.write_one(due, now).await {
                Ok(written) => count += written,
                Err(PullsTrouble::Unread(error)) => {
                    tracing::error!(%namespace, %error, "a mail about pulls waits");
                }
                Err(trouble) => {
                    tracing::error!(%namespace, ?trouble, "a mail about pulls waits");
                }
            }
        }
        Ok(count)
    }

    async fn write_one(&self, due: Due, now: DateTime<Utc>) -> Result<usize, PullsTrouble> {
        let of = self.linked_pulls_of(&due.namespace).await?;
        let (every, period) = (due.every, due.period);
        let has_addresses = due.kind == Kind::Report;
        let look = self
            .with_insights(move |insights| Ok(look(insights, &of, every, period, has_addresses)?))
            .await?;
        let found = match look {
            Look::TooEarly => return Ok(0),
            Look::Nothing => None,
            Look::Found(found) => Some(found),
        };
        let base_url = self.base_url.clone();
        Ok(self
            .with_store(move |store| {
                store.write(|connection| {
                    write_due(connection, &due, found.as_deref(), &base_url, now)
                })
            })
            .await?)
    }
}

/// What is to be looked at now; and what mails are about that wait though their namespace is not in
/// the program any more.
fn wanted(
    connection: &Connection,
    now: DateTime<Utc>,
) -> Result<(Vec<Due>, Vec<String>), StoreError> {
    let (mut due, mut over) = (Vec::new(), Vec::new());
    for (namespace, kept) in kept::with_mails(connection)? {
        let is_member = memberships::is_in(connection, &namespace, now.date_naive())?;
        for kind in Kind::ALL {
            if !is_member {
                let about = kind.about(&namespace);
                if outbox::waits(connection, &about)? {
                    over.push(about);
                }
                continue;
            }
            let Some((every, since)) = asked(&kept, kind) else {
                continue;
            };
            let last = kept::last_looked_at(connection, &namespace, kind, every)?;
            if let Some(period) = every.due(now, since, last) {
                due.push(Due {
                    namespace: namespace.clone(),
                    kind,
                    every,
                    since,
                    period,
                });
            }
        }
    }
    Ok((due, over))
}

/// How often mails of a kind are wanted, and since when.
fn asked(kept: &Kept, kind: Kind) -> Option<(Every, DateTime<Utc>)> {
    let every = match kind {
        Kind::Alert => kept.settings.alert.map(|_| Every::Week),
        Kind::Report => kept.settings.report,
    };
    let since = match kind {
        Kind::Alert => kept.alert_since,
        Kind::Report => kept.report_since,
    };
    every.zip(since)
}

/// Looks at a week or month.
fn look(
    insights: &Insights,
    of: &insights::Namespace,
    every: Every,
    period: Period,
    has_addresses: bool,
) -> Result<Look, InsightsError> {
    let Some(known) = insights.known_days(of)? else {
        return Ok(Look::Nothing);
    };
    let (days, earlier) = (days_of(period), every.before(period));
    // Pulls that are only imported may come later.
    if known.last < days.last {
        return Ok(Look::TooEarly);
    }
    let now = insights.totals(of, days, true)?;
    // Half a week more than half a week less is no change.
    let is_known_before = known.first <= Day::from_date(earlier.first);
    let before = is_known_before
        .then(|| insights.totals(of, days_of(earlier), true))
        .transpose()?;
    if now.all.is_nothing() && before.as_ref().is_none_or(|before| before.all.is_nothing()) {
        return Ok(Look::Nothing);
    }
    let addresses = |period: Period| -> Result<Option<u64>, InsightsError> {
        if !has_addresses {
            return Ok(None);
        }
        let by = match every {
            Every::Week => Granularity::Week,
            Every::Month => Granularity::Month,
        };
        let counts = insights.visitors(of, days_of(period), by, Of::All)?;
        let of_period = counts
            .iter()
            .find(|one| one.period == days_of(period).first);
        // None at all means that nobody told them apart: imported rows have none.
        Ok(of_period.map(|one| one.visitors).filter(|count| *count > 0))
    };
    let addresses_now = addresses(period)?;
    let addresses_before = match &before {
        Some(_) => addresses(earlier)?,
        None => None,
    };
    Ok(Look::Found(Box::new(Found {
        every,
        period,
        now,
        before,
        addresses: addresses_now,
        addresses_before,
    })))
}

/// Writes what a look came to, and that it was looked at; gives how many mails that are. What
/// changed since it was looked for counts: who maintains it, what they want, whether it is a member.
fn write_due(
    connection: &Connection,
    due: &Due,
    found: Option<&Found>,
    base_url: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let Due {
        namespace,
        kind,
        every,
        since,
        period,
    } = due;
    let kept = kept::get(connection, namespace)?;
    let last = kept::last_looked_at(connection, namespace, *kind, *every)?;
    if asked(&kept, *kind) != Some((*every, *since))
        || every.due(now, *since, last) != Some(*period)
        || !memberships::is_in(connection, namespace, now.date_naive())?
    {
        return Ok(0);
    }
    let people = maintainers::list(connection, namespace, None)?;
    if people.is_empty() {
        return Ok(0);
    }
    kept::note_looked_at(connection, namespace, *kind, *every, period.first, now)?;
    let Some(said) = found.and_then(|found| said(due, found, &kept, base_url)) else {
        return Ok(0);
    };
    // What is still on its way about the period before is overtaken.
    outbox::withdraw_pulls(connection, &kind.about(namespace))?;
    for person in &people {
        outbox::add(connection, &said.to(person.mail.clone(), &person.name), now)?;
    }
    Ok(people.len())
}

/// What is said of it; nothing if it is not far enough from the week before to be told.
fn said(due: &Due, found: &Found, kept: &Kept, base_url: &str) -> Option<Said> {
    let namespace = &due.namespace;
    let about = due.kind.about(namespace);
    let links = |days| Links {
        insights: insights_url(base_url, namespace, days),
        settings: settings_url(base_url, namespace),
    };
    match due.kind {
        Kind::Alert => {
            let (before, factor) = (found.before.as_ref()?, kept.settings.alert?);
            let turned = turn(before.all.pulls(), found.now.all.pulls(), factor)?;
            let both = Period {
                first: due.every.before(due.period).first,
                last: due.period.last,
            };
            let links = links(both);
            Some(words::alert(
                namespace,
                found,
                before,
                (turned, factor),
                &links,
                about,
            ))
        }
        Kind::Report => Some(words::report(namespace, found, &links(due.period), about)),
    }
}
