//! Rows as the raw export writes them: CSV, in the documented order of columns.
//!
//! Source: the registry’s raw export. `reference` is the tag or the digest that
//! was asked for; `timestamp` has the precision of days, since no moments are
//! disclosed. A field that holds a comma, a quote or a line end is quoted
//! (RFC 4180).

use super::{Batch, Number, Numbers};
use crate::header::Column;
use crate::segment::Action;

/// The first line of an export.
pub const HEADER: &[u8] = b"action,action_day,country,digest,http_method,host,namespace,reference,repository,tag,timestamp,type,user_agent_tool,user_agent_version,domain\n";

/// What a line is made of.
const PARTS: usize = 17;

/// A column whose values are written already, each with the comma behind it.
struct Written<'a> {
    codes: &'a Numbers,
    text: Vec<u8>,
    /// Where each value ends.
    ends: Vec<u32>,
}

impl Written<'_> {
    fn value(&self, row: usize) -> &[u8] {
        let code = self.codes.get(row) as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[start as usize..self.ends[code] as usize]
    }
}

impl Batch {
    /// Writes those rows that `keep` wants, by their positions, as lines of a raw export behind
    /// what is in `out`. All are of `namespace`.
    pub fn write_csv(&self, namespace: &str, keep: impl FnMut(usize) -> bool, out: &mut Vec<u8>) {
        self.each_line(namespace, keep, |line| {
            for part in line {
                out.extend_from_slice(part);
            }
            // In place of the last comma.
            if let Some(last) = out.last_mut() {
                *last = b'\n';
            }
        });
    }

    /// How many bytes [`Self::write_csv`] would write of all rows.
    pub fn csv_bytes(&self, namespace: &str) -> u64 {
        let mut bytes = 0;
        let len = |line: &[&[u8]; PARTS]| line.iter().map(|part| part.len()).sum::<usize>();
        self.each_line(namespace, |_| true, |line| bytes += len(line) as u64);
        bytes
    }

    /// Hands over the parts of each line, each with the comma behind it.
    fn each_line(
        &self,
        namespace: &str,
        mut keep: impl FnMut(usize) -> bool,
        mut take: impl FnMut(&[&[u8]; PARTS]),
    ) {
        let column = |column| self.written(column);
        let (country, digest, host) = (
            column(Column::Country),
            column(Column::Digest),
            column(Column::Host),
        );
        let (repository, tag) = (column(Column::Repository), column(Column::Tag));
        let (network, tool) = (column(Column::Network), column(Column::Tool));
        let (version, domain) = (column(Column::Version), column(Column::Domain));
        let mut owner = Vec::new();
        put(&mut owner, namespace.as_bytes());
        let actions: [Vec<u8>; Action::ALL.len()] = Action::ALL.map(|action| {
            let mut text = action.name().as_bytes().to_vec();
            text.push(b',');
            text
        });
        let mut day = (u64::MAX, String::new());
        for row in 0..self.len() {
            if !keep(row) {
                continue;
            }
            let on = self.numbers(Number::Day).get(row);
            if on != day.0 {
                day = (on, self.day(row).to_string());
            }
            let action = self.numbers(Number::Action).get(row) as usize;
            let is_by_digest = action == Action::PullByDigest as usize;
            let method: &[u8] = match self.numbers(Number::Method).get(row) {
                0 => b"HEAD,",
                _ => b"GET,",
            };
            take(&[
                &actions[action],
                day.1.as_bytes(),
                b",",
                country.value(row),
                digest.value(row),
                method,
                host.value(row),
                &owner,
                if is_by_digest { &digest } else { &tag }.value(row),
                repository.value(row),
                tag.value(row),
                day.1.as_bytes(),
                b" 00:00:00,",
                network.value(row),
                tool.value(row),
                version.value(row),
                domain.value(row),
            ]);
        }
    }

    fn written(&self, column: Column) -> Written<'_> {
        let texts = self.column(column);
        let (mut text, mut ends) = (Vec::new(), Vec::with_capacity(texts.len()));
        for code in 0..texts.len() {
            put(&mut text, texts.value(code as u32));
            ends.push(text.len() as u32);
        }
        Written {
            codes: &texts.codes,
            text,
            ends,
        }
    }
}

/// Writes a field and a comma.
fn put(out: &mut Vec<u8>, field: &[u8]) {
    if field
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
    {
        out.push(b'"');
        for byte in field {
            if *byte == b'"' {
                out.push(b'"');
            }
            out.push(*byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(field);
    }
    out.push(b',');
}
