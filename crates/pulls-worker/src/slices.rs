//! A file on its way to the readers: its slices dealt out, what they report
//! stitched together.

use crate::desk::Desk;
use crate::gunzip::Source;
use crate::link::{Done, Job, ReadError, ReadSlice, Reader};
use crate::look::held_rows;
use crate::open::{MAX_ROWS, shares, with};
use crate::wire::{Refusal, State};
use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::{ArrayBuffer, Uint8Array};
use pulls::header::Header;
use pulls::partition::{MAX_ROW, SliceError, SliceReport};
use pulls::segment::SliceId;
use pulls::stitch::{Step, Stitcher};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

/// Slices have at most so many bytes: long reads cost the browser less.
const SLICE: u64 = 32 << 20;
/// The first and the last slices are shorter: a picture soon, and readers that end together.
const SMALL_SLICE: u64 = 1 << 20;
/// Bytes of unpacked text in a slice.
const UNPACKED_SLICE: u64 = 6 << 20;
/// Each reader scans one slice while the next is on its way.
const IN_FLIGHT: usize = 2;

/// What became of a slice, and the text that went with it.
struct Answer {
    slice: u32,
    report: Result<SliceReport, Refusal>,
    text: Option<ArrayBuffer>,
}

/// A file on its way to the readers.
pub struct Reading<'a> {
    desk: &'a Rc<Desk>,
    number: u32,
    stopped: u32,
    header: Header,
    stitcher: Stitcher,
    /// Which reader has which slice, and where the slice ends.
    dealt: Vec<(usize, u64)>,
    busy: Vec<Rc<Cell<usize>>>,
    answers: mpsc::UnboundedReceiver<Answer>,
    answered: mpsc::UnboundedSender<Answer>,
    in_flight: usize,
    /// Unpacked slices that may have to be read again, and their text once it is back.
    kept: Vec<(ReadSlice, Option<ArrayBuffer>)>,
    /// Buffers of slices that need not.
    free: Vec<ArrayBuffer>,
    file: Option<File>,
    size: u64,
    /// When so many slices meet, it is looked at again for rows that another file has.
    compare_at: u32,
    /// Rows that other files hold.
    held: u64,
    /// Bytes of the file whose rows fit beside them for sure.
    fits: u64,
}

impl<'a> Reading<'a> {
    /// Before its first slice; `lines` lines are before its first row.
    pub fn new(desk: &'a Rc<Desk>, number: u32, stopped: u32, header: Header, lines: u64) -> Self {
        let (answered, answers) = mpsc::unbounded();
        Self {
            desk,
            number,
            stopped,
            stitcher: Stitcher::new(u64::from(header.first_row), lines),
            header,
            dealt: Vec::new(),
            busy: desk.readers().iter().map(|_| Rc::default()).collect(),
            answers,
            answered,
            in_flight: 0,
            kept: Vec::new(),
            free: Vec::new(),
            file: None,
            size: u64::MAX,
            compare_at: 1,
            held: held_rows(desk, number),
            fits: 0,
        }
    }

    /// Reads a plain file up to an offset.
    pub async fn plain(&mut self, file: &File, limit: u64) -> Result<(), Refusal> {
        let result = self.read_plain(file, limit).await;
        self.settle().await;
        result
    }

    /// Waits for every slice that is still with a reader: what comes in after
    /// its file was forgotten would stay.
    async fn settle(&mut self) {
        while self.in_flight > 0 && self.answers.next().await.is_some() {
            self.in_flight -= 1;
        }
    }

    async fn read_plain(&mut self, file: &File, limit: u64) -> Result<(), Refusal> {
        self.size = file.size() as u64;
        self.file = Some(file.clone());
        let limit = limit.min(self.size);
        let body = u64::from(self.header.first_row);
        let readers = self.desk.readers().len() as u64 * 2;
        let mut slice = 0;
        let mut start = 0;
        while start < limit {
            let length = (start / readers).min((limit - start) / readers);
            let end = (start + length.clamp(SMALL_SLICE, SLICE)).min(limit);
            // A byte before the slice shows whether a row begins at its start.
            let (from, at_row) = if start <= body {
                (body, true)
            } else {
                (start - 1, false)
            };
            let read = self.slice(slice, from, end.max(from), at_row, false);
            self.deal(read, None).await?;
            with(self.desk, self.number, |f| f.done = end);
            slice += 1;
            start = end;
        }
        self.drain(0).await?;
        if limit < self.size {
            with(self.desk, self.number, |f| {
                f.told.state = State::CountedInPart(limit)
            });
        }
        Ok(())
    }

    /// Reads text as it is unpacked.
    pub async fn stream(
        &mut self,
        source: &mut Source,
        first: Vec<Uint8Array>,
        ended: bool,
    ) -> Result<(), Refusal> {
        let result = self.read_stream(source, first, ended).await;
        self.settle().await;
        result
    }

