//! Totals that maintainers publish: for anybody to see, as long as the namespace is in the program.
//! Each namespace is counted once in [`KEPT_FOR`], however many ask.

use crate::{
    pulls::{PullsTrouble, day_of, days_of},
    service::Service,
    store::{memberships, pull_settings},
};
use api::pulls::{PullTotals, PulledIn, RepositoryPulled};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use insights::{Figures, Insights, InsightsError, Totals};
use program::{
    namespace::Namespace,
    pulls::{Period, thirty_days, twelve_months},
};
use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as AsyncMutex;

/// How long totals are given out until they are counted anew.
const KEPT_FOR: TimeDelta = TimeDelta::minutes(10);

/// How long nobody tries again after they could not be counted.
const REFUSED_FOR: TimeDelta = TimeDelta::seconds(10);

/// Most repositories that an answer lists.
const MOST_REPOSITORIES: usize = 200;

/// Totals as they were last counted, by namespace. Only what is published is in it.
#[derive(Default)]
pub struct Published(Mutex<HashMap<Namespace, Slot>>);

type Slot = Arc<AsyncMutex<Option<Counted>>>;

/// What counting came to, and when: what was counted is of when it was begun, what could not be of
/// when it was given up, which may be minutes later.
struct Counted {
    at: DateTime<Utc>,
    /// Nothing if the pulls could not be read.
    totals: Option<Arc<PullTotals>>,
}

impl Counted {
    fn of(
        totals: Option<Arc<PullTotals>>,
        begun: DateTime<Utc>,
        ended: impl Fn() -> DateTime<Utc>,
    ) -> Self {
        Self {
            at: if totals.is_some() { begun } else { ended() },
            totals,
        }
    }

    fn holds(&self, now: DateTime<Utc>) -> bool {
        let life = match self.totals {
            Some(_) => KEPT_FOR,
            None => REFUSED_FOR,
        };
        self.at <= now && now < self.at + life
    }
}

impl Published {
    fn slot(&self, namespace: &Namespace) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(namespace.clone()).or_default())
    }
}

impl Service {
    /// The totals of a namespace; nothing if they are not published, whether there is such a
    /// namespace or not.
    ///
    /// # Errors
    /// Those of the data, and when the pulls could not be read the last time.
    pub async fn published_totals(
        &self,
        namespace: &Namespace,
    ) -> Result<Option<Arc<PullTotals>>, PullsTrouble> {
        let (name, today) = (namespace.clone(), self.now().date_naive());
        let is_published = self
            .with_store(move |store| {
                store.read(|connection| {
                    Ok(pull_settings::is_published(connection, &name)?
                        && memberships::is_in(connection, &name, today)?)
                })
            })
            .await?;
        if !is_published || self.intake.is_none() {
            return Ok(None);
        }
        let slot = self.published.slot(namespace);
        let (service, namespace) = (self.clone(), namespace.clone());
        // Whoever asks may go away; who asks next finds the work done, and does not begin it again.
        let counted = tokio::spawn(async move {
            let mut held = slot.lock().await;
            let now = service.now();
            if let Some(held) = held.as_ref().filter(|held| held.holds(now)) {
                return held.totals.clone();
            }
            let totals = match service.count_totals(&namespace, now).await {
                Ok(totals) => Some(Arc::new(totals)),
                Err(trouble) => {
                    tracing::error!(%namespace, ?trouble, "published totals were not counted");
                    None
                }
            };
            let counted = held.insert(Counted::of(totals, now, || service.now()));
            counted.totals.clone()
        });
        match counted.await {
            Ok(Some(totals)) => Ok(Some(totals)),
            Ok(None) | Err(_) => Err(PullsTrouble::NotCounted),
        }
    }

    async fn count_totals(
        &self,
        namespace: &Namespace,
        now: DateTime<Utc>,
    ) -> Result<PullTotals, PullsTrouble> {
        let of = self.linked_pulls_of(namespace).await?;
        self.with_insights(move |insights| Ok(count(insights, &of, now)?))
            .await
    }
}

fn count(
    insights: &Insights,
    of: &insights::Namespace,
    now: DateTime<Utc>,
) -> Result<PullTotals, InsightsError> {
    let today = day_of(now).date();
    let in_period = |period: Period| -> Result<PulledIn, InsightsError> {
        let totals = insights.totals(of, days_of(period), false)?;
        Ok(pulled(period, &totals))
    };
    Ok(PullTotals {
        namespace: of.name.clone(),
        known_from: known_from(insights, of)?,
        months: in_period(twelve_months(today))?,
        days: in_period(thirty_days(today))?,
    })
}

fn known_from(
    insights: &Insights,
    of: &insights::Namespace,
) -> Result<Option<NaiveDate>, InsightsError> {
    Ok(insights.known_days(of)?.map(|days| days.first.date()))
}

fn pulled(period: Period, totals: &Totals) -> PulledIn {
    let Figures {
        by_tag,
        by_digest,
        version_checks,
    } = totals.all;
    let mut repositories: Vec<RepositoryPulled> = totals
        .repositories
        .iter()
        .map(|(repository, figures)| RepositoryPulled {
            repository: repository.clone(),
            by_tag: figures.by_tag,
            by_digest: figures.by_digest,
            version_checks: figures.version_checks,
        })
        .collect();
    let repository_count = repositories.len();
    repositories.sort_by_key(|one| Reverse(one.by_tag + one.by_digest));
    repositories.truncate(MOST_REPOSITORIES);
    PulledIn {
        first: period.first,
        last: period.last,
        by_tag,
        by_digest,
        version_checks,
        repositories,
        repository_count,
    }
}

#[cfg(test)]
mod tests {
    use super::Counted;
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn what_could_not_be_counted_is_tried_again_soon() {
        let after = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        // Who waited meanwhile is told the same: nobody begins the same again in vain.
        let counted = Counted::of(None, after(0), || after(90));
        assert!(counted.holds(after(99)));
        assert!(!counted.holds(after(100)));
    }
}
