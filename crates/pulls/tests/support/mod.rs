//! Drives partitions and a desk as the workers do, without any worker: reads
//! a text in slices, stitches, asks and exports.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod plain;
pub mod reader;

use pulls::calendar::Granularity;
use pulls::counted::CountedRow;
use pulls::desk::Desk;
use pulls::dictionary::PADDING;
use pulls::header::{self, Header};
use pulls::partition::{MAX_ROW, Partition, Slice, SliceError, SliceReport};
use pulls::query::Query;
use pulls::segment::{Segment, SliceId};
use pulls::sieve::Sieve;
use pulls::stitch::{Step, Stitcher};
use pulls::summary::{self, Level};
use pulls::view::View;

/// What the workers hold.
pub struct Engine {
    pub parts: Vec<Partition>,
    pub desk: Desk,
    pub files: Vec<(Header, Vec<u8>, Stitcher)>,
}

impl Engine {
    pub fn new(parts: usize) -> Self {
        Self {
            parts: (0..parts).map(|_| Partition::new()).collect(),
            desk: Desk::new(parts),
            files: Vec::new(),
        }
    }

    /// Reads a file in slices of so many bytes, dealt out over the partitions.
    pub fn open(&mut self, text: &[u8], slice_len: usize) {
        let header = header::read(text).expect("an export");
        let file = self.files.len() as u32;
        let body = u64::from(header.first_row);
        let lines = text[..body as usize]
            .iter()
            .filter(|b| **b == b'\n')
            .count() as u64;
        let mut stitcher = Stitcher::new(body, lines);
        let slices = text.len().div_ceil(slice_len).max(1) as u32;
        // In another order than they stand, as workers finish.
        let order = (0..slices).step_by(2).chain((0..slices).skip(1).step_by(2));
        let mut owner = vec![0; slices as usize];
        for slice in order {
            let part = (slice as usize * 7 + 3) % self.parts.len();
            owner[slice as usize] = part;
            let start = u64::from(slice) * slice_len as u64;
            let end = (start + slice_len as u64).min(text.len() as u64);
            let from = if start <= body { None } else { Some(start - 1) };
            let report = match from {
                None if end <= body => self.read(
                    part,
                    &header,
                    text,
                    file,
                    slice,
                    (body, end.max(body), true),
                ),
                None => self.read(part, &header, text, file, slice, (body, end, true)),
                Some(from) => self.read(part, &header, text, file, slice, (from, end, false)),
            };
            stitcher.accept(slice, end, report);
            loop {
                match stitcher.advance() {
                    Step::Wait => break,
                    Step::Forget { slice } => {
                        self.parts[owner[slice as usize]].forget_slice(SliceId { file, slice })
                    }
                    Step::Reread { slice, from } => {
                        let end =
                            ((u64::from(slice) + 1) * slice_len as u64).min(text.len() as u64);
                        let report = self.read(
                            owner[slice as usize],
                            &header,
                            text,
                            file,
                            slice,
                            (from, end, true),
                        );
                        stitcher.accept(slice, end, report);
                    }
                }
            }
        }
        assert_eq!(stitcher.joined(), slices);
        if let Some(period) = header.period {
            self.desk.finest = self.desk.finest.max(period);
        }
        self.files.push((header, text.to_vec(), stitcher));
        self.learn();
    }

    /// Holds the rows of a publisher answer, dealt out over the partitions.
    pub fn hold(&mut self, file: u32, rows: &[CountedRow], by: Granularity) {
        let parts = self.parts.len();
        for (at, part) in self.parts.iter_mut().enumerate() {
            let dealt: Vec<_> = rows.iter().skip(at).step_by(parts).cloned().collect();
            let id = SliceId {
                file,
                slice: at as u32,
            };
            part.hold(id, &dealt).expect("few values");
        }
        self.desk.finest = self.desk.finest.max(by);
        self.learn();
    }

    /// Forgets the rows of a file.
    pub fn forget(&mut self, file: u32) {
        for part in &mut self.parts {
            part.forget_file(file);
        }
        self.learn();
    }

    pub fn learn(&mut self) {
        for (at, part) in self.parts.iter().enumerate() {
            let (epoch, known) = self.desk.known(at);
            self.desk.learn(at, part.news(epoch, &known));
        }
    }

