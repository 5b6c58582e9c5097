//! A server that keeps pulls: how it is asked, and what is known of it. Part of [`crate::late`].

use crate::desk::tell;
use crate::js;
use crate::wire::{Failure, Served, Tell, decode, encode};
use futures_util::future::{Either, select};
use js_sys::Uint8Array;
use pulls::calendar::Day;
use pulls::served::{Answer, Asked, MEDIA_TYPE, Question, VERSION};
use pulls::view::View;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Request, RequestInit, Response};

/// How long an answer is waited for.
pub const PATIENCE_MS: i32 = 60_000;

/// A server whose pulls are shown. What it holds changes in [`crate::serving`] only, one step at a time.
pub struct Server {
    /// Where questions are sent.
    pub address: String,
    /// Calls off what it is still asked once another one is shown.
    pub abort: Option<AbortController>,
    /// The months whose rows the readers hold, by their first days, and their versions.
    pub months: RefCell<Vec<(Day, u64)>>,
    /// The version of the view that those rows make.
    pub rows_version: Cell<u64>,
    /// The query whose view the page has, and the version of that.
    pub shown: Cell<Option<(u32, u64)>>,
    /// Whether there is something new there.
    pub is_stale: Cell<bool>,
    /// Whether rows are on their way here.
    pub is_fetching: Cell<bool>,
    /// What came of that.
    pub arrived: RefCell<Option<Result<Answer, Failure>>>,
    /// Whether rows did not come: they are asked for again when there is something new.
    pub is_missing: Cell<bool>,
    /// Rows of so many days were more than are sent, though it seemed otherwise.
    pub too_many_days: Cell<u32>,
    /// What the page was told last.
    pub told: Cell<Option<Served>>,
}

impl Server {
    /// The one at an address.
    pub fn new(address: String) -> Self {
        Self {
            address,
            abort: AbortController::new().ok(),
            months: RefCell::default(),
            rows_version: Cell::new(0),
            shown: Cell::new(None),
            is_stale: Cell::new(true),
            is_fetching: Cell::new(false),
            arrived: RefCell::default(),
            is_missing: Cell::new(false),
            too_many_days: Cell::new(u32::MAX),
            told: Cell::new(None),
        }
    }

    /// Asks it, and waits for the answer so long.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(&self, question: Question, patience_ms: i32) -> Result<Answer, Failure> {
        let answer = self.answer(question);
        let late = JsFuture::from(js::timer(patience_ms));
        match select(pin!(answer), pin!(late)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Failure::Unreachable),
        }
    }

    async fn answer(&self, question: Question) -> Result<Answer, Failure> {
        let asked = Asked {
            version: VERSION,
            question,
        };
        let away = |_| Failure::Unreachable;
        let options = RequestInit::new();
        options.set_method("POST");
        options.set_body(&Uint8Array::from(&encode(&asked)[..]));
        options.set_signal(self.abort.as_ref().map(AbortController::signal).as_ref());
        let request = Request::new_with_str_and_init(&self.address, &options).map_err(away)?;
        let headers = request.headers();
        headers.set("content-type", MEDIA_TYPE).map_err(away)?;
        let answer = JsFuture::from(js::scope().fetch_with_request(&request)).await;
        let answer: Response = answer.map_err(away)?.unchecked_into();
        if !answer.ok() {
            return Err(Failure::Status(answer.status()));
        }
        let bytes = answer.array_buffer().map_err(away)?;
        let bytes = JsFuture::from(bytes).await.map_err(away)?;
        decode(&Uint8Array::new(&bytes).to_vec()).ok_or(Failure::Unreadable)
    }

    /// Whether the page has the view of a query, whatever has happened there since.
    pub fn has_shown(&self, id: u32) -> bool {
        self.shown.get().is_some_and(|shown| shown.0 == id)
    }

    /// Whether any rows of it are held.
    pub fn has_rows(&self) -> bool {
        !self.months.borrow().is_empty()
    }

    /// Tells the page where its pulls are counted, unless it knows.
    pub fn tell(&self, served: Served) {
        if self.told.replace(Some(served)) != Some(served) {
            tell(&Tell::Served(served), &[]);
        }
    }

    /// Tells the page a view that the server counted.
    pub fn tell_view(&self, id: u32, version: u64, view: Box<View>) {
        self.shown.set(Some((id, version)));
        let partial = false;
        tell(&Tell::View { id, view, partial }, &[]);
    }
}

/// Raw records, which the server has.
pub async fn rows(server: &Server, question: Question) -> Option<(u64, Vec<pulls::view::Row>)> {
    match server.ask(question, PATIENCE_MS).await {
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
    match server.ask(question, PATIENCE_MS).await {
        Ok(Answer::Found(entries)) => Some(entries),
        _ => {
            tell(&Tell::Lost, &[]);
            None
        }
    }
}