    async fn read_stream(
        &mut self,
        source: &mut Source,
        first: Vec<Uint8Array>,
        mut ended: bool,
    ) -> Result<(), Refusal> {
        let length = UNPACKED_SLICE as usize;
        let capacity = length + MAX_ROW + 1;
        // Text begins behind the header.
        let mut offset = u64::from(self.header.first_row);
        let mut header_left = self.header.first_row;
        let mut waiting = first.into_iter();
        let mut buffer = Uint8Array::new(&self.buffer(capacity));
        let (mut filled, mut slice) = (0usize, 0u32);
        let mut rest: Option<Uint8Array> = None;
        loop {
            // Fill the buffer: a slice and what may belong to its last row.
            while filled < capacity && !ended {
                let mut chunk = match rest.take().or_else(|| waiting.next()) {
                    Some(chunk) => chunk,
                    None => match source.next().await? {
                        Some(chunk) => chunk,
                        None => {
                            ended = true;
                            break;
                        }
                    },
                };
                if header_left > 0 {
                    let skip = header_left.min(chunk.length());
                    header_left -= skip;
                    chunk = chunk.subarray(skip, chunk.length());
                }
                let room = (capacity - filled) as u32;
                if chunk.length() > room {
                    rest = Some(chunk.subarray(room, chunk.length()));
                    chunk = chunk.subarray(0, room);
                }
                buffer.set(&chunk, filled as u32);
                filled += chunk.length() as usize;
            }
            let last = ended && rest.is_none() && waiting.len() == 0 && filled < capacity;
            let own = if last {
                filled
            } else {
                length + usize::from(slice > 0)
            };
            let read = ReadSlice {
                len: filled as u32,
                ..self.slice(slice, offset, offset + own as u64, slice == 0, last)
            };
            // The next buffer begins with the last byte of this slice.
            let keep = own.max(1) - 1;
            let next = if last {
                None
            } else {
                let next = Uint8Array::new(&self.buffer(capacity));
                next.set(&buffer.subarray(keep as u32, filled as u32), 0);
                Some(next)
            };
            self.deal(read, Some(buffer.buffer())).await?;
            let packed = source.consumed();
            with(self.desk, self.number, |f| f.done = packed);
            let Some(next) = next else {
                return self.drain(0).await;
            };
            filled -= keep;
            offset += keep as u64;
            buffer = next;
            slice += 1;
        }
    }

    /// A buffer for the text of a slice.
    fn buffer(&mut self, capacity: usize) -> ArrayBuffer {
        self.free
            .pop()
            .unwrap_or_else(|| ArrayBuffer::new(capacity as u32))
    }

    fn slice(&self, slice: u32, from: u64, end: u64, at_row: bool, to_end: bool) -> ReadSlice {
        ReadSlice {
            header: self.header.clone(),
            id: SliceId {
                file: self.number,
                slice,
            },
            from,
            end,
            at_row,
            size: self.size,
            len: 0,
            to_end,
        }
    }

    /// Hands a slice to the reader with the least to do; waits while all have enough.
    async fn deal(&mut self, read: ReadSlice, text: Option<ArrayBuffer>) -> Result<(), Refusal> {
        self.drain(self.desk.readers().len() * IN_FLIGHT - 1)
            .await?;
        let reader = (0..self.busy.len())
            .min_by_key(|r| self.busy[*r].get())
            .unwrap_or(0);
        // Slices are dealt in order: the number is the place.
        self.dealt.push((reader, read.end));
        if text.is_some() {
            self.kept.push((read.clone(), None));
        }
        self.send(reader, read, text);
        Ok(())
    }

    fn send(&mut self, reader: usize, read: ReadSlice, text: Option<ArrayBuffer>) {
        let slice = read.id.slice;
        // Text is handed over, not copied, and comes back with the answer.
        let transfer = text.is_some();
        let attachment: JsValue = match (text, &self.file) {
            (Some(text), _) => text.into(),
            (None, Some(file)) => file.clone().into(),
            (None, None) => JsValue::NULL,
        };
        let (link, busy, answered): (Rc<Reader>, _, _) = (
            Rc::clone(&self.desk.readers()[reader]),
            Rc::clone(&self.busy[reader]),
            self.answered.clone(),
        );
        busy.set(busy.get() + 1);
        self.in_flight += 1;
        spawn_local(async move {
            let job = Job::Read(Box::new(read));
            let (report, text) = match link.ask(&job, &[attachment], transfer).await {
                Some((Done::Read(read), came)) => {
                    let report = read.map_err(|error| match error {
                        ReadError::Unreadable => Refusal::Unreadable,
                        ReadError::Slice(SliceError::TooManyValues(column)) => {
                            Refusal::TooManyValues(column)
                        }
                        ReadError::Lost | ReadError::Slice(SliceError::NeedsMore) => {
                            Refusal::Worker
                        }
                    });
                    (report, came.into_iter().next())
                }
                _ => (Err(Refusal::Worker), None),
            };
            let text = text.and_then(|text| text.dyn_into().ok());
            busy.set(busy.get() - 1);
            // The reading may have been given up meanwhile.
            let _ = answered.unbounded_send(Answer {
                slice,
                report,
                text,
            });
        });
    }