    fn read(
        &mut self,
        part: usize,
        header: &Header,
        text: &[u8],
        file: u32,
        slice: u32,
        (from, end, at_row): (u64, u64, bool),
    ) -> SliceReport {
        let mut ahead = 40;
        loop {
            let to = (end as usize + ahead).min(text.len());
            let mut padded = text[from as usize..to].to_vec();
            let len = padded.len();
            padded.resize(len + PADDING, b'x');
            let slice = Slice {
                id: SliceId { file, slice },
                padded: &padded,
                len,
                offset: from,
                own: (end - from) as usize,
                at_row,
                to_end: to == text.len(),
            };
            let read = if slice.id.slice % 2 == 1 || len.is_multiple_of(3) {
                read_in_pieces(&mut self.parts[part], header, &slice)
            } else {
                self.parts[part].read(header, &slice)
            };
            match read {
                Ok(report) => return report,
                Err(SliceError::NeedsMore) => {
                    ahead = if ahead < MAX_ROW {
                        MAX_ROW
                    } else {
                        panic!("asked for more than a row")
                    }
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    pub fn view(&mut self, query: &Query) -> View {
        let selection = self.desk.selection(query);
        let tallies: Vec<_> = self.parts.iter_mut().map(|p| p.tally(&selection)).collect();
        let palette = self.desk.palette(query, &tallies);
        let days: Vec<_> = self
            .parts
            .iter()
            .enumerate()
            .map(|(at, p)| p.days(&selection, &self.desk.slots(at, &palette)))
            .collect();
        self.desk.view(query, &palette, &tallies, &days)
    }

    pub fn summary(&self, query: &Query, level: Level) -> String {
        let selection = self.desk.selection(query);
        String::from_utf8(summary::write(
            self.parts
                .iter()
                .map(|p| p.groups(&selection, level))
                .collect(),
            level,
        ))
        .expect("text")
    }

    /// The matching rows of all files, byte for byte, without a header.
    pub fn raw(&self, query: &Query) -> Vec<u8> {
        self.matching(query, |_, segment, text, rows, out| {
            pulls::export::copy_rows(segment, text, rows, out);
        })
    }

    /// The matching rows of all files under one header, with it.
    pub fn rewritten(&self, query: &Query, safe: bool) -> Vec<u8> {
        let headers: Vec<&Header> = self.files.iter().map(|f| &f.0).collect();
        let names = pulls::export::union_names(&headers);
        let mut out = pulls::export::header_line(&names, b',', safe);
        out.extend(self.matching(query, |file, segment, text, rows, out| {
            let how = pulls::export::rewrite(&self.files[file].0, &names, safe);
            pulls::export::rewrite_rows(segment, text, rows, &how, out);
        }));
        out
    }

    fn matching(
        &self,
        query: &Query,
        write: impl Fn(usize, &Segment, &[u8], &[u32], &mut Vec<u8>),
    ) -> Vec<u8> {
        let selection = self.desk.selection(query);
        let mut segments: Vec<_> = self
            .parts
            .iter()
            .flat_map(|p| p.segments().iter().map(move |s| (p, s)))
            .collect();
        segments.sort_by_key(|(_, s)| s.id);
        let mut out = Vec::new();
        for (part, segment) in segments {
            let rows = Sieve::new(part, &selection).rows(segment);
            let file = segment.id.file as usize;
            let text = &self.files[file].1[segment.first_row as usize..segment.next_row as usize];
            write(file, segment, text, &rows, &mut out);
        }
        out
    }
}

/// Reads a slice as its text comes: in pieces of many lengths, behind each of
/// which the memory holds anything.
fn read_in_pieces(
    part: &mut Partition,
    header: &Header,
    slice: &Slice<'_>,
) -> Result<SliceReport, SliceError> {
    // A dozen pieces at most.
    let step = 1 + slice.len / (1 + (slice.len + slice.id.slice as usize) % 12);
    let ahead = slice.len % 13;
    let mut progress = part.begin(slice.id, slice.own);
    for len in (step..slice.len).step_by(step) {
        let mut padded = slice.padded[..len].to_vec();
        padded.resize(slice.padded.len(), b'"');
        let here = Slice {
            id: slice.id,
            padded: &padded,
            len,
            offset: slice.offset,
            own: slice.own.min(len.saturating_sub(ahead)),
            at_row: slice.at_row,
            to_end: false,
        };
        match part.go_on(header, &here, &mut progress, true) {
            Ok(()) | Err(SliceError::NeedsMore) => {}
            Err(error) => return Err(error),
        }
    }
    part.go_on(header, slice, &mut progress, false)?;
    Ok(part.finish(header, slice.id, progress))
}
