//! Reads files: tells what each is, deals its slices out to the readers, and
//! notices what would count twice.

use crate::desk::Desk;
use crate::gunzip::{self, Source};
use crate::js;
use crate::link::{Done, Job, ReadError, ReadSlice, Reader};
use crate::wire::{FileState, Refusal, State};
use futures_channel::mpsc;
use futures_util::StreamExt;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use pulls::calendar::Granularity;
use pulls::header::{self, FileKind, Header, Looks, MAX_HEADER, NotAnExport};
use pulls::overlap::Coverage;
use pulls::partition::{MAX_ROW, SliceError, SliceReport};
use pulls::segment::SliceId;
use pulls::stitch::{Step, Stitcher};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, FilePropertyBag};

/// A tab holds at most so many rows: about 30 bytes each.
pub const MAX_ROWS: u64 = 40_000_000;
/// Slices of so many bytes, smaller for small files.
const SLICE: u64 = 12 << 20;
const SMALL_SLICE: u64 = 1 << 20;
/// Each reader scans one slice while the next is on its way.
const IN_FLIGHT: usize = 2;

/// A file that was opened.
pub struct OpenFile {
    /// What the page is told of it.
    pub told: FileState,
    /// The file.
    pub file: File,
    /// How its rows are read.
    pub header: Option<Header>,
    /// What it covers, once read.
    pub coverage: Coverage,
    /// Bytes read.
    pub done: u64,
    /// Whether it is part of the reading at hand.
    pub in_this_run: bool,
    /// Count it though it shares rows with another.
    force: bool,
    /// Read so many bytes only.
    limit: Option<u64>,
    fingerprint: Option<u64>,
}

impl OpenFile {
    /// A file that waits to be read.
    pub fn new(number: u32, file: File) -> Self {
        let told = FileState {
            file: number,
            name: file.name(),
            size: file.size() as u64,
            kind: None,
            gzip: false,
            columns: Vec::new(),
            period: None,
            rows: 0,
            skipped: 0,
            told: Vec::new(),
            span: None,
            namespaces: Vec::new(),
            state: State::Waiting,
        };
        Self {
            told,
            file,
            header: None,
            coverage: Coverage::default(),
            done: 0,
            in_this_run: true,
            force: false,
            limit: None,
            fingerprint: None,
        }
    }

    /// Whether its rows are held and counted.
    pub fn is_counted(&self) -> bool {
        matches!(
            self.told.state,
            State::Counted | State::CountedInPart(_) | State::Reading
        )
    }

    fn is_done(&self) -> bool {
        matches!(self.told.state, State::Counted | State::CountedInPart(_))
    }
}

/// The sample export as a file.
pub fn sample() -> Option<File> {
    let mut text = Vec::new();
    fixtures::RawExport::sample().write_to(&mut text).ok()?;
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    File::new_with_u8_array_sequence_and_options(
        &Array::of1(&Uint8Array::from(&text[..])),
        "sample_raw.csv",
        &options,
    )
    .ok()
}

/// Begins reading what waits, unless that is being done.
pub fn start(desk: &Rc<Desk>) {
    if desk.reading.replace(true) {
        desk.progress(true);
        return;
    }
    desk.began_ms.set(js::now_ms());
    desk.progress(true);
    let desk = Rc::clone(desk);
    spawn_local(async move {
        for reader in &desk.readers {
            reader.ready().await;
        }
        run(&desk).await;
        desk.reading.set(false);
        for file in desk.files.borrow_mut().iter_mut() {
            file.in_this_run = false;
        }
        desk.progress(true);
        desk.view(true);
    });
}

/// Stops reading and forgets the files that are not read yet.
pub fn cancel(desk: &Rc<Desk>) {
    desk.stopped.set(desk.stopped.get().wrapping_add(1));
    let dropped: Vec<u32> = desk
        .files
        .borrow()
        .iter()
        .filter(|f| matches!(f.told.state, State::Waiting | State::Reading))
        .map(|f| f.told.file)
        .collect();
    desk.files
        .borrow_mut()
        .retain(|f| !dropped.contains(&f.told.file));
    forget(desk, dropped);
}

