//! Which rows count.
//!
//! ClickHouse has no transaction: an insert may reach one table, month or shard
//! and not the next; it may have happened although nobody heard of it; and it may
//! happen a while after it was given up. So nothing depends on whether rows are
//! there, but on the journal, one small table.
//!
//! Whatever is written has a number, its *writing*, that no other has, and every
//! row carries it. The last step of each is one row of the journal, in one insert
//! of one row, which is there or is not. Rows count if their writing stands in the
//! journal: a block counts whole or not at all, in all tables, months and shards
//! from the same moment on.
//!
//! Numbers go up by one, and one is in doubt at most: the one after the last that
//! is settled. Before another is used, it is declared void, by a row of the
//! journal, too. **Void wins**: if the rows of a void writing, or even its row in
//! the journal, arrive afterwards, they do not count. A block that was sent in
//! vain is sent again under another number, whole; nobody has to find out what of
//! it had arrived.
//!
//! Hence, with `last` the greatest number that counts, rows count if their writing
//! is at most `last` and not void: a short list, in place of one of all blocks.
//!
//! - *We end anywhere.* Whoever opens the store next declares the next number
//!   void, without asking, as soon as it writes.
//! - *The answer to the last row is lost.* The journal is read: if it is there, the
//!   block was appended. If it is not, it is declared void, and wins or loses
//!   against a row that is late: never both. Until it is declared, nothing else is
//!   written.
//! - *The same block comes again.* Its number is at most that of the last one.
//! - *Days are replaced.* The new rows come under one number, and the row in the
//!   journal says: of these days, what has a lesser number does not count. One
//!   insert takes the old ones away and brings the new ones.
//!
//! Where servers of a shard copy from each other (`replicated=1`), an insert is done
//! once it is on all of them, and the journal is read as far as it is: what counts is
//! on every copy, and any that has caught up may be read. While a copy is away
//! nothing can be written.
//!
//! One program writes at a time; several may read. What is beyond this: a server
//! that loses power may lose inserts of the last seconds that it said were done,
//! unless its settings say `fsync_after_insert`, which the oldest version does not
//! have. `raw` notices, since it knows how many rows there should be.

use super::copies;
use super::error::ClickHouseError;
use super::schema::JOURNAL;
use super::servers::Servers;
use super::sql;
use pulls::calendar::{Day, Span};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a row of the journal says of its writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is a block.
    Append,
    /// It stands in place of all that was kept of some days of a namespace.
    Replace,
    /// All that was kept of some days is gone.
    Forget,
    /// It is margins of all writings up to a number.
    Fold,
    /// It never counts.
    Void,
    /// Nothing of what it made void or replaced is on a disk any more.
    Clean,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Append,
        Self::Replace,
        Self::Forget,
        Self::Fold,
        Self::Void,
        Self::Clean,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Replace => "replace",
            Self::Forget => "forget",
            Self::Fold => "fold",
            Self::Void => "void",
            Self::Clean => "clean",
        }
    }
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    pub writing: u64,
    /// Of a block, its number; of margins, the last writing that they hold.
    pub number: u64,
    /// Whose days are replaced.
    pub namespace: String,
    /// The days that are replaced or forgotten.
    pub span: Span,
    /// How many raw rows came with it.
    pub rows: u64,
    /// The days of those.
    pub days: Span,
}

impl Entry {
    /// A row that says no more than this.
    pub fn of(kind: Kind, writing: u64) -> Self {
        Self {
            kind,
            writing,
            number: 0,
            namespace: String::new(),
            span: Span::new(Day(0), Day(0)),
            rows: 0,
            days: Span::new(Day(0), Day(0)),
        }
    }
}

impl Entry {
    /// Whether it took something of some namespaces and days away.
    fn touches(&self, namespaces: &[&str], span: Span) -> bool {
        self.span.intersection(span).is_some()
            && (self.kind == Kind::Forget || namespaces.contains(&self.namespace.as_str()))
    }
}

/// What counts at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    /// The last writing that counts.
    pub last: u64,
    /// The greatest number that was used or declared void, as far as the journal knows.
    pub top: u64,
    /// The last block.
    pub block: u64,
    /// The last writing whose rows are in the margins.
    pub folded: u64,
    /// The days of the rows that are not in the margins yet.
    pub open: Option<Span>,
    /// How many rows those are.
    pub open_rows: u64,
    /// Writings that do not count, of which there may be rows.
    pub void: Vec<u64>,
    /// What replaced something, and what of it may still be there.
    pub replaced: Vec<Entry>,
    /// What replaced something that is on no disk any more.
    pub cleaned: Vec<Entry>,
}

