//! The publisher analytics API: what scripts already ask a registry for. Shapes are those of its
//! published document and of its table of paths.

use crate::{
    applications::Trouble,
    pulls::PullsTrouble,
    secret,
    service::Service,
    store::{StoreError, accounts::Account, maintainers},
};
use api::{account::Scope, paths::PullsFile};
use chrono::{DateTime, Datelike, TimeDelta};
use insights::{Insights, InsightsError};
use program::namespace::Namespace;
use pull_store::Of;
use pulls::calendar::{Day, Granularity, Span};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// How long a link to a file is good.
const LINK_LIFE: TimeDelta = TimeDelta::minutes(15);

/// A kind of time span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Timespan {
    /// Calendar months, in UTC.
    #[default]
    Months,
    /// Weeks from Monday to Sunday, numbered as in ISO 8601.
    Weeks,
}

impl Timespan {
    /// The period of the calendar.
    pub const fn by(self) -> Granularity {
        match self {
            Self::Months => Granularity::Month,
            Self::Weeks => Granularity::Week,
        }
    }

    /// The year that a period is counted in, and its number there.
    pub fn number(self, period: Span) -> (i32, u32) {
        let first = period.first.date();
        match self {
            Self::Months => (first.year(), first.month()),
            Self::Weeks => (first.iso_week().year(), first.iso_week().week()),
        }
    }
}

/// How far back pulls are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Two months.
    #[serde(rename = "last-2-months")]
    Two,
    /// Three months.
    #[default]
    #[serde(rename = "last-3-months")]
    Three,
    /// Six months.
    #[serde(rename = "last-6-months")]
    Six,
    /// A year.
    #[serde(rename = "last-12-months")]
    Twelve,
}

impl Period {
    const fn months(self) -> u32 {
        match self {
            Self::Two => 2,
            Self::Three => 3,
            Self::Six => 6,
            Self::Twelve => 12,
        }
    }
}

/// What pulls are added up by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Each repository.
    #[default]
    Repo,
    /// The namespace.
    Namespace,
}

/// Pulls in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullModel {
    /// The first day.
    pub start: String,
    /// The last day.
    pub end: String,
    /// The repository, if they are of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The namespace.
    pub namespace: String,
    /// Pulls, by tag and by digest.
    pub pull_count: u64,
    /// Different addresses.
    pub ip_count: u64,
    /// Always empty: these are the pulls of all countries. Scripts read the field.
    pub country: &'static str,
}

/// A file that can be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DataFile {
    /// Where, for 15 minutes and without a token.
    pub url: String,
    /// Its bytes.
    pub size: u64,
}

/// The pulls of whole periods that are over, in the months before today.
///
/// # Errors
/// Those of reading.
pub fn pulls(
    insights: &Insights,
    of: &insights::Namespace,
    today: Day,
    (timespan, period, group): (Timespan, Period, Group),
    repository: Option<&str>,
) -> Result<Vec<PullModel>, InsightsError> {
    let by = timespan.by();
    // Whole periods: from the first that begins so many months before the running one.
    let running = by.start(today);
    let from = by.start(running.minus_months(period.months()));
    if from >= running {
        return Ok(Vec::new());
    }
    let span = Span::new(from, running.plus(-1));
    let whose = match group {
        Group::Repo => Of::Repository,
        Group::Namespace => Of::All,
    };
    let visitors = insights.visitors(of, span, by, whose)?;
    let visitors: HashMap<(Day, &str), u64> = visitors
        .iter()
        .map(|one| ((one.period, one.repository.as_str()), one.visitors))
        .collect();
    let mut models: Vec<PullModel> = Vec::new();
    for one in insights.repository_pulls(of, span, by)? {
        if repository.is_some_and(|repository| repository != one.repository) {
            continue;
        }
        let (start, end) = (
            one.period.to_string(),
            by.next(one.period).plus(-1).to_string(),
        );
        if group == Group::Namespace
            && let Some(last) = models.last_mut().filter(|last| last.start == start)
        {
            last.pull_count += one.pulls;
            continue;
        }
        let name = match group {
            Group::Repo => one.repository.as_str(),
            Group::Namespace => "",
        };
        let ip_count = visitors.get(&(one.period, name)).copied().unwrap_or(0);
        models.push(PullModel {
            start,
            end,
            repo: (group == Group::Repo).then_some(one.repository),
            namespace: of.name.clone(),
            pull_count: one.pulls,
            ip_count,
            country: "",
        });
    }
    Ok(models)
}