/// Counts a file that was held back or left aside: reads it (again).
pub fn include(desk: &Rc<Desk>, number: u32) {
    again(desk, number, |file| file.force = true);
}

/// Reads a file that is too large as far as it fits.
pub fn read_part(desk: &Rc<Desk>, number: u32) {
    again(desk, number, |file| {
        if let State::TooLarge { fits, .. } = file.told.state {
            file.limit = Some(fits);
        }
    });
}

fn again(desk: &Rc<Desk>, number: u32, change: impl Fn(&mut OpenFile)) {
    if let Some(file) = desk
        .files
        .borrow_mut()
        .iter_mut()
        .find(|f| f.told.file == number)
    {
        change(file);
        file.told.state = State::Waiting;
        file.in_this_run = true;
    }
    start(desk);
}

/// Forgets a file.
pub fn remove(desk: &Rc<Desk>, number: u32) {
    let reading = desk
        .files
        .borrow()
        .iter()
        .any(|f| f.told.file == number && f.told.state == State::Reading);
    if reading {
        desk.stopped.set(desk.stopped.get().wrapping_add(1));
    }
    desk.files.borrow_mut().retain(|f| f.told.file != number);
    forget(desk, vec![number]);
}

/// Has the readers forget files, then shows what is left.
fn forget(desk: &Rc<Desk>, files: Vec<u32>) {
    let desk = Rc::clone(desk);
    spawn_local(async move {
        for file in files {
            desk.ask_all(&Job::ForgetFile(file)).await;
        }
        desk.changed();
        desk.progress(true);
        desk.view(true);
    });
}

/// Reads every file that waits, one after the other.
async fn run(desk: &Rc<Desk>) {
    loop {
        // Look at all that wait first: of several kinds only one is counted.
        let waiting: Vec<u32> = desk
            .files
            .borrow()
            .iter()
            .filter(|f| f.told.state == State::Waiting && f.fingerprint.is_none())
            .map(|f| f.told.file)
            .collect();
        for number in waiting {
            look(desk, number).await;
        }
        settle_kinds(desk).await;
        let Some(number) = desk
            .files
            .borrow()
            .iter()
            .find(|f| f.told.state == State::Waiting)
            .map(|f| f.told.file)
        else {
            return;
        };
        let stopped = desk.stopped.get();
        with(desk, number, |f| {
            f.told.state = State::Reading;
            f.told.rows = 0;
            f.told.skipped = 0;
            f.told.told.clear();
            f.done = 0;
        });
        desk.progress(true);
        let result = read_file(desk, number, stopped).await;
        if desk.stopped.get() != stopped {
            // Called off, or removed: what was held of it is forgotten there.
            desk.ask_all(&Job::ForgetFile(number)).await;
            desk.changed();
            continue;
        }
        match result {
            Ok(()) => finish(desk, number).await,
            Err(refusal) => {
                desk.ask_all(&Job::ForgetFile(number)).await;
                with(desk, number, |f| {
                    f.told.rows = 0;
                    f.told.state = State::Refused(refusal);
                });
            }
        }
        desk.changed();
        desk.progress(true);
        desk.view(false);
    }
}

fn with<T>(desk: &Desk, number: u32, change: impl FnOnce(&mut OpenFile) -> T) -> Option<T> {
    desk.files
        .borrow_mut()
        .iter_mut()
        .find(|f| f.told.file == number)
        .map(change)
}

/// Finds out what a file is from its beginning.
async fn look(desk: &Rc<Desk>, number: u32) {
    let Some(file) = with(desk, number, |f| f.file.clone()) else {
        return;
    };
    match look_at(&file).await {
        Ok(Looked {
            header,
            gzip,
            publisher,
            fingerprint,
            row_bytes,
        }) => {
            let twin = desk
                .files
                .borrow()
                .iter()
                .find(|f| {
                    f.told.file != number
                        && f.fingerprint == Some(fingerprint)
                        && f.told.size == file.size() as u64
                })
                .map(|f| f.told.file);
            let held: u64 = desk
                .files
                .borrow()
                .iter()
                .filter(|f| f.is_done())
                .map(|f| f.told.rows)
                .sum();
            with(desk, number, |f| {
                f.fingerprint = Some(fingerprint);
                f.told.gzip = gzip;
                if let Some(header) = &header {
                    f.told.kind = Some(header.kind);
                    f.told.columns.clone_from(&header.names);
                    f.told.period = header.period;
                }
                if publisher {
                    f.told.kind = Some(FileKind::Publisher);
                }
                f.header = header;
                if let Some(as_file) = twin {
                    f.told.state = State::Same { as_file };
                } else if !gzip && f.limit.is_none() {
                    let room = MAX_ROWS.saturating_sub(held);
                    let rows = f.told.size / row_bytes.max(1);
                    if rows > room {
                        f.told.state = State::TooLarge {
                            rows,
                            fits: room * row_bytes,
                        };
                    }
                }
            });
        }
        Err(refusal) => {
            with(desk, number, |f| f.told.state = State::Refused(refusal));
        }
    }
}