    /// Takes in answers until at most so many slices are in flight.
    async fn drain(&mut self, most: usize) -> Result<(), Refusal> {
        while self.in_flight > most {
            let Some(answer) = self.answers.next().await else {
                return Err(Refusal::Worker);
            };
            self.in_flight -= 1;
            let slice = answer.slice;
            if let Some(kept) = self
                .kept
                .iter_mut()
                .find(|(read, _)| read.id.slice == slice)
            {
                kept.1 = answer.text;
            }
            if self.desk.stopped.get() != self.stopped {
                // What the error says matters to nobody: the reading was called off.
                return Err(Refusal::Worker);
            }
            let end = self.dealt.get(slice as usize).map_or(0, |d| d.1);
            self.stitcher.accept(slice, end, answer.report?);
            self.stitch().await?;
            let joined = self.stitcher.joined() as usize;
            let joined_end = joined.checked_sub(1).map_or(0, |last| self.dealt[last].1);
            if self.stitcher.rows + self.held > MAX_ROWS {
                return Err(self.too_large(joined_end));
            }
            self.fits = joined_end;
            self.desk.changed();
            if joined as u32 >= self.compare_at {
                // Seldom enough: all looks together take as long as the last.
                self.compare_at = joined as u32 * 2;
                if let Some(held) = shares(self.desk, self.number).await? {
                    // Said before anything counts twice; the rest need not be read.
                    with(self.desk, self.number, |f| f.told.state = held);
                    return Err(Refusal::Worker);
                }
            }
            self.tell();
            self.desk.view(false);
        }
        Ok(())
    }

    /// Its rows are shorter than its beginning let expect. Of a plain file, a part that
    /// fits can be read.
    fn too_large(&self, read: u64) -> Refusal {
        if self.file.is_some() {
            let rows = self.stitcher.rows as f64 / read.max(1) as f64 * self.size as f64;
            with(self.desk, self.number, |f| {
                f.told.state = State::TooLarge {
                    rows: rows as u64,
                    fits: self.fits,
                };
            });
        }
        Refusal::Unpacked
    }

    async fn stitch(&mut self) -> Result<(), Refusal> {
        loop {
            match self.stitcher.advance() {
                Step::Wait => {
                    let joined = self.stitcher.joined();
                    let free = &mut self.free;
                    self.kept.retain_mut(|(read, text)| {
                        let may_be_read = read.id.slice >= joined;
                        if !may_be_read && free.len() < IN_FLIGHT {
                            free.extend(text.take());
                        }
                        may_be_read
                    });
                    return Ok(());
                }
                Step::Forget { slice } => {
                    if let Some((reader, _)) = self.dealt.get(slice as usize) {
                        self.desk.readers()[*reader]
                            .ask(
                                &Job::ForgetSlice(SliceId {
                                    file: self.number,
                                    slice,
                                }),
                                &[],
                                false,
                            )
                            .await;
                    }
                }
                Step::Reread { slice, from } => {
                    let Some((reader, end)) = self.dealt.get(slice as usize).copied() else {
                        return Err(Refusal::Worker);
                    };
                    let kept = self.kept.iter().find(|(read, _)| read.id.slice == slice);
                    let (read, text) = match kept {
                        Some((kept, Some(text))) => {
                            let passed = (from - kept.from) as u32;
                            let text = text.slice_with_end(passed, kept.len);
                            let read = ReadSlice {
                                from,
                                at_row: true,
                                len: kept.len - passed,
                                ..kept.clone()
                            };
                            (read, Some(text))
                        }
                        // Its text went down with a reader.
                        Some((_, None)) => return Err(Refusal::Worker),
                        None => (self.slice(slice, from, end, true, false), None),
                    };
                    self.send(reader, read, text);
                    // Its answer comes in like any other.
                    return Ok(());
                }
            }
        }
    }

    fn tell(&self) {
        with(self.desk, self.number, |f| {
            f.told.rows = self.stitcher.rows;
            f.told.skipped = self.stitcher.skipped;
            f.told.told.clone_from(&self.stitcher.told);
        });
        self.desk.progress(false);
    }
}
