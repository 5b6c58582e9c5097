//! Pulls that a server keeps, in place of files. The server is asked for the rows of a span once;
//! then the readers filter them, and nothing is asked again until a view needs other months or
//! there are new pulls. Where rows are too many to be sent, it is asked for each view. Part of
//! [`crate::late`].

use crate::desk::{Desk, tell};
use crate::gunzip;
use crate::js;
use crate::link::{Done, Job};
use crate::wire::{Failure, Served, Tell, decode, encode};
use futures_util::future::{Either, select};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use pulls::calendar::Day;
use pulls::query::Query;
use pulls::segment::SliceId;
use pulls::served::{Answer, Asked, MEDIA_TYPE, Month, Question, VERSION, months};
use pulls::told::Told;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Request, RequestInit, Response};

/// Rows of a server are held as slices of a file of this number.
const FILE: u32 = u32::MAX;

/// How long an answer is waited for.
const PATIENCE_MS: i32 = 60_000;

/// A server whose pulls are shown.
pub struct Server {
    /// Where questions are sent.
    address: String,
    /// The months whose rows the readers hold, by their first days, and their versions.
    months: RefCell<Vec<(Day, u64)>>,
    /// Whether the server makes the views.
    answers: Cell<bool>,
    /// Whether it is being asked.
    is_asking: Cell<bool>,
    /// Whether it is to be asked again then.
    is_wanted: Cell<bool>,
    /// Whether there is something new there.
    is_stale: Cell<bool>,
}

impl Server {
    fn new(address: String) -> Self {
        Self {
            address,
            months: RefCell::default(),
            answers: Cell::new(false),
            is_asking: Cell::new(false),
            is_wanted: Cell::new(false),
            is_stale: Cell::new(true),
        }
    }

    /// Asks it.
    async fn ask(&self, question: Question) -> Result<Answer, Failure> {
        let asked = Asked {
            version: VERSION,
            question,
        };
        let away = |_| Failure::Unreachable;
        let options = RequestInit::new();
        options.set_method("POST");
        options.set_body(&Uint8Array::from(&encode(&asked)[..]));
        let request = Request::new_with_str_and_init(&self.address, &options).map_err(away)?;
        let headers = request.headers();
        headers.set("content-type", MEDIA_TYPE).map_err(away)?;
        let answer = JsFuture::from(js::scope().fetch_with_request(&request));
        let late = JsFuture::from(js::timer(PATIENCE_MS));
        let Either::Left((answer, _)) = select(pin!(answer), pin!(late)).await else {
            return Err(Failure::Unreachable);
        };
        let answer: Response = answer.map_err(away)?.unchecked_into();
        if !answer.ok() {
            return Err(Failure::Status(answer.status()));
        }
        let bytes = answer.array_buffer().map_err(away)?;
        let bytes = JsFuture::from(bytes).await.map_err(away)?;
        decode(&Uint8Array::new(&bytes).to_vec()).ok_or(Failure::Unreadable)
    }
}

/// Shows the pulls of a server from now on.
pub async fn begin(desk: Rc<Desk>, address: String) {
    *desk.server.borrow_mut() = Some(Rc::new(Server::new(address)));
    forget(&desk).await;
    // It may have been asked before this part was there.
    query(desk).await;
}

/// There are new pulls.
pub async fn refresh(desk: Rc<Desk>) {
    let Some(server) = desk.server() else { return };
    server.is_stale.set(true);
    query(desk).await;
}

/// Forgets what the readers hold of a server.
async fn forget(desk: &Desk) {
    desk.ask_all(&Job::ForgetFile(FILE)).await;
    desk.engine.borrow_mut().told = None;
    desk.changed();
}

/// Answers the query at hand: from the rows that are here, or by asking.
pub async fn query(desk: Rc<Desk>) {
    let Some(server) = desk.server() else { return };
    if server.is_asking.replace(true) {
        server.is_wanted.set(true);
        return;
    }
    loop {
        server.is_wanted.set(false);
        if let Some((id, query)) = desk.query() {
            answer(&desk, &server, id, query).await;
        }
        if !server.is_wanted.get() {
            break;
        }
    }
    server.is_asking.set(false);
}

/// Whether the readers hold every row that a query needs.
fn is_held(desk: &Desk, server: &Server, query: &Query) -> bool {
    let needed = desk.engine.borrow().needed(query);
    let held = server.months.borrow();
    let is_held = |month: Day| held.iter().any(|(first, _)| *first == month);
    needed.is_some_and(|span| months(span).all(|month| is_held(month.first)))
}

