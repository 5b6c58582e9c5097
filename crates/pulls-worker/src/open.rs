//! Reads files: tells what each is, deals its slices out to the readers, and
//! notices what would count twice.

use crate::desk::{Desk, tell};
use crate::js;
use crate::late;
use crate::link::Job;
use crate::look::{hold_back, look};
use crate::slices::Reading;
use crate::wire::{FileState, Refusal, State, Tell};
use js_sys::{Array, Uint8Array};
use pulls::header::Header;
use pulls::overlap::{Coverage, Wish};
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
    /// Whether that is known: what tells it may have been lost on the way.
    pub is_described: bool,
    /// Bytes read.
    pub done: u64,
    /// Whether it is part of the reading at hand.
    pub in_this_run: bool,
    /// What the person has said about it.
    pub wish: Wish,
    /// The file that it was left aside for.
    pub aside_for: Option<u32>,
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
            is_described: false,
            done: 0,
            in_this_run: true,
            wish: Wish::default(),
            aside_for: None,
            limit: None,
            fingerprint: None,
            row_bytes: 1,
        }
    }

    /// Puts it in line, to be read (again).
    fn wait(&mut self) {
        self.told.state = State::Waiting;
        self.in_this_run = true;
        self.aside_for = None;
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
        prepare(&desk);
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

/// Has every worker load what it needs next, while the file is read.
fn prepare(desk: &Rc<Desk>) {
    if desk.prepared.replace(true) {
        return;
    }
    let desk = Rc::clone(desk);
    spawn_local(async move {
        // Whoever needs it asks again, and says so when it is not to be had.
        if let Ok(late) = late::load().await {
            desk.ask_all(&Job::Prepare).await;
            (late.sweep)().await;
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
    for number in &dropped {
        give_back(desk, *number);
    }
    forget(desk, dropped);
}

/// Counts a file that was held back or left aside: reads it (again).
pub fn include(desk: &Rc<Desk>, number: u32) {
    again(desk, number, |file| match file.told.state {
        State::Aside { .. } => file.wish.instead = true,
        State::Held { .. } => file.wish.too = true,
        // One that could not be read is read again, with nothing decided.
        _ => {}
    });
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
        file.wait();
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
    give_back(desk, number);
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
        let waiting = |f: &OpenFile| f.told.state == State::Waiting;
        if desk.files.borrow().iter().any(waiting) {
            start(&desk);
        }
        desk.progress(true);
        desk.view(true);
    });
}

/// Puts files in line again that were left aside for one that is not counted
/// (any more), or that were left out because of one that is gone.
pub fn give_back(desk: &Desk, number: u32) {
    let mut files = desk.files.borrow_mut();
    // A refused file counts nothing: it is no reason to leave another out.
    let gone = !files
        .iter()
        .any(|f| f.told.file == number && !matches!(f.told.state, State::Refused(_)));
    let same = State::Same { as_file: number };
    for file in files.iter_mut() {
        let left_out = file.told.state == same
            || matches!(file.told.state, State::Held { with, .. } if with == number);
        if file.aside_for == Some(number) || gone && left_out {
            // Of several that are the same, one is read: they are looked at again.
            file.fingerprint = None;
            file.wait();
        }
    }
}

/// Reads every file that waits, one after the other.
async fn run(desk: &Rc<Desk>) {
    loop {
        // Look at all that wait first: those in most detail are read first, since others
        // may be left aside for them.
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
        let Some(number) = desk
            .files
            .borrow()
            .iter()
            .filter(|f| f.told.state == State::Waiting)
            .min_by_key(|f| f.told.kind)
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
            f.is_described = false;
            f.told.rows = 0;
            f.told.skipped = 0;
            f.told.told.clear();
            f.done = 0;
        });
        // One may have come into line while the last was told about.
        desk.reading.set(true);
        desk.progress(true);
        let result = read_file(desk, number, stopped).await;
        if desk.stopped.get() != stopped {
            // Called off, or removed: what was held of it is forgotten there.
            desk.ask_all(&Job::ForgetFile(number)).await;
            // Another may have been left aside for it at that very moment.
            give_back(desk, number);
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
                match late::load().await {
                    Ok(late) => {
                        if (late.describe)(Rc::clone(desk), number).await.is_err() {
                            tell(&Tell::Broken, &[]);
                        }
                    }
                    Err(_) => tell(&Tell::Lost, &[]),
                }
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
                give_back(desk, number);
                desk.changed();
                desk.view(false);
            }
        }
        desk.progress(true);
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
    let Some((file, header, limit)) = with(desk, number, |f| {
        // What is packed is unpacked again, though its header is known by now.
        let header = f.header.clone().filter(|_| !f.told.gzip);
        (f.file.clone(), header, f.limit)
    }) else {
        return Ok(());
    };
    // Rows held by a dead reader would be missing from every answer.
    if desk.readers().is_empty() || desk.readers().iter().any(|reader| reader.is_dead()) {
        return Err(Refusal::Worker);
    }
    match header {
        Some(header) => {
            let lines = lines_before(&file, header.first_row).await?;
            let mut reading = Reading::new(desk, number, stopped, header, lines);
            reading.plain(&file, limit.unwrap_or(u64::MAX)).await
        }
        None => {
            let late = late::load().await?;
            (late.unpack)(Rc::clone(desk), number, stopped, file).await
        }
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

/// What keeps a file, as far as it was read, from being counted beside others.
/// Where it is counted, files that say the same in less detail no longer are.
///
/// # Errors
/// [`Refusal::Worker`] when that cannot be found out.
pub async fn shares(desk: &Rc<Desk>, number: u32) -> Result<Option<State>, Refusal> {
    let others = desk
        .files
        .borrow()
        .iter()
        .any(|f| f.told.file != number && f.is_done());
    if !others {
        return Ok(None);
    }
    let late = late::load().await?;
    (late.shared)(Rc::clone(desk), number).await
}

/// Settles what becomes of a file that was read.
async fn finish(desk: &Rc<Desk>, number: u32) {
    let held = shares(desk, number)
        .await
        .unwrap_or_else(|refusal| Some(State::Refused(refusal)));
    let rows = with(desk, number, |f| (f.told.rows, f.told.skipped)).unwrap_or_default();
    let state = match held {
        Some(held) => held,
        None if rows == (0, 0) => State::Refused(Refusal::NoRows),
        None if rows.0 == 0 => State::Refused(Refusal::AllSkipped),
        None => State::Counted,
    };
    let counts = state == State::Counted;
    if !counts {
        desk.ask_all(&Job::ForgetFile(number)).await;
    }
    with(desk, number, |f| {
        if !matches!(f.told.state, State::CountedInPart(_)) || !counts {
            f.told.state = state;
        }
        if !counts {
            f.told.rows = 0;
        }
    });
    if !counts {
        give_back(desk, number);
    }
}
