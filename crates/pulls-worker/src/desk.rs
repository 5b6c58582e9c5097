//! The desk: what the page talks to. Keeps the list of files and the query at
//! hand, asks the readers, and tells the page.

use crate::js;
use crate::late;
use crate::link::{Done, Job, Reader};
use crate::listing::Index;
use crate::open::{self, OpenFile};
use crate::server::Server;
use crate::staff;
use crate::wire::{Ask, ExportError, Progress, State, Tell, decode, encode};
use futures_util::future::{Either, join_all, select};
use pulls::desk::Desk as Engine;
use pulls::query::{Query, Selection};
use std::cell::{Cell, OnceCell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, MessageEvent};

/// At most so many readers: past four, reading the file is what takes the time.
const MAX_READERS: f64 = 4.0;

/// A reader that does not run after so long, and has not failed either, is not waited for.
const PATIENCE_MS: i32 = 15_000;

/// The desk's state. Borrows are short and never held over an await.
pub struct Desk {
    readers: OnceCell<Vec<Rc<Reader>>>,
    /// Address of the gunzip worker's script.
    pub gunzip: String,
    /// Merges what readers count.
    pub engine: RefCell<Engine>,
    /// Every file opened and not removed, in the order of opening.
    pub files: RefCell<Vec<OpenFile>>,
    query: RefCell<Option<(u32, Query)>>,
    /// Grows whenever rows come or go.
    pub generation: Cell<u32>,
    learnt: Cell<u32>,
    /// Grows when reading is called off.
    pub stopped: Cell<u32>,
    /// Whether files are being read, as the page is told.
    pub reading: Cell<bool>,
    /// Whether the one task that reads them is at work.
    pub running: Cell<bool>,
    /// Whether the workers were told to load what comes later.
    pub prepared: Cell<bool>,
    /// When reading began.
    pub began_ms: Cell<f64>,
    told_ms: Cell<f64>,
    viewing: Cell<bool>,
    view_wanted: Cell<bool>,
    viewed_ms: Cell<f64>,
    view_took_ms: Cell<f64>,
    /// Where the rows of the last selection are, at a generation.
    pub index: RefCell<Option<(u32, Selection, Rc<Index>)>>,
    /// Whether a server’s pulls are shown.
    is_served: Cell<bool>,
    /// Whether rows of another server may be held.
    pub is_another: Cell<bool>,
    /// Whether a question about a server’s pulls is being answered.
    pub is_serving: Cell<bool>,
    /// Whether that is to be done again then.
    pub is_wanted: Cell<bool>,
    /// The query that was counted last from a server’s rows.
    pub counted: Cell<Option<u32>>,
    /// The server whose pulls are shown, in place of files.
    pub server: RefCell<Option<Rc<Server>>>,
    /// Exports that were called off.
    pub stopped_exports: RefCell<Vec<u32>>,
}

/// Runs the desk in this worker: with the address of the gunzip worker’s script, for files, or else
/// for the pulls of a server. The page keeps back what it has to say until it is told that files can
/// be read. For a server there are no readers until [`Desk::hire`]: what it shows first, the server
/// counts.
pub fn run(gunzip: Option<String>) {
    let desk = Rc::<OnceCell<Rc<Desk>>>::default();
    let listening = Rc::clone(&desk);
    // Set at once: Firefox drops what is said to a worker that does not listen from the start.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data();
        let Some((bytes, attachments)) = js::parts(&message) else {
            return staff::heard(&message);
        };
        if let Some(desk) = listening.get()
            && let Some(ask) = decode::<Ask>(&bytes)
        {
            take(desk, ask, attachments);
        }
    });
    js::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    spawn_local(async move {
        let is_for_files = gunzip.is_some();
        let made = Rc::new(Desk::new(gunzip.unwrap_or_default()));
        if is_for_files {
            made.hire().await;
        }
        desk.get_or_init(|| made);
        tell(&Tell::Ready, &[]);
        if !is_for_files {
            // On its way while the page is being made. Who needs it says that it is missing.
            let _ = late::load().await;
        }
    });
}

/// As many readers as there are processors, within reason.
fn reader_count() -> usize {
    let cores = js::scope().navigator().hardware_concurrency();
    if cores.is_finite() {
        cores.clamp(1.0, MAX_READERS) as usize
    } else {
        2
    }
}

/// Tells the page something.
pub fn tell(message: &Tell, attachments: &[JsValue]) {
    // Posting fails only for what cannot be cloned; these are bytes and files.
    let _ = js::scope().post_message(&js::message(&encode(message), attachments));
}

