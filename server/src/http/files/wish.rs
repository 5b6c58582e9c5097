//! Which file is asked for: read from the end of a path, and from what stands behind the question
//! mark.

use crate::http::refusal::Refusal;
use api::{Problem, ProblemKind, paths::PullsFile};
use pulls::{
    calendar::{Day, Span},
    query::{Measure, Query, SpanChoice},
    written,
};

/// Which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it holds.
    pub what: PullsFile,
    /// Whether as gzip.
    pub gzip: bool,
    /// Whether cells are made plain that a spreadsheet would run.
    pub safe: bool,
    /// Of which view.
    pub query: Query,
}

impl Wish {
    /// What the end of a path and what stands behind the question mark ask for.
    ///
    /// # Errors
    /// Says what cannot be read.
    pub fn read(file: &str, query: &str) -> Result<Self, Refusal> {
        let (bare, gzip) = match file.strip_suffix(".gz") {
            Some(bare) => (bare, true),
            None => (file, false),
        };
        let what = PullsFile::ALL
            .into_iter()
            .find(|what| bare.strip_suffix(".csv") == Some(what.word()))
            .ok_or_else(Refusal::nothing)?;
        let mut wish = Self {
            what,
            gzip,
            safe: false,
            query: Query {
                measure: Measure::Both,
                ..Query::default()
            },
        };
        let (mut from, mut to, mut filters) = (None, None, Vec::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("from", text) => from = Some(day("from", text)?),
                ("to", text) => to = Some(day("to", text)?),
                ("count", word) if let Some(measure) = written::measure(word) => {
                    wish.query.measure = measure;
                }
                ("safe", "true") => wish.safe = true,
                ("safe", "false") => wish.safe = false,
                ("filter", text) if written::read(text).is_some() => {
                    filters.push(value.into_owned())
                }
                (name, value) => {
                    return Err(unreadable(format!(
                        "{name}={value} is not understood. There are from and to (as 2026-08-13), count (pulls, checks or both), safe (true or false) and filter (as country:DE, or !tag:latest to leave out)."
                    )));
                }
            }
        }
        wish.query.filters = written::filters(filters.iter().map(String::as_str));
        wish.query.span = match (from, to) {
            (None, None) => SpanChoice::All,
            (Some(from), Some(to)) if from <= to => SpanChoice::Days(Span::new(from, to)),
            (Some(_), Some(_)) => return Err(unreadable("from is after to.".to_owned())),
            _ => return Err(unreadable("from and to come together.".to_owned())),
        };
        Ok(wish)
    }

    /// Whether every row of its days is in it.
    pub(super) fn is_whole(&self) -> bool {
        self.query.filters.is_empty() && self.query.measure == Measure::Both && !self.safe
    }
}

fn day(name: &str, text: &str) -> Result<Day, Refusal> {
    Day::parse(text.as_bytes()).ok_or_else(|| {
        unreadable(format!(
            "{name}={text} is no day; one is written as 2026-08-13."
        ))
    })
}

fn unreadable(words: String) -> Refusal {
    Refusal(Problem::new(ProblemKind::Malformed, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read_and_what_is_none_is_named() {
        let wish = Wish::read(
            "raw.csv.gz",
            "from=2026-01-01&to=2026-01-31&count=pulls&filter=country:DE&filter=!tag:a%26b",
        )
        .unwrap();
        assert_eq!((wish.what, wish.gzip), (PullsFile::Raw, true));
        assert_eq!(wish.query.measure, Measure::Pulls);
        assert_eq!(wish.query.filters.len(), 2);
        assert_eq!(wish.query.filters[1].values, ["a&b"]);
        assert!(Wish::read("raw.csv", "").unwrap().is_whole());
        for (file, query) in [
            ("raw.txt", ""),
            ("raw", ""),
            ("summary.csv.zip", ""),
            ("raw.csv", "from=2026-01-01"),
            ("raw.csv", "from=2026-02-01&to=2026-01-01"),
            ("raw.csv", "from=yesterday&to=2026-01-01"),
            ("raw.csv", "count=all"),
            ("raw.csv", "filter=colour:red"),
            ("raw.csv", "limit=5"),
        ] {
            assert!(Wish::read(file, query).is_err(), "{file}?{query}");
        }
    }
}
