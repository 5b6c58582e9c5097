//! What maintainers decided about the pulls of their namespaces, and which weeks and months were
//! looked at for a mail.

use super::{
    StoreError,
    values::{day, days, millis, time},
};
use chrono::{DateTime, NaiveDate, Utc};
use program::{
    namespace::Namespace,
    pulls::{Every, Factor, PullSettings},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What is kept of a namespace. Where nothing was decided, everything is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// What was decided.
    pub settings: PullSettings,
    /// Since when alerts are on.
    pub alert_since: Option<DateTime<Utc>>,
    /// Since when reports go out as often as they do.
    pub report_since: Option<DateTime<Utc>>,
    /// How often it was changed; 0 if nothing was decided yet.
    pub version: u64,
}

/// What a week or month was looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whether it is far from the week before.
    Alert,
    /// Its figures.
    Report,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Alert, Self::Report];

    /// As it is kept.
    const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Report => "report",
        }
    }

    /// What its mails are about.
    pub fn about(self, namespace: &Namespace) -> String {
        format!("pull-{}:{namespace}", self.name())
    }
}

const KEPT: &str =
    "SELECT is_published, alert, alert_since, report, report_since, version, namespace
     FROM pull_settings";

fn kept(row: &Row<'_>) -> Result<Kept, StoreError> {
    let since = |at| {
        let millis: Option<i64> = row.get(at)?;
        millis.map(time).transpose()
    };
    let alert: Option<String> = row.get(1)?;
    let report: Option<String> = row.get(3)?;
    let alert = alert.map(|id| Factor::of_id(&id).ok_or(StoreError::Corrupt("a factor")));
    let report = report.map(|id| Every::of_id(&id).ok_or(StoreError::Corrupt("a period")));
    Ok(Kept {
        settings: PullSettings {
            publishes_totals: row.get(0)?,
            alert: alert.transpose()?,
            report: report.transpose()?,
        },
        alert_since: since(2)?,
        report_since: since(4)?,
        version: row.get::<_, i64>(5)?.unsigned_abs(),
    })
}

/// What was decided for a namespace.
///
/// # Errors
/// Those of reading.
pub fn get(connection: &Connection, namespace: &Namespace) -> Result<Kept, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{KEPT} WHERE namespace = ?1"))?;
    let mut rows = statement.query([namespace.as_str()])?;
    rows.next()?.map_or_else(|| Ok(Kept::default()), kept)
}

/// The namespaces that want any mail, with what was decided.
///
/// # Errors
/// Those of reading.
pub fn with_mails(connection: &Connection) -> Result<Vec<(Namespace, Kept)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{KEPT} WHERE alert IS NOT NULL OR report IS NOT NULL ORDER BY namespace"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(6)?;
        let namespace = Namespace::parse(&name).map_err(|_| StoreError::Corrupt("a namespace"))?;
        found.push((namespace, kept(row)?));
    }
    Ok(found)
}

/// Whether the totals of a namespace are published.
///
/// # Errors
/// Those of reading.
pub fn is_published(connection: &Connection, namespace: &Namespace) -> Result<bool, StoreError> {
    let found: Option<bool> = connection
        .prepare_cached("SELECT is_published FROM pull_settings WHERE namespace = ?1")?
        .query_row([namespace.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(false))
}

/// Keeps what was decided, if its version is the one that it was made from; gives whether it was.
/// The moment from which mails are wanted is that of turning them on, or of another rhythm.
///
/// # Errors
/// Those of writing.
pub fn put(
    connection: &Connection,
    namespace: &Namespace,
    settings: PullSettings,
    from: u64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let before = get(connection, namespace)?;
    if before.version != from {
        return Ok(false);
    }
    let alert_since = match (before.alert_since, settings.alert) {
        (Some(since), Some(_)) => Some(since),
        (_, alert) => alert.map(|_| now),
    };
    let is_same_report = before.settings.report == settings.report;
    let report_since = match before.report_since {
        Some(since) if is_same_report => Some(since),
        _ => settings.report.map(|_| now),
    };
    connection.execute(
        "INSERT INTO pull_settings (namespace, is_published, alert, alert_since, report,
             report_since, version, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (namespace) DO UPDATE SET is_published = excluded.is_published,
             alert = excluded.alert, alert_since = excluded.alert_since,
             report = excluded.report, report_since = excluded.report_since,
             version = excluded.version, changed_at = excluded.changed_at",
        params![
            namespace.as_str(),
            settings.publishes_totals,
            settings.alert.map(Factor::id),
            alert_since.map(millis),
            settings.report.map(Every::id),
            report_since.map(millis),
            from as i64 + 1,
            millis(now),
        ],
    )?;
    Ok(true)
}

/// The first day of the last week or month that was looked at.
///
/// # Errors
/// Those of reading.
pub fn last_looked_at(
    connection: &Connection,
    namespace: &Namespace,
    kind: Kind,
    every: Every,
) -> Result<Option<NaiveDate>, StoreError> {
    let last: Option<i32> = connection
        .prepare_cached(
            "SELECT max(first_day) FROM pull_look
             WHERE namespace = ?1 AND kind = ?2 AND every = ?3",
        )?
        .query_row(
            params![namespace.as_str(), kind.name(), every.id()],
            |row| row.get(0),
        )?;
    last.map(day).transpose()
}

/// Notes that a week or month was looked at, whether a mail came of it or not.
///
/// # Errors
/// Those of writing.
pub fn note_looked_at(
    connection: &Connection,
    namespace: &Namespace,
    kind: Kind,
    every: Every,
    first: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO pull_look (namespace, kind, every, first_day, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            namespace.as_str(),
            kind.name(),
            every.id(),
            days(first),
            millis(now)
        ],
    )?;
    Ok(())
}

/// Forgets what was looked at before a moment, but for the last of each namespace: by that it is
/// told what is due.
///
/// # Errors
/// Those of writing.
pub fn forget_looks(connection: &Connection, before: DateTime<Utc>) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM pull_look WHERE at < ?1 AND first_day < (
             SELECT max(first_day) FROM pull_look AS other
             WHERE other.namespace = pull_look.namespace AND other.kind = pull_look.kind
                 AND other.every = pull_look.every)",
        [millis(before)],
    )?;
    Ok(())
}