struct Looked {
    header: Option<Header>,
    gzip: bool,
    publisher: bool,
    fingerprint: u64,
    /// Mean length of the first rows.
    row_bytes: u64,
}

async fn look_at(file: &File) -> Result<Looked, Refusal> {
    let size = file.size() as u64;
    let part = |from: u64, to: u64| async move {
        let part = js::cut(file, from, to).map_err(|_| Refusal::Unreadable)?;
        js::bytes(&part)
            .await
            .map(|b| Uint8Array::new(&b).to_vec())
            .map_err(|_| Refusal::Unreadable)
    };
    let start = part(0, (MAX_HEADER as u64).min(size)).await?;
    let end = part(size.saturating_sub(MAX_HEADER as u64), size).await?;
    let fingerprint = fingerprint(&start) ^ fingerprint(&end).rotate_left(1) ^ size;
    if start.starts_with(&[0x1F, 0x8B]) {
        return Ok(Looked {
            header: None,
            gzip: true,
            publisher: false,
            fingerprint,
            row_bytes: 1,
        });
    }
    match header::read(&start) {
        Err(NotAnExport::NotCsv(Looks::Json)) => Ok(Looked {
            header: None,
            gzip: false,
            publisher: true,
            fingerprint,
            row_bytes: size.max(1),
        }),
        Err(other) => Err(Refusal::NotAnExport(other)),
        Ok(header) => {
            let rows = &start[(header.first_row as usize).min(start.len())..];
            let lines = rows.iter().filter(|b| **b == b'\n').count().max(1);
            let row_bytes = (rows.len() / lines).max(1) as u64;
            Ok(Looked {
                header: Some(header),
                gzip: false,
                publisher: false,
                fingerprint,
                row_bytes,
            })
        }
    }
}

/// FNV-1a, 64 bits: enough to suspect that two files of one size are the same.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Of several kinds of files only the most detailed is counted: the others say
/// the same pulls again.
async fn settle_kinds(desk: &Rc<Desk>) {
    let files: Vec<(u32, Option<FileKind>, bool, bool)> = desk
        .files
        .borrow()
        .iter()
        .filter(|f| f.is_done() || f.told.state == State::Waiting)
        .map(|f| (f.told.file, f.told.kind, f.is_done(), f.force))
        .collect();
    // The one that a person chose to count, else the most detailed.
    let chosen = files.iter().filter(|f| f.3 && !f.2).find_map(|f| f.1);
    let Some(counted) = chosen.or_else(|| files.iter().filter_map(|f| f.1).min()) else {
        return;
    };
    for (number, kind, done, _) in files {
        let Some(kind) = kind else { continue };
        if kind != counted {
            if done {
                desk.ask_all(&Job::ForgetFile(number)).await;
                desk.changed();
            }
            with(desk, number, |f| {
                f.force = false;
                f.told.rows = 0;
                f.told.state = State::Aside { counted };
            });
        }
    }
}

async fn read_file(desk: &Rc<Desk>, number: u32, stopped: u32) -> Result<(), Refusal> {
    let Some((file, gzip, kind, header, limit)) = with(desk, number, |f| {
        (
            f.file.clone(),
            f.told.gzip,
            f.told.kind,
            f.header.clone(),
            f.limit,
        )
    }) else {
        return Ok(());
    };
    if desk.readers.is_empty() {
        return Err(Refusal::Worker);
    }
    if kind == Some(FileKind::Publisher) && !gzip {
        let bytes = js::bytes(&file).await.map_err(|_| Refusal::Unreadable)?;
        return hold_publisher(desk, number, &bytes).await;
    }
    match header {
        Some(header) => {
            let lines = lines_before(&file, header.first_row).await?;
            let mut reading = Reading::new(desk, number, stopped, header, lines);
            reading.plain(&file, limit.unwrap_or(u64::MAX)).await
        }
        None => unpack(desk, number, stopped, &file).await,
    }
}

