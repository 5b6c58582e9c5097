//! Rows as the raw export writes them: CSV, in the documented order of columns.
//!
//! Source: the registry’s raw export. `reference` is the tag or the digest that
//! was asked for; `timestamp` has the precision of days, since no moments are
//! disclosed. A field that holds a comma, a quote or a line end is quoted
//! (RFC 4180).

use super::{Batch, Number, Numbers};
use crate::calendar::Day;
use crate::export::neutralize;
use crate::header::Column;
use crate::record::write_field;
use crate::segment::Action;

/// The first line of an export.
pub const HEADER: &[u8] = b"action,action_day,country,digest,http_method,host,namespace,reference,repository,tag,timestamp,type,user_agent_tool,user_agent_version,domain\n";

/// What a line is made of.
const PARTS: usize = 14;

/// A column whose values are written already, each with the comma behind it.
struct Written<'a> {
    codes: &'a Numbers,
    text: Vec<u8>,
    /// Where each value ends.
    ends: Vec<u32>,
}

impl<'a> Written<'a> {
    fn new(batch: &'a Batch, column: Column, safe: bool) -> Self {
        let texts = batch.column(column);
        let (mut text, mut ends) = (Vec::new(), Vec::with_capacity(texts.len()));
        for code in 0..texts.len() {
            put(&mut text, texts.value(code as u32), safe);
            ends.push(text.len() as u32);
        }
        Self {
            codes: &texts.codes,
            text,
            ends,
        }
    }

    #[inline]
    fn value(&self, row: usize) -> &[u8] {
        let code = self.codes.get(row) as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[start as usize..self.ends[code] as usize]
    }
}

/// What lines of a day begin with, and their timestamp.
#[derive(Default)]
struct OnDay {
    day: u64,
    /// The first two fields, by action.
    begin: [Vec<u8>; Action::ALL.len()],
    timestamp: Vec<u8>,
}

impl OnDay {
    fn new(day: Day) -> Self {
        Self {
            day: u64::from(day.0.unsigned_abs()),
            begin: Action::ALL.map(|action| format!("{},{day},", action.name()).into_bytes()),
            timestamp: format!("{day} 00:00:00,").into_bytes(),
        }
    }
}

/// The rows of a batch as lines of a raw export, all of one namespace.
pub struct Lines<'a> {
    batch: &'a Batch,
    country: Written<'a>,
    digest: Written<'a>,
    host: Written<'a>,
    repository: Written<'a>,
    tag: Written<'a>,
    network: Written<'a>,
    tool: Written<'a>,
    version: Written<'a>,
    domain: Written<'a>,
    owner: Vec<u8>,
    on: OnDay,
}

impl Lines<'_> {
    /// The parts of a line, each with the comma behind it.
    #[inline]
    fn line(&mut self, row: usize) -> [&[u8]; PARTS] {
        let day = self.batch.numbers(Number::Day).get(row);
        if day != self.on.day || self.on.timestamp.is_empty() {
            self.on = OnDay::new(self.batch.day(row));
        }
        let action = self.batch.numbers(Number::Action).get(row) as usize;
        let is_by_digest = action == Action::PullByDigest as usize;
        let method: &[u8] = match self.batch.numbers(Number::Method).get(row) {
            0 => b"HEAD,",
            _ => b"GET,",
        };
        let (digest, tag) = (self.digest.value(row), self.tag.value(row));
        [
            &self.on.begin[action],
            self.country.value(row),
            digest,
            method,
            self.host.value(row),
            &self.owner,
            if is_by_digest { digest } else { tag },
            self.repository.value(row),
            tag,
            &self.on.timestamp,
            self.network.value(row),
            self.tool.value(row),
            self.version.value(row),
            self.domain.value(row),
        ]
    }

    /// Writes a row’s line behind what is in `out`.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn write(&mut self, row: usize, out: &mut Vec<u8>) {
        for part in self.line(row) {
            out.extend_from_slice(part);
        }
        // In place of the last comma.
        if let Some(last) = out.last_mut() {
            *last = b'\n';
        }
    }

    /// How many bytes the lines of all rows have.
    pub fn bytes(&mut self) -> u64 {
        let mut bytes = 0;
        for row in 0..self.batch.len() {
            bytes += self.line(row).iter().map(|part| part.len()).sum::<usize>();
        }
        bytes as u64
    }
}

impl Batch {
    /// The rows as lines, all of `namespace`; `safe` makes values plain that a spreadsheet would
    /// run, as [`neutralize`] does.
    pub fn lines(&self, namespace: &str, safe: bool) -> Lines<'_> {
        let column = |column| Written::new(self, column, safe);
        let mut owner = Vec::new();
        put(&mut owner, namespace.as_bytes(), safe);
        Lines {
            batch: self,
            country: column(Column::Country),
            digest: column(Column::Digest),
            host: column(Column::Host),
            repository: column(Column::Repository),
            tag: column(Column::Tag),
            network: column(Column::Network),
            tool: column(Column::Tool),
            version: column(Column::Version),
            domain: column(Column::Domain),
            owner,
            on: OnDay::default(),
        }
    }

    /// Writes those rows that `keep` wants, by their positions, as lines of a raw export behind
    /// what is in `out`. All are of `namespace`.
    pub fn write_csv(
        &self,
        namespace: &str,
        mut keep: impl FnMut(usize) -> bool,
        out: &mut Vec<u8>,
    ) {
        let mut lines = self.lines(namespace, false);
        for row in (0..self.len()).filter(|row| keep(*row)) {
            lines.write(row, out);
        }
    }

    /// How many bytes [`Self::write_csv`] would write of all rows.
    pub fn csv_bytes(&self, namespace: &str) -> u64 {
        self.lines(namespace, false).bytes()
    }
}

/// Writes a field and a comma.
fn put(out: &mut Vec<u8>, field: &[u8], safe: bool) {
    if safe {
        write_field(out, &neutralize(field), b',');
    } else {
        write_field(out, field, b',');
    }
    out.push(b',');
}
