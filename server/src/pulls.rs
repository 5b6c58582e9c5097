//! The pulls of a namespace, for whoever may see them: its maintainers and staff.

use crate::{
    applications::Trouble,
    maintainers::{Needed, role_in},
    service::Service,
    store::{Store, StoreError, accounts::Account, standings},
};
use chrono::{DateTime, Utc};
use insights::{Insights, InsightsError};
use intake::{IntakeError, Pushed};
use program::{namespace::Namespace, pulls::Period};
use pulls::{
    calendar::{Day, Span},
    served::{Answer, Question},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    task::spawn_blocking,
    time::timeout,
};

/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a question about pulls was not answered.
#[derive(Debug)]
pub enum PullsTrouble {
    /// It is nothing of theirs.
    Closed(Trouble),
    /// This server keeps no pulls.
    NotKept,
    /// As many as may wait for news.
    TooManyListen,
    /// As many questions as may are being answered, and this one waited for its turn in vain.
    Busy,
    /// They could not be read.
    Unread(InsightsError),
    /// Pushes could not be read.
    PushesUnread(IntakeError),
    /// They could not be read a moment ago, and are not read again at once.
    NotCounted,
}

impl From<StoreError> for PullsTrouble {
    fn from(error: StoreError) -> Self {
        Self::Closed(error.into())
    }
}

impl From<Trouble> for PullsTrouble {
    fn from(trouble: Trouble) -> Self {
        Self::Closed(trouble)
    }
}

impl From<InsightsError> for PullsTrouble {
    fn from(error: InsightsError) -> Self {
        Self::Unread(error)
    }
}

/// The day of a moment, in UTC.
pub fn day_of(at: DateTime<Utc>) -> Day {
    Day::from_date(at.date_naive())
}

/// The days of a week or month.
pub fn days_of(period: Period) -> Span {
    Span::new(Day::from_date(period.first), Day::from_date(period.last))
}

/// A namespace with the names that it had.
fn named(
    store: &Store,
    service: &Service,
    name: &str,
    today: Day,
) -> Result<insights::Namespace, StoreError> {
    let former = store.read(|connection| standings::former_names(connection, name))?;
    let reporters = service.reporters.now(store)?;
    let is_reported = std::iter::once(name)
        .chain(former.iter().map(String::as_str))
        .any(|name| reporters.report(name));
    Ok(insights::Namespace {
        today: is_reported.then_some(today),
        name: name.to_owned(),
        former,
    })
}

impl Service {
    /// Whose pulls somebody asks for, if they may see them.
    ///
    /// # Errors
    /// When it is nothing of theirs.
    pub async fn pulls_of(
        &self,
        namespace: &Namespace,
        account: &Account,
    ) -> Result<insights::Namespace, Trouble> {
        let (name, account) = (namespace.clone(), account.clone());
        let (service, today) = (self.clone(), day_of(self.now()));
        self.with_store(move |store| {
            store.read(|connection| Ok(role_in(connection, &name, &account, Needed::ToSee)))??;
            Ok(named(store, &service, name.as_str(), today)?)
        })
        .await
    }

    /// Whose pulls a link leads to that somebody gave away who may see them.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn linked_pulls_of(
        &self,
        namespace: &Namespace,
    ) -> Result<insights::Namespace, StoreError> {
        let (name, service, today) = (namespace.clone(), self.clone(), day_of(self.now()));
        self.with_store(move |store| named(store, &service, name.as_str(), today))
            .await
    }

    /// Works on stored pulls, beside the threads that answer, a few at a time.
    ///
    /// # Errors
    /// Those of `work`, and when there are no pulls.
    pub async fn with_insights<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Insights) -> Result<T, PullsTrouble> + Send + 'static,
    ) -> Result<T, PullsTrouble> {
        let intake = self.intake.as_ref().ok_or(PullsTrouble::NotKept)?;
        let insights = Arc::clone(&intake.insights);
        // It is never closed. Whoever asks may go; the work has its turn to its end.
        let turn = Arc::clone(&self.counts).acquire_owned();
        let Ok(turn) = timeout(PATIENCE, turn).await else {
            return Err(PullsTrouble::Busy);
        };
        spawn_blocking(move || {
            let _turn = turn;
            work(&insights)
        })
        .await
        .unwrap_or(Err(PullsTrouble::Closed(StoreError::Interrupted.into())))
    }
}