async fn lines_before(file: &File, first_row: u32) -> Result<u64, Refusal> {
    let part = js::cut(file, 0, u64::from(first_row)).map_err(|_| Refusal::Unreadable)?;
    let bytes = js::bytes(&part).await.map_err(|_| Refusal::Unreadable)?;
    Ok(Uint8Array::new(&bytes)
        .to_vec()
        .iter()
        .filter(|b| **b == b'\n')
        .count() as u64)
}

async fn hold_publisher(desk: &Rc<Desk>, number: u32, bytes: &ArrayBuffer) -> Result<(), Refusal> {
    let job = Job::HoldPublisher {
        id: SliceId {
            file: number,
            slice: 0,
        },
    };
    match desk.readers[0].ask(&job, &[bytes.into()], false).await {
        Some((Done::Held(Ok((rows, period))), _)) => {
            with(desk, number, |f| {
                f.told.rows = rows;
                f.told.period = Some(period);
            });
            Ok(())
        }
        Some((Done::Held(Err(found)), _)) => Err(Refusal::Publisher(found)),
        _ => Err(Refusal::Worker),
    }
}

/// Reads a gzip file: the browser unpacks it; several members, which it
/// refuses, are unpacked by the gunzip worker.
async fn unpack(desk: &Rc<Desk>, number: u32, stopped: u32, file: &File) -> Result<(), Refusal> {
    let first = match gunzip::browser(file) {
        Ok(mut source) => unpack_from(desk, number, stopped, &mut source).await,
        Err(refusal) => Err(refusal),
    };
    if first != Err(Refusal::Damaged) || desk.stopped.get() != stopped {
        return first;
    }
    desk.ask_all(&Job::ForgetFile(number)).await;
    with(desk, number, |f| {
        f.told.rows = 0;
        f.done = 0;
    });
    let mut source = gunzip::worker(file, &desk.gunzip)?;
    unpack_from(desk, number, stopped, &mut source).await
}

