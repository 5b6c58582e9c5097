//! Makes sure that slices meet: each slice is read on its own, guessing where
//! its first row begins, and must begin where the slice before ended. Where a
//! quoted newline misled the guess, the slice is read again from the right
//! place; so any cut gives the rows of one pass.
//!
//! A line longer than any row is skipped up to its newline. Where a slice's
//! text ends before that, nothing from the line's first byte to there is a
//! newline, and the next slice begins in between: its guess, the byte after the
//! first newline that it sees, is where the next row begins, without reading
//! anything again.

use crate::partition::{SkippedRow, SliceReport, TOLD_SKIPS};

/// What to do after [`Stitcher::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Every slice that came in so far meets the one before.
    Wait,
    /// The slice must be read again, its first row beginning at this offset.
    Reread {
        /// Number of the slice.
        slice: u32,
        /// Offset of its first row.
        from: u64,
    },
    /// A row of a slice before spans all of this one: it has no rows.
    Forget {
        /// Number of the slice.
        slice: u32,
    },
}

/// Puts a file's slice reports together, in order.
pub struct Stitcher {
    waiting: Vec<(u32, SliceReport, u64)>,
    next_slice: u32,
    next_row: u64,
    /// Whether the next row begins after the first newline from there on.
    open: bool,
    /// Lines before `next_row`.
    lines: u64,
    /// Rows read in the slices that meet.
    pub rows: u64,
    /// Rows skipped in them.
    pub skipped: u64,
    /// The first [`TOLD_SKIPS`] of those; lines counted from 1.
    pub told: Vec<(u64, SkippedRow)>,
}

impl Stitcher {
    /// For a file whose first row begins at `first_row`, after `lines` lines.
    pub fn new(first_row: u64, lines: u64) -> Self {
        Self {
            waiting: Vec::new(),
            next_slice: 0,
            next_row: first_row,
            open: false,
            lines,
            rows: 0,
            skipped: 0,
            told: Vec::new(),
        }
    }

    /// Takes in the report of a slice that ends at the offset `end`.
    pub fn accept(&mut self, slice: u32, end: u64, report: SliceReport) {
        self.waiting.push((slice, report, end));
    }

    /// How many slices meet, counted from the first.
    pub fn joined(&self) -> u32 {
        self.next_slice
    }

    /// Joins what has come in; call it again after each step but [`Step::Wait`].
    pub fn advance(&mut self) -> Step {
        while let Some(at) = self.waiting.iter().position(|w| w.0 == self.next_slice) {
            let (slice, report, end) = self.waiting.swap_remove(at);
            let blank = report.open && report.first_row == report.next_row;
            if self.open && blank {
                // All of it is within the long line.
                self.next_slice += 1;
            } else if self.open || report.first_row == self.next_row {
                // The newline that ends a long line is of no slice's rows.
                self.lines += u64::from(self.open);
                for skipped in report.told {
                    if self.told.len() < TOLD_SKIPS {
                        self.told
                            .push((self.lines + u64::from(skipped.line) + 1, skipped));
                    }
                }
                self.rows += report.rows;
                self.skipped += report.skipped;
                self.lines += u64::from(report.lines);
                self.next_row = report.next_row;
                self.open = report.open;
                self.next_slice += 1;
            } else if self.next_row >= end {
                self.next_slice += 1;
                if report.rows > 0 {
                    return Step::Forget { slice };
                }
            } else {
                return Step::Reread {
                    slice,
                    from: self.next_row,
                };
            }
        }
        Step::Wait
    }
}