impl Moment {
    /// Reads the journal, in one question.
    pub fn read(servers: &Servers) -> Result<Self, ClickHouseError> {
        let journal = servers.all_of(JOURNAL);
        if servers.are_copied() {
            copies::check_caught_up(servers.home()?, &journal)?;
        }
        let void = format!("(SELECT writing FROM {journal} WHERE kind = 'void')");
        let folded = format!(
            "(SELECT max(number) FROM {journal} WHERE kind = 'fold' AND writing NOT IN {void})"
        );
        let mut rows = servers.home()?.ask_settled(&format!(
            // No name of a result is that of a column: a condition would mean the result.
            "SELECT kind AS k, writing AS w, number AS n, namespace AS o, toUInt16(since) AS f,
             toUInt16(until) AS l, rows AS r
             FROM {journal} WHERE kind != 'append'
             UNION ALL
             SELECT 'append' AS k, max(writing) AS w, max(number) AS n, '' AS o, toUInt16(0) AS f,
             toUInt16(0) AS l, toUInt64(0) AS r
             FROM {journal} WHERE kind = 'append' AND writing NOT IN {void}
             UNION ALL
             SELECT 'open' AS k, toUInt64(0) AS w, toUInt64(0) AS n, '' AS o,
             toUInt16(min(first)) AS f, toUInt16(max(last)) AS l, sum(rows) AS r
             FROM {journal} WHERE kind IN ('append', 'replace') AND rows > 0
             AND writing NOT IN {void} AND writing > {folded}"
        ))?;
        let mut moment = Self::default();
        let (mut entries, mut void, mut clean) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        while rows.is_next()? {
            let kind = rows.words()?;
            let (writing, number) = (rows.number()?, rows.number()?);
            let namespace = rows.words()?;
            let (first, last) = (rows.short()?, rows.short()?);
            let span = Span::new(Day(first.into()), Day(last.into()));
            let rows = rows.number()?;
            moment.top = moment.top.max(writing);
            if kind == "open" {
                moment.open = (rows > 0).then_some(span);
                moment.open_rows = rows;
                continue;
            }
            let kind = Kind::ALL.into_iter().find(|one| one.name() == kind);
            match kind.ok_or(ClickHouseError::Answer(
                "a kind of writing that there is not",
            ))? {
                Kind::Append => {
                    moment.block = number;
                    moment.last = moment.last.max(writing);
                }
                Kind::Void => drop(void.insert(writing)),
                Kind::Clean => drop(clean.insert(writing)),
                kind => entries.push(Entry {
                    number,
                    namespace,
                    span,
                    rows,
                    ..Entry::of(kind, writing)
                }),
            }
        }
        for entry in entries {
            if void.contains(&entry.writing) {
                continue;
            }
            moment.last = moment.last.max(entry.writing);
            match entry.kind {
                Kind::Fold => moment.folded = moment.folded.max(entry.number),
                _ if clean.contains(&entry.writing) => moment.cleaned.push(entry),
                _ => moment.replaced.push(entry),
            }
        }
        moment.void = void.difference(&clean).copied().collect();
        Ok(moment)
    }

    /// The condition that a row counts, of any table that carries writings.
    pub fn counts(&self) -> String {
        let mut condition = format!("writing <= {}", self.last);
        if !self.void.is_empty() {
            let _ = write!(condition, " AND writing NOT IN ({})", list(&self.void));
        }
        for entry in &self.replaced {
            let _ = write!(condition, " AND NOT ({})", gone(entry));
        }
        condition
    }

    /// Whether anything of some namespaces and days was ever replaced or forgotten.
    pub fn was_replaced(&self, namespaces: &[&str], span: Span) -> bool {
        let mut all = self.replaced.iter().chain(&self.cleaned);
        all.any(|entry| entry.touches(namespaces, span))
    }

    /// The condition for some namespaces and days; what was replaced elsewhere is left out of it.
    pub fn counts_of(&self, namespaces: &[&str], span: Span) -> String {
        let near = Self {
            replaced: (self.replaced.iter())
                .filter(|entry| entry.touches(namespaces, span))
                .cloned()
                .collect(),
            last: self.last,
            void: self.void.clone(),
            ..Self::default()
        };
        format!(
            "{} AND {} AND {}",
            sql::is_any_of("namespace", namespaces.iter().copied()),
            sql::within(span),
            near.counts()
        )
    }
}

/// Numbers with commas between them.
pub(super) fn list(numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    numbers.join(", ")
}

/// The condition for the rows that a writing has replaced.
pub(super) fn gone(entry: &Entry) -> String {
    let whose = match entry.kind {
        Kind::Forget => String::new(),
        _ => format!("namespace = {} AND ", sql::text(&entry.namespace)),
    };
    format!(
        "{whose}{} AND writing < {}",
        sql::within(entry.span),
        entry.writing
    )
}

/// Writes rows of the journal, in one insert.
pub(super) fn write(servers: &Servers, entries: &[Entry]) -> Result<(), ClickHouseError> {
    let mut rows = Vec::new();
    for entry in entries {
        rows.extend_from_slice(&entry.writing.to_le_bytes());
        super::rows::put_text(&mut rows, entry.kind.name().as_bytes());
        rows.extend_from_slice(&entry.number.to_le_bytes());
        super::rows::put_text(&mut rows, entry.namespace.as_bytes());
        for day in [
            entry.span.first,
            entry.span.last,
            entry.days.first,
            entry.days.last,
        ] {
            let day = day.clamp(Day(0), sql::LAST_DAY).0 as u16;
            rows.extend_from_slice(&day.to_le_bytes());
        }
        rows.extend_from_slice(&entry.rows.to_le_bytes());
    }
    servers.home()?.insert(
        &format!(
            "{} (writing, kind, number, namespace, since, until, first, last, rows)",
            servers.all_of(JOURNAL)
        ),
        &rows,
    )
}