impl Service {
    /// The namespaces that somebody maintains and that have pulls.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn publisher_namespaces(
        &self,
        account: &Account,
    ) -> Result<Vec<insights::Namespace>, PullsTrouble> {
        let id = account.id;
        let maintained: Vec<Namespace> = self
            .with_store(move |store| {
                store.read(|connection| {
                    let all = maintainers::of_account(connection, id)?;
                    Ok(all.into_iter().map(|(namespace, _)| namespace).collect())
                })
            })
            .await
            .map_err(|error: StoreError| PullsTrouble::Closed(Trouble::from(error)))?;
        let mut found = Vec::new();
        for namespace in maintained {
            let of = self.pulls_of(&namespace, account).await?;
            let asked = of.clone();
            let version = self
                .with_insights(move |insights| Ok(insights.version(&asked)?))
                .await?;
            if version != 0 {
                found.push(of);
            }
        }
        Ok(found)
    }

    /// Somebody who gives a personal access token as a password; the token, which opens the rest
    /// of this API as well.
    ///
    /// # Errors
    /// Those of the data.
    pub async fn publisher_login(
        &self,
        name: &str,
        password: &str,
    ) -> Result<Option<Account>, StoreError> {
        let found = self.token_owner(password).await?;
        Ok(found
            .filter(|(_, scope)| scope.allows(Scope::Read))
            .map(|(account, _)| account)
            .filter(|account| account.mail.as_str().eq_ignore_ascii_case(name.trim())))
    }

    /// The part of a link that makes it good, and until when.
    pub fn link_seal(&self, namespace: &str, file: &str, asked: &str) -> (i64, String) {
        let until = (self.now() + LINK_LIFE).timestamp();
        (until, seal(&self.link_key, namespace, file, asked, until))
    }

    /// Whether a link is good.
    pub fn is_sealed(&self, sealed: (&str, &str, &str), until: i64, given: &str) -> bool {
        let (namespace, file, asked) = sealed;
        let is_over = DateTime::from_timestamp(until, 0).is_none_or(|until| until < self.now());
        let expected = seal(&self.link_key, namespace, file, asked, until);
        // Without randomness there is no key, and no link is good.
        !self.link_key.is_empty() && !is_over && secret::same_text(given, &expected)
    }
}

/// What makes a link good: it follows from what it leads to, for whoever has the key. Its parts hold
/// no line end.
fn seal(key: &[u8], namespace: &str, file: &str, asked: &str, until: i64) -> String {
    secret::derived(key, &format!("{namespace}\n{file}\n{asked}\n{until}"))
}

/// The bytes of a file of a whole period.
///
/// # Errors
/// Those of reading.
pub fn size_of(
    insights: &Insights,
    of: &insights::Namespace,
    what: PullsFile,
    query: &pulls::query::Query,
    span: Span,
) -> Result<u64, InsightsError> {
    use pulls::summary::Level;
    let level = match what {
        PullsFile::Raw => return Ok(insights.raw_size(of, span)?.unwrap_or(0)),
        PullsFile::Summary => Level::Reference,
        PullsFile::RepositorySummary => Level::Repository,
        PullsFile::NamespaceSummary => Level::Namespace,
    };
    Ok(insights.summary_file(of, query, level)?.len() as u64)
}