fn take(desk: &Rc<Desk>, ask: Ask, attachments: Vec<JsValue>) {
    match ask {
        Ask::Open { files } => {
            let mut list = desk.files.borrow_mut();
            for (number, file) in files.into_iter().zip(attachments) {
                let file = OpenFile::new(number, file.unchecked_into::<File>());
                // A file that is chosen again takes the place of its refusal.
                list.retain(|f| {
                    !matches!(f.told.state, State::Refused(_)) || f.told.name != file.told.name
                });
                list.push(file);
            }
            drop(list);
            open::start(desk);
        }
        Ask::Cancel => open::cancel(desk),
        Ask::Include { file } => open::include(desk, file),
        Ask::ReadPart { file } => open::read_part(desk, file),
        Ask::Remove { file } => open::remove(desk, file),
        Ask::Query { id, query } if !desk.is_served.get() => {
            *desk.query.borrow_mut() = Some((id, query));
            desk.view(true);
        }
        Ask::StopExport { id } => {
            desk.stopped_exports.borrow_mut().push(id);
        }
        late => {
            match &late {
                // At once: what is asked next is meant for the server.
                Ask::Serve { .. } => {
                    desk.is_served.set(true);
                    // That was about another one.
                    desk.query.take();
                }
                Ask::Query { id, query } => {
                    *desk.query.borrow_mut() = Some((*id, query.clone()));
                }
                _ => {}
            }
            let desk = Rc::clone(desk);
            spawn_local(async move {
                match late::load().await {
                    Ok(part) => (part.ask)(desk, late, attachments).await,
                    Err(_) => {
                        tell(&Tell::Lost, &[]);
                        match late {
                            Ask::Raw { id, .. } | Ask::Summary { id, .. } => {
                                let why = ExportError::Worker;
                                tell(&Tell::ExportFailed { id, why }, &[]);
                            }
                            Ask::Sample { .. } => desk.progress(true),
                            _ => {}
                        }
                    }
                }
            });
        }
    }
}

impl Desk {
    fn new(gunzip: String) -> Self {
        Self {
            engine: RefCell::new(Engine::new(0)),
            readers: OnceCell::new(),
            gunzip,
            files: RefCell::default(),
            query: RefCell::default(),
            generation: Cell::new(0),
            learnt: Cell::new(0),
            stopped: Cell::new(0),
            reading: Cell::new(false),
            running: Cell::new(false),
            prepared: Cell::new(false),
            began_ms: Cell::new(0.0),
            told_ms: Cell::new(0.0),
            viewing: Cell::new(false),
            view_wanted: Cell::new(false),
            viewed_ms: Cell::new(0.0),
            view_took_ms: Cell::new(0.0),
            index: RefCell::default(),
            is_served: Cell::new(false),
            is_another: Cell::new(false),
            is_serving: Cell::new(false),
            is_wanted: Cell::new(false),
            counted: Cell::new(None),
            server: RefCell::default(),
            stopped_exports: RefCell::default(),
        }
    }

    /// The readers, all alike.
    pub fn readers(&self) -> &[Rc<Reader>] {
        self.readers.get().map_or(&[], Vec::as_slice)
    }

    /// Has readers start, unless they run. One that does not start leaves the others; without
    /// any, opening says so. Who asks while others start has more of them start, which end again.
    pub async fn hire(&self) {
        if self.readers.get().is_some() {
            return;
        }
        let hired: Vec<_> = (0..reader_count()).map(|_| Reader::hire()).collect();
        let mut readers = Vec::new();
        let patience = js::timer(PATIENCE_MS);
        for reader in hired {
            let late = JsFuture::from(patience.clone());
            if let Either::Left((reader, _)) = select(pin!(reader), late).await {
                readers.extend(reader.map(Rc::new));
            }
        }
        let count = readers.len();
        // Whoever was faster has them started.
        if self.readers.set(readers).is_ok() {
            *self.engine.borrow_mut() = Engine::new(count);
        }
    }

    /// The query at hand, with its number.
    pub fn query(&self) -> Option<(u32, Query)> {
        self.query.borrow().clone()
    }

    /// Has every reader do a job; those that died are left out.
    pub async fn ask_all(&self, job: &Job) -> Vec<Option<Done>> {
        join_all(
            self.readers()
                .iter()
                .map(|reader| async move { reader.ask(job, &[], false).await.map(|r| r.0) }),
        )
        .await
    }

    /// Rows came or went.
    pub fn changed(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
    }

    /// Takes in what the readers have learnt since the last time.
    pub async fn learn(&self) {
        let generation = self.generation.get();
        if self.learnt.get() == generation {
            return;
        }
        let jobs: Vec<Job> = (0..self.readers().len())
            .map(|part| {
                let (epoch, known) = self.engine.borrow().known(part);
                Job::News(epoch, known)
            })
            .collect();
        let news = join_all(
            self.readers()
                .iter()
                .zip(&jobs)
                .map(|(reader, job)| async move { reader.ask(job, &[], false).await.map(|r| r.0) }),
        )
        .await;
        let mut engine = self.engine.borrow_mut();
        for (part, news) in news.into_iter().enumerate() {
            if let Some(Done::News(news)) = news {
                engine.learn(part, *news);
            }
        }
        engine.finest = self
            .files
            .borrow()
            .iter()
            .filter(|f| f.is_counted())
            .filter_map(|f| f.told.period)
            .max()
            .unwrap_or(pulls::calendar::Granularity::Day);
        self.learnt.set(generation);
    }