impl Service {
    /// Answers a question of the page. What filters of the same view will need is read ahead.
    ///
    /// # Errors
    /// Those of [`Self::with_insights`].
    pub async fn answer_pulls(
        &self,
        of: insights::Namespace,
        question: Question,
    ) -> Result<Answer, PullsTrouble> {
        let ahead = match &question {
            Question::View { query, .. } | Question::Look { query, .. } => {
                Some((of.clone(), query.clone()))
            }
            _ => None,
        };
        let answer = self
            .with_insights(move |insights| Ok(insights.answer(&of, &question)?))
            .await?;
        // Rows that are sent are not counted here.
        if let (
            Answer::View {
                rows_fit: false, ..
            },
            Some((of, query)),
            Some(intake),
        ) = (&answer, ahead, &self.intake)
        {
            let insights = Arc::clone(&intake.insights);
            tokio::spawn(async move {
                tokio::time::sleep(AHEAD_AFTER).await;
                let outcome = spawn_blocking(move || insights.read_ahead(&of, &query)).await;
                if let Ok(Err(error)) = outcome {
                    // Whoever asks next is told, if it is still so.
                    tracing::warn!(%error, "pulls could not be read ahead");
                }
            });
        }
        Ok(answer)
    }
}

/// How long after a view what its filters need is read: what the page asks beside it comes first.
const AHEAD_AFTER: Duration = Duration::from_millis(400);

/// The most pushes in one answer.
const MOST_PUSHES: u32 = 1_000;

impl Service {
    /// The tags that were pushed within some days, newest first, and whether there are earlier ones
    /// than are given.
    ///
    /// # Errors
    /// When there are none to read, or they cannot be read.
    pub async fn pushes(
        &self,
        of: insights::Namespace,
        span: Span,
    ) -> Result<(Vec<Pushed>, bool), PullsTrouble> {
        let intake = self.intake.as_ref().ok_or(PullsTrouble::NotKept)?;
        let pushes = Arc::clone(&intake.pushes);
        spawn_blocking(move || {
            let mut found = pushes
                .between(&of.names(), span, MOST_PUSHES + 1)
                .map_err(PullsTrouble::PushesUnread)?;
            let has_earlier = found.len() > MOST_PUSHES as usize;
            found.truncate(MOST_PUSHES as usize);
            Ok((found, has_earlier))
        })
        .await
        .unwrap_or(Err(PullsTrouble::Closed(StoreError::Interrupted.into())))
    }
}

/// Waits for new pulls of a namespace.
pub struct News {
    of: insights::Namespace,
    insights: Arc<Insights>,
    counted: watch::Receiver<Option<u64>>,
    version: Option<u64>,
    _place: OwnedSemaphorePermit,
}

impl Service {
    /// Waits for new pulls from now on.
    ///
    /// # Errors
    /// When there are none to wait for.
    pub fn news_of_pulls(&self, of: insights::Namespace) -> Result<News, PullsTrouble> {
        let intake = self.intake.as_ref().ok_or(PullsTrouble::NotKept)?;
        let place = Arc::clone(&self.listeners);
        let place = place
            .try_acquire_owned()
            .map_err(|_| PullsTrouble::TooManyListen)?;
        Ok(News {
            _place: place,
            of,
            insights: Arc::clone(&intake.insights),
            counted: intake.counted.subscribe(),
            version: None,
        })
    }
}

impl News {
    /// Comes back once there is something new, `pause` after it came at the earliest; `None` when
    /// the server ends or the pulls cannot be read.
    pub async fn next(&mut self, pause: Duration) -> Option<()> {
        if self.version.is_none() {
            self.version = Some(self.now().await?);
            // What came before anybody listened, or while the connection was broken, is not missed.
            return Some(());
        }
        loop {
            self.counted.changed().await.ok()?;
            // What comes meanwhile is said at once with it.
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = self.counted.wait_for(Option::is_none) => {}
            }
            (*self.counted.borrow_and_update())?;
            let now = self.now().await?;
            if self.version.replace(now) != Some(now) {
                return Some(());
            }
        }
    }

    async fn now(&self) -> Option<u64> {
        let (insights, of) = (Arc::clone(&self.insights), self.of.clone());
        match spawn_blocking(move || insights.version(&of)).await {
            Ok(Ok(version)) => Some(version),
            Ok(Err(error)) => {
                tracing::error!(%error, "pulls could not be read");
                None
            }
            Err(_) => None,
        }
    }
}