async fn unpack_from(
    desk: &Rc<Desk>,
    number: u32,
    stopped: u32,
    source: &mut Source,
) -> Result<(), Refusal> {
    // The beginning tells what it is.
    let mut start: Vec<u8> = Vec::new();
    let mut chunks = Vec::new();
    let mut ended = false;
    while start.len() < MAX_HEADER {
        match source.next().await? {
            Some(chunk) => {
                start.extend(chunk.to_vec());
                chunks.push(chunk);
            }
            None => {
                ended = true;
                break;
            }
        }
    }
    let header = match header::read(&start) {
        Ok(header) => header,
        Err(NotAnExport::NotCsv(Looks::Json)) => {
            while let Some(chunk) = if ended { None } else { source.next().await? } {
                start.extend(chunk.to_vec());
            }
            with(desk, number, |f| f.told.kind = Some(FileKind::Publisher));
            return hold_publisher(desk, number, &Uint8Array::from(&start[..]).buffer()).await;
        }
        Err(other) => return Err(Refusal::NotAnExport(other)),
    };
    with(desk, number, |f| {
        f.told.kind = Some(header.kind);
        f.told.columns.clone_from(&header.names);
        f.told.period = header.period;
        f.header = Some(header.clone());
    });
    let lines = start[..(header.first_row as usize).min(start.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count() as u64;
    let mut reading = Reading::new(desk, number, stopped, header, lines);
    reading.stream(source, chunks, ended).await
}

/// A file on its way to the readers.
struct Reading<'a> {
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
}

impl<'a> Reading<'a> {
    fn new(desk: &'a Rc<Desk>, number: u32, stopped: u32, header: Header, lines: u64) -> Self {
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
        }
    }

    /// Reads a plain file up to an offset.
    async fn plain(&mut self, file: &File, limit: u64) -> Result<(), Refusal> {
        self.size = file.size() as u64;
        self.file = Some(file.clone());
        let limit = limit.min(self.size);
        let body = u64::from(self.header.first_row);
        let length = (limit / (self.desk.readers.len() as u64 * 4)).clamp(SMALL_SLICE, SLICE);
        let mut slice = 0;
        let mut start = 0;
        while start < limit {
            let end = (start + length).min(limit);
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
    async fn stream(
        &mut self,
        source: &mut Source,
        first: Vec<Uint8Array>,
        mut ended: bool,
    ) -> Result<(), Refusal> {
        let body = u64::from(self.header.first_row);
        let length = SLICE / 2;
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
                return Ok(());
            }
            let end = self.dealt.get(slice as usize).map_or(0, |d| d.1);
            self.stitcher.accept(slice, end, answer?);
            self.stitch().await?;
            if self.stitcher.rows > MAX_ROWS {
                return Err(Refusal::Unpacked);
            }
            self.desk.changed();
            if !self.compared {
                self.compared = true;
                if let Some(held) = shares(self.desk, self.number).await {
                    // Said before anything counts twice; `finish` settles it.
                    with(self.desk, self.number, |f| f.told.state = held);
                    return Ok(());
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

/// What a file covers, from all readers.
async fn coverage(desk: &Desk, number: u32) -> Coverage {
    let parts = desk
        .ask_all(&Job::Coverage(number))
        .await
        .into_iter()
        .flatten();
    Coverage::merge(
        parts
            .filter_map(|done| {
                if let Done::Coverage(part) = done {
                    Some(part)
                } else {
                    None
                }
            })
            .collect(),
    )
}

/// Whether the rows of a file read so far are in another that is counted.
async fn shares(desk: &Desk, number: u32) -> Option<State> {
    let others = desk
        .files
        .borrow()
        .iter()
        .any(|f| f.told.file != number && f.is_done());
    if !others || with(desk, number, |f| f.force).unwrap_or(true) {
        return None;
    }
    let coverage = coverage(desk, number).await;
    let files = desk.files.borrow();
    files
        .iter()
        .filter(|f| f.told.file != number && f.is_done())
        .find_map(|other| {
            let shared = coverage.shared(&other.coverage)?;
            // Parts of one export may meet within a day: the last of one is the first of the other.
            let meets = shared.span.is_some_and(|s| s.days() == 1)
                && !shared.same_counts
                && match (coverage.span(), other.coverage.span()) {
                    (Some(a), Some(b)) => a.first == b.last || b.first == a.last,
                    _ => false,
                };
            (!meets).then_some(State::Held {
                with: other.told.file,
                shared,
            })
        })
}

/// Settles what becomes of a file that was read.
async fn finish(desk: &Rc<Desk>, number: u32) {
    let early = with(desk, number, |f| {
        matches!(f.told.state, State::Held { .. }).then(|| f.told.state.clone())
    })
    .flatten();
    let held = match early {
        Some(state) => Some(state),
        None => shares(desk, number).await,
    };
    let coverage = coverage(desk, number).await;
    let rows = with(desk, number, |f| (f.told.rows, f.told.skipped)).unwrap_or_default();
    let state = match held {
        Some(held) => held,
        None if rows == (0, 0) => State::Refused(Refusal::NoRows),
        None if rows.0 == 0 => State::Refused(Refusal::AllSkipped),
        None => State::Counted,
    };
    if state != State::Counted {
        desk.ask_all(&Job::ForgetFile(number)).await;
    }
    with(desk, number, |f| {
        let finest = f.told.period.unwrap_or(Granularity::Day);
        f.told.span = coverage.span().map(|s| {
            if finest == Granularity::Day {
                s
            } else {
                pulls::calendar::Span {
                    first: s.first,
                    last: finest.next(s.last).plus(-1),
                }
            }
        });
        let mut names: Vec<String> = coverage.rows.iter().map(|r| r.namespace.clone()).collect();
        names.dedup();
        names.truncate(8);
        f.told.namespaces = names;
        f.coverage = coverage;
        if !matches!(f.told.state, State::CountedInPart(_)) || state != State::Counted {
            f.told.state = state;
        }
    });
}