    /// Answers the query at hand: at once, or, while files are read, no more
    /// often than leaves the readers time to read.
    pub fn view(self: &Rc<Self>, at_once: bool) {
        if self.viewing.get() {
            self.view_wanted
                .set(self.view_wanted.get() || at_once || !self.reading.get());
            return;
        }
        if self.reading.get() && !self.files.borrow().iter().any(|f| f.told.rows > 0) {
            // Nothing is read yet: the first slice asks again.
            return;
        }
        let since = js::now_ms() - self.viewed_ms.get();
        if !at_once
            && self.reading.get()
            && self.viewed_ms.get() > 0.0
            && since < (self.view_took_ms.get() * 10.0).max(700.0)
        {
            return;
        }
        self.viewing.set(true);
        let desk = Rc::clone(self);
        spawn_local(async move {
            loop {
                desk.view_wanted.set(false);
                let began = js::now_ms();
                desk.answer().await;
                desk.viewed_ms.set(js::now_ms());
                desk.view_took_ms.set(js::now_ms() - began);
                if !desk.view_wanted.get() {
                    break;
                }
            }
            desk.viewing.set(false);
        });
    }

    async fn answer(&self) {
        let Some((id, query)) = self.query.borrow().clone() else {
            return;
        };
        // As things stand when the rows are counted: should reading end meanwhile, what is
        // wanted then is the complete answer, once.
        let partial = self.reading.get();
        self.count(id, &query, partial, true).await;
    }

    /// Counts what a query keeps of the rows that are held, and tells the page if it is to be told;
    /// whether it could be counted. One at a time: the same news must not be taken in twice.
    pub async fn count(&self, id: u32, query: &Query, partial: bool, is_told: bool) -> bool {
        self.learn().await;
        let selection = self.engine.borrow().selection(query);
        let tallied = self.ask_all(&Job::Tally(selection.clone())).await;
        if tallied.iter().any(|done| matches!(done, Some(Done::Lost))) {
            tell(&Tell::Lost, &[]);
            return false;
        }
        let tallies: Vec<_> = tallied
            .into_iter()
            .filter_map(|done| {
                if let Some(Done::Tally(tally)) = done {
                    Some(tally)
                } else {
                    None
                }
            })
            .collect();
        let palette = self.engine.borrow_mut().palette(query, &tallies);
        let jobs: Vec<_> = (0..self.readers().len())
            .map(|part| {
                Job::Days(
                    selection.clone(),
                    self.engine.borrow().slots(part, &palette),
                )
            })
            .collect();
        let days: Vec<_> = join_all(
            self.readers()
                .iter()
                .zip(&jobs)
                .map(|(reader, job)| reader.ask(job, &[], false)),
        )
        .await
        .into_iter()
        .filter_map(|done| {
            if let Some((Done::Days(days), _)) = done {
                Some(days)
            } else {
                None
            }
        })
        .collect();
        if tallies.len() != self.readers().len() || days.len() != self.readers().len() {
            return false;
        }
        let view = self
            .engine
            .borrow_mut()
            .view(query, &palette, &tallies, &days);
        self.counted.set(Some(id));
        if is_told {
            let view = Box::new(view);
            tell(&Tell::View { id, view, partial }, &[]);
        }
        true
    }

    /// Tells how far reading has come. Unless at an end: at first ten times a second, so
    /// that it is seen to begin; then four, since the page's time is the readers' too.
    pub fn progress(&self, end: bool) {
        let now = js::now_ms();
        let pause_ms = if now - self.began_ms.get() < 500.0 {
            100.0
        } else {
            250.0
        };
        if !end && now - self.told_ms.get() < pause_ms {
            return;
        }
        self.told_ms.set(now);
        let files = self.files.borrow();
        let mut progress = Progress {
            reading: self.reading.get(),
            elapsed_ms: (now - self.began_ms.get()) as u32,
            ..Progress::default()
        };
        for file in files.iter() {
            progress.rows += file.told.rows;
            if file.in_this_run {
                progress.total += file.told.size;
                progress.done += match file.told.state {
                    State::Waiting => 0,
                    State::Reading => file.done.min(file.told.size),
                    _ => file.told.size,
                };
            }
            progress.files.push(file.told.clone());
        }
        tell(&Tell::Progress(progress), &[]);
    }
}