async fn answer(desk: &Rc<Desk>, server: &Rc<Server>, id: u32, query: Query) {
    if !server.is_stale.get() && is_held(desk, server, &query) {
        return desk.view(true);
    }
    // What comes while it is asked is asked for again.
    let was_stale = server.is_stale.replace(false);
    let has = server.months.borrow().clone();
    let answered = server.ask(Question::View { query, has }).await;
    if !is_shown(desk, server) {
        return;
    }
    match answered {
        Ok(Answer::Months { told, months }) => {
            let taken = take(desk, server, told, months).await;
            if !is_shown(desk, server) {
                // Another server’s rows are held from now on; these were for nobody.
                return forget(desk).await;
            }
            match taken {
                Ok(bytes) => {
                    tell(&Tell::Served(Served::Rows { bytes }), &[]);
                    // A query that came meanwhile may need other months: it is asked next.
                    if desk.query().is_some_and(|(now, _)| now == id) {
                        desk.view(true);
                    }
                }
                Err(failure) => failed(server, was_stale, failure),
            }
        }
        Ok(Answer::View { view, .. }) => {
            if !server.answers.replace(true) {
                // Its rows would count beside what the server counts.
                server.months.borrow_mut().clear();
                forget(desk).await;
            }
            tell(&Tell::Served(Served::Views), &[]);
            let partial = false;
            tell(&Tell::View { id, view, partial }, &[]);
        }
        Ok(Answer::Nothing) => tell(&Tell::Served(Served::Nothing), &[]),
        Ok(_) => failed(server, was_stale, Failure::Unreadable),
        Err(failure) => failed(server, was_stale, failure),
    }
}

/// Whether this is still the server whose pulls are shown.
fn is_shown(desk: &Desk, server: &Rc<Server>) -> bool {
    desk.server().is_some_and(|now| Rc::ptr_eq(&now, server))
}

fn failed(server: &Server, was_stale: bool, failure: Failure) {
    server.is_stale.set(was_stale || server.is_stale.get());
    tell(&Tell::Served(Served::Failed(failure)), &[]);
}

/// Has the readers hold months, in place of those that they held; gives the bytes that came.
async fn take(
    desk: &Desk,
    server: &Rc<Server>,
    told: Told,
    months: Vec<Month>,
) -> Result<u32, Failure> {
    if desk.readers.is_empty() {
        return Err(Failure::Worker);
    }
    server.answers.set(false);
    let before = server.months.take();
    let gone = before
        .iter()
        .filter(|(first, _)| !months.iter().any(|month| month.first == *first));
    for (first, _) in gone {
        desk.ask_all(&Job::ForgetSlice(slice(*first))).await;
    }
    let (mut held, mut bytes) = (Vec::with_capacity(months.len()), 0);
    for (at, month) in months.into_iter().enumerate() {
        if let Some(packed) = month.rows {
            bytes += packed.len() as u32;
            let rows = unpacked(&packed).await.ok_or(Failure::Unreadable)?;
            let id = slice(month.first);
            // It may be held by another one.
            desk.ask_all(&Job::ForgetSlice(id)).await;
            let reader = &desk.readers[at % desk.readers.len()];
            let job = Job::HoldBatch { id };
            let done = reader.ask(&job, &[rows.into()], false).await;
            match done {
                Some((Done::Fine, _)) => {}
                Some(_) => return Err(Failure::Unreadable),
                None => return Err(Failure::Worker),
            }
            if !is_shown(desk, server) {
                return Ok(bytes);
            }
        }
        held.push((month.first, month.version));
    }
    *server.months.borrow_mut() = held;
    if !is_shown(desk, server) {
        return Ok(bytes);
    }
    desk.engine.borrow_mut().told = Some(told);
    desk.changed();
    Ok(bytes)
}

fn slice(first: Day) -> SliceId {
    SliceId {
        file: FILE,
        slice: first.0.unsigned_abs(),
    }
}

async fn unpacked(packed: &[u8]) -> Option<ArrayBuffer> {
    let parts = Array::of1(&Uint8Array::from(packed));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let mut source = gunzip::browser(&blob).ok()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = source.next().await.ok()? {
        bytes.extend(chunk.to_vec());
    }
    Some(Uint8Array::from(&bytes[..]).buffer())
}

/// Raw records, which the server has.
pub async fn rows(server: &Server, question: Question) -> Option<(u64, Vec<pulls::view::Row>)> {
    match server.ask(question).await {
        Ok(Answer::Rows { total, rows }) => Some((total, rows)),
        // The view stands; what is missing may be asked for again.
        _ => {
            tell(&Tell::Lost, &[]);
            None
        }
    }
}

/// Values that a search finds, if the server has to look for them.
pub async fn find(server: &Server, question: Question) -> Option<Vec<pulls::view::Entry>> {
    match server.ask(question).await {
        Ok(Answer::Found(entries)) => Some(entries),
        _ => {
            tell(&Tell::Lost, &[]);
            None
        }
    }
}

impl Desk {
    /// The server whose pulls are shown, if any.
    pub fn server(&self) -> Option<Rc<Server>> {
        self.server.borrow().clone()
    }
}

impl Server {
    /// Whether it makes the views.
    pub fn answers(&self) -> bool {
        self.answers.get()
    }
}
