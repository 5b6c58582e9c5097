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
    answers: mpsc::UnboundedReceiver<(u32, Result<SliceReport, Refusal>)>,
    answered: mpsc::UnboundedSender<(u32, Result<SliceReport, Refusal>)>,
    in_flight: usize,
    /// Text of slices that may have to be read again.
    kept: Vec<(ReadSlice, ArrayBuffer)>,
    file: Option<File>,
    size: u64,
    /// Whether it was looked at for rows that another file has.
    compared: bool,
    /// Rows that other files hold.
    held: u64,
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
            busy: desk.readers.iter().map(|_| Rc::default()).collect(),
            answers,
            answered,
            in_flight: 0,
            kept: Vec::new(),
            file: None,
            size: u64::MAX,
            compared: false,
            held: held_rows(desk, number),
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
        let readers = self.desk.readers.len() as u64 * 2;
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
        let body = u64::from(self.header.first_row);
        let length = UNPACKED_SLICE;
        let capacity = length as usize + MAX_ROW + 1;
        let mut waiting = first.into_iter();
        let mut buffer = Uint8Array::new_with_length(capacity as u32);
        let (mut filled, mut offset, mut slice) = (0usize, 0u64, 0u32);
        let mut rest: Option<Uint8Array> = None;
        loop {
            // Fill the buffer: a slice and what may belong to its last row.
            while filled < capacity && !ended {
                let chunk = match rest.take().or_else(|| waiting.next()) {
                    Some(chunk) => chunk,
                    None => match source.next().await? {
                        Some(chunk) => chunk,
                        None => {
                            ended = true;
                            break;
                        }
                    },
                };
                let room = capacity - filled;
                let take = (chunk.length() as usize).min(room);
                buffer.set(&chunk.subarray(0, take as u32), filled as u32);
                filled += take;
                if take < chunk.length() as usize {
                    rest = Some(chunk.subarray(take as u32, chunk.length()));
                }
            }
            let last = ended && rest.is_none() && waiting.len() == 0 && filled < capacity;
            let own = if last {
                filled
            } else {
                length as usize + usize::from(slice > 0)
            };
            let text_end = offset + own as u64;
            let (from, at_row) = if slice == 0 {
                (body.min(text_end), true)
            } else {
                (offset, false)
            };
            let text = buffer
                .subarray((from - offset) as u32, filled as u32)
                .slice(0, filled as u32 - (from - offset) as u32);
            let read = self.slice(slice, from, text_end, at_row, last);
            self.deal(read, Some(text.buffer())).await?;
            let packed = source.consumed();
            with(self.desk, self.number, |f| f.done = packed);
            if last {
                break;
            }
            // The next buffer begins with the last byte of this slice.
            let keep = own - 1;
            let next = Uint8Array::new_with_length(capacity as u32);
            next.set(&buffer.subarray(keep as u32, filled as u32), 0);
            filled -= keep;
            offset += keep as u64;
            buffer = next;
            slice += 1;
        }
        self.drain(0).await
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
            to_end,
        }
    }

    /// Hands a slice to the reader with the least to do; waits while all have enough.
    async fn deal(&mut self, read: ReadSlice, text: Option<ArrayBuffer>) -> Result<(), Refusal> {
        self.drain(self.desk.readers.len() * IN_FLIGHT - 1).await?;
        let reader = (0..self.busy.len())
            .min_by_key(|r| self.busy[*r].get())
            .unwrap_or(0);
        // Slices are dealt in order: the number is the place.
        self.dealt.push((reader, read.end));
        if let Some(text) = &text {
            self.kept.push((read.clone(), text.clone()));
        }
        self.send(reader, read, text);
        Ok(())
    }

    fn send(&mut self, reader: usize, read: ReadSlice, text: Option<ArrayBuffer>) {
        let slice = read.id.slice;
        let attachment: JsValue = match (text, &self.file) {
            (Some(text), _) => text.into(),
            (None, Some(file)) => file.clone().into(),
            (None, None) => JsValue::NULL,
        };
        let (link, busy, answered): (Rc<Reader>, _, _) = (
            Rc::clone(&self.desk.readers[reader]),
            Rc::clone(&self.busy[reader]),
            self.answered.clone(),
        );
        busy.set(busy.get() + 1);
        self.in_flight += 1;
        spawn_local(async move {
            let answer = match link
                .ask(&Job::Read(Box::new(read)), &[attachment], false)
                .await
            {
                Some((Done::Read(Ok(report)), _)) => Ok(report),
                Some((Done::Read(Err(ReadError::Unreadable)), _)) => Err(Refusal::Unreadable),
                Some((Done::Read(Err(ReadError::Slice(SliceError::TooManyValues(column)))), _)) => {
                    Err(Refusal::TooManyValues(column))
                }
                _ => Err(Refusal::Worker),
            };
            busy.set(busy.get() - 1);
            // The reading may have been given up meanwhile.
            let _ = answered.unbounded_send((slice, answer));
        });
    }

    /// Takes in answers until at most so many slices are in flight.
    async fn drain(&mut self, most: usize) -> Result<(), Refusal> {
        while self.in_flight > most {
            let Some((slice, answer)) = self.answers.next().await else {
                return Err(Refusal::Worker);
            };
            self.in_flight -= 1;
            if self.desk.stopped.get() != self.stopped {
                // What the error says matters to nobody: the reading was called off.
                return Err(Refusal::Worker);
            }
            let end = self.dealt.get(slice as usize).map_or(0, |d| d.1);
            self.stitcher.accept(slice, end, answer?);
            self.stitch().await?;
            if self.stitcher.rows + self.held > MAX_ROWS {
                return Err(Refusal::Unpacked);
            }
            self.desk.changed();
            if !self.compared {
                self.compared = true;
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

    async fn stitch(&mut self) -> Result<(), Refusal> {
        loop {
            match self.stitcher.advance() {
                Step::Wait => {
                    let joined = self.stitcher.joined();
                    self.kept.retain(|(read, _)| read.id.slice >= joined);
                    return Ok(());
                }
                Step::Forget { slice } => {
                    if let Some((reader, _)) = self.dealt.get(slice as usize) {
                        self.desk.readers[*reader]
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
                    let (read, text) =
                        match self.kept.iter().find(|(read, _)| read.id.slice == slice) {
                            Some((kept, text)) => {
                                let read = ReadSlice {
                                    from,
                                    at_row: true,
                                    ..kept.clone()
                                };
                                (read, Some(text.slice_from((from - kept.from) as isize)))
                            }
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
