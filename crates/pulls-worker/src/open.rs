//! Reads files: tells what each is, deals its slices out to the readers, and
//! notices what would count twice.

use crate::desk::Desk;
use crate::js;
use crate::link::{Done, Job};
use crate::look::{hold_back, look, settle_kinds};
use crate::slices::Reading;
use crate::unpack::{hold_publisher, unpack};
use crate::wire::{FileState, Refusal, State};
use js_sys::{Array, Uint8Array};
use pulls::calendar::Granularity;
use pulls::header::{FileKind, Header};
use pulls::overlap::Coverage;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, FilePropertyBag};

/// A tab holds at most so many rows: about 30 bytes each.
pub const MAX_ROWS: u64 = 40_000_000;
/// An answer of the publisher API is parsed whole: at most so many bytes.
pub const MAX_ANSWER: u64 = 64 << 20;

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
    pub force: bool,
    /// Read so many bytes only.
    pub limit: Option<u64>,
    /// Hash of its first and last bytes, once looked at.
    pub fingerprint: Option<u64>,
    /// Mean length of its first rows.
    pub row_bytes: u64,
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
            row_bytes: 1,
        }
    }

    /// Whether its rows are held and counted.
    pub fn is_counted(&self) -> bool {
        matches!(
            self.told.state,
            State::Counted | State::CountedInPart(_) | State::Reading
        )
    }

    /// Whether all of it that will be read is, and is counted.
    pub fn is_done(&self) -> bool {
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
    if !desk.reading.replace(true) {
        desk.began_ms.set(js::now_ms());
    }
    if desk.running.replace(true) {
        // It will come to what was added.
        desk.progress(true);
        return;
    }
    desk.progress(true);
    let desk = Rc::clone(desk);
    spawn_local(async move {
        for reader in &desk.readers {
            reader.ready().await;
        }
        run(&desk).await;
        desk.running.set(false);
        let untold = desk.reading.replace(false);
        for file in desk.files.borrow_mut().iter_mut() {
            file.in_this_run = false;
        }
        desk.progress(true);
        if untold {
            desk.view(true);
        }
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
    desk.files.borrow_mut().retain(|f| {
        let twin = matches!(f.told.state, State::Same { as_file } if dropped.contains(&as_file));
        !twin && !dropped.contains(&f.told.file)
    });
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
    let mut woken = false;
    desk.files.borrow_mut().retain_mut(|f| {
        // What was left out because of it need not be any more; of several that are the
        // same, one.
        let left_out = matches!(f.told.state, State::Same { as_file: other } | State::Held { with: other, .. } if other == number);
        if left_out {
            f.told.state = State::Waiting;
            f.fingerprint = None;
            f.in_this_run = true;
            woken = true;
        }
        f.told.file != number
    });
    forget(desk, vec![number]);
    if woken {
        start(desk);
    }
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
        if hold_back(desk, number) {
            desk.progress(true);
            continue;
        }
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
            Ok(()) => {
                finish(desk, number).await;
                desk.changed();
                if !desk
                    .files
                    .borrow()
                    .iter()
                    .any(|f| f.told.state == State::Waiting)
                {
                    // The picture is complete: it need not wait for what is told about the file.
                    desk.reading.set(false);
                    desk.view(true);
                }
                describe(desk, number).await;
            }
            Err(refusal) => {
                desk.ask_all(&Job::ForgetFile(number)).await;
                with(desk, number, |f| {
                    f.told.rows = 0;
                    // A file that is held back has stopped with a state of its own.
                    if f.told.state == State::Reading {
                        f.told.state = State::Refused(refusal);
                    }
                });
            }
        }
        desk.changed();
        desk.progress(true);
        desk.view(false);
    }
}

/// Changes a file of the list; `None` when it is gone.
pub fn with<T>(desk: &Desk, number: u32, change: impl FnOnce(&mut OpenFile) -> T) -> Option<T> {
    desk.files
        .borrow_mut()
        .iter_mut()
        .find(|f| f.told.file == number)
        .map(change)
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
    // Rows held by a dead reader would be missing from every answer.
    if desk.readers.is_empty() || desk.readers.iter().any(|reader| reader.is_dead()) {
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
pub async fn shares(desk: &Desk, number: u32) -> Option<State> {
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
        if !matches!(f.told.state, State::CountedInPart(_)) || state != State::Counted {
            f.told.state = state;
        }
    });
}

/// Tells what a file that was read covers: its days and namespaces.
async fn describe(desk: &Rc<Desk>, number: u32) {
    let coverage = coverage(desk, number).await;
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
    });
}
