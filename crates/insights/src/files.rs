//! Raw rows to take away, as CSV: in the order of days and then as they were counted, a part of
//! the store at a time.
//!
//! Where nothing is filtered, the bytes of each day are known beforehand, so that a file whose
//! sending broke off goes on at any of its bytes without what was sent being read again.

use crate::days::{mixed, version};
use crate::{Insights, InsightsError, Namespace};
use pull_store::{Kept, PullStoreError};
use pulls::batch::Batch;
use pulls::batch::csv::HEADER;
use pulls::calendar::Span;
use pulls::query::{Filter, Measure, Query};
use std::ops::ControlFlow;

/// A file is handed over in pieces of so many bytes, about.
pub(crate) const PIECE: usize = 256 << 10;

/// In which form files are written: to be counted up when the same rows become other bytes, so that
/// no file is gone on with in another form.
const FORM: u64 = 1;

/// What takes the pieces of a file. Now and then a piece is empty: whoever wants no more says so
/// then, however long it takes until there is something.
pub type Take<'a> = &'a mut dyn FnMut(&[u8]) -> ControlFlow<()>;

impl Insights {
    /// The days that a query asks for, settled as its view does; `None` if there is no pull.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn span(&self, of: &Namespace, query: &Query) -> Result<Option<Span>, InsightsError> {
        let days = self.days(of)?;
        Ok(days.and_then(|days| days.desk(0).selection(query).span))
    }

    /// Every raw row that matches a query, with a header, under the name that the namespace has
    /// now. `safe` makes values plain that a spreadsheet would run.
    ///
    /// Rows that are counted meanwhile may be among those of days that are not written yet: for a
    /// file whose size was told beforehand take [`Self::raw_file_from`], at 0.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn raw_file(
        &self,
        of: &Namespace,
        query: &Query,
        safe: bool,
        take: Take<'_>,
    ) -> Result<(), InsightsError> {
        let mut file = File::new(of, query, safe, 0, take);
        file.begin();
        if let Some(span) = self.span(of, query)? {
            let names = of.names();
            self.store
                .raw(&names, span, &mut |batch| file.part(&batch))?;
        }
        file.end();
        Ok(())
    }

    /// The bytes of [`Self::raw_file`] from an offset on. Of a file that leaves out no row, days
    /// before it are not read.
    ///
    /// # Errors
    /// When the store cannot be read; [`PullStoreError::Changed`] if rows were counted meanwhile
    /// on a day of a file that leaves out none, so that it is another file now.
    pub fn raw_file_from(
        &self,
        of: &Namespace,
        query: &Query,
        safe: bool,
        offset: u64,
        take: Take<'_>,
    ) -> Result<(), InsightsError> {
        let mut file = File::new(of, query, safe, offset, take);
        file.begin();
        let Some(span) = self.span(of, query)? else {
            file.end();
            return Ok(());
        };
        let names = of.names();
        if !file.is_all() {
            self.store
                .raw(&names, span, &mut |batch| file.part(&batch))?;
            file.end();
            return Ok(());
        }
        for kept in self.store.kept(&names, span)? {
            let bytes = bytes_of(&kept, &of.name);
            if file.passes(bytes) {
                continue;
            }
            let (before, day) = (file.made, Span::new(kept.day, kept.day));
            self.store
                .raw(&names, day, &mut |batch| file.part(&batch))?;
            if file.is_left {
                return Ok(());
            }
            if file.made - before != bytes {
                return Err(PullStoreError::Changed(kept.day).into());
            }
        }
        file.end();
        Ok(())
    }

    /// The bytes that [`Self::raw_file`] has of a span when it leaves out no row and makes no
    /// value plain; `None` for a name that CSV would quote.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn raw_size(&self, of: &Namespace, span: Span) -> Result<Option<u64>, InsightsError> {
        if of.name.contains([',', '"', '\n', '\r']) {
            return Ok(None);
        }
        let kept = self.store.kept(&of.names(), span)?;
        let rows: u64 = kept.iter().map(|kept| bytes_of(kept, &of.name)).sum();
        Ok(Some(HEADER.len() as u64 + rows))
    }

    /// Changes whenever the raw rows of a span do, or the name that they stand under.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn raw_version(&self, of: &Namespace, span: Span) -> Result<u64, InsightsError> {
        // Rows that are put under another name stand in another order.
        of.names().iter().try_fold(FORM, |sum, name| {
            let rows = version(&self.store.kept(&[name], span)?);
            let name = name.bytes().map(u64::from);
            Ok(name.fold(mixed(sum, rows), mixed))
        })
    }
}

/// The bytes of a day’s lines.
fn bytes_of(kept: &Kept, name: &str) -> u64 {
    kept.csv_bytes + kept.rows * name.len() as u64
}

/// A file in the making.
struct File<'a> {
    name: &'a str,
    filters: &'a [Filter],
    measure: Measure,
    safe: bool,
    /// What is written and not handed over yet.
    out: Vec<u8>,
    /// So many bytes that come next are not wanted.
    skip: u64,
    /// Bytes of lines that were written, those that are not wanted included.
    made: u64,
    take: Take<'a>,
    /// Whether whoever takes it wants no more.
    is_left: bool,
}

impl<'a> File<'a> {
    fn new(of: &'a Namespace, query: &'a Query, safe: bool, offset: u64, take: Take<'a>) -> Self {
        Self {
            name: &of.name,
            filters: &query.filters,
            measure: query.measure,
            safe,
            out: Vec::with_capacity(PIECE + 4096),
            skip: offset,
            made: 0,
            take,
            is_left: false,
        }
    }

    /// Whether it leaves out no row of its days and writes all as they are.
    fn is_all(&self) -> bool {
        self.filters.is_empty() && self.measure == Measure::Both && !self.safe
    }

    fn begin(&mut self) {
        self.out.extend_from_slice(HEADER);
        self.drop_unwanted();
    }

    /// Passes over bytes of which none is wanted, if that is so.
    fn passes(&mut self, bytes: u64) -> bool {
        let is_passed = self.skip >= bytes && self.skip > 0;
        if is_passed {
            self.skip -= bytes;
        }
        is_passed
    }

    /// Writes the rows of a part that match.
    fn part(&mut self, batch: &Batch) -> ControlFlow<()> {
        let outcome = (self.take)(&[]);
        self.is_left = outcome.is_break();
        outcome?;
        let marks = batch.marks(self.filters, self.measure, self.name);
        let mut lines = batch.lines(self.name, self.safe);
        if self.skip > 0 && marks.is_none() {
            let bytes = lines.bytes();
            if self.passes(bytes) {
                self.made += bytes;
                return ControlFlow::Continue(());
            }
        }
        for row in 0..batch.len() {
            if marks.as_ref().is_some_and(|marks| !marks[row]) {
                continue;
            }
            let before = self.out.len();
            lines.write(row, &mut self.out);
            self.made += (self.out.len() - before) as u64;
            if self.out.len() >= PIECE {
                self.hand_over()?;
            }
        }
        self.drop_unwanted();
        ControlFlow::Continue(())
    }

    /// While bytes are not wanted, none of those before them is held.
    fn drop_unwanted(&mut self) {
        let unwanted = self.skip.min(self.out.len() as u64);
        self.out.drain(..unwanted as usize);
        self.skip -= unwanted;
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        self.drop_unwanted();
        if !self.out.is_empty() {
            let outcome = (self.take)(&self.out);
            self.out.clear();
            self.is_left = outcome.is_break();
            outcome?;
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self) {
        if !self.is_left {
            // It was the last of it either way.
            let _ = self.hand_over();
        }
    }
}
