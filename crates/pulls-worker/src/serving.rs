//! Pulls that a server keeps, in place of files. The server is asked for what the view at hand
//! shows, which is little and there soon, and then for the rows of its span, once; then the readers
//! filter them, and nothing is asked again until a view needs other months or there are new pulls.
//! Where rows are too many to be sent, it is asked for each view. Part of [`crate::late`].

use crate::desk::Desk;
use crate::gunzip;
use crate::js;
use crate::link::{Done, Job};
use crate::server::{PATIENCE_MS, Server};
use crate::wire::{Failure, Served};
use futures_util::future::join;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use pulls::calendar::{Day, Span};
use pulls::query::Query;
use pulls::segment::SliceId;
use pulls::served::{Answer, Month, Question, months};
use pulls::told::Told;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

/// Rows of a server are held as slices of a file of this number.
const FILE: u32 = u32::MAX;

/// How long rows are waited for, which are megabytes, while the server makes the views.
const PATIENCE_FOR_ROWS_MS: i32 = 600_000;

/// How long after the view its rows are asked for.
const FETCH_AFTER_MS: i32 = 200;

/// Shows the pulls of a server from now on.
pub async fn begin(desk: Rc<Desk>, address: String) {
    let before = desk.server.replace(Some(Rc::new(Server::new(address))));
    if let Some(abort) = before.and_then(|before| before.abort.clone()) {
        abort.abort();
    }
    desk.is_another.set(true);
    query(desk).await;
}

/// There are new pulls, or the page wants to know again.
pub async fn refresh(desk: Rc<Desk>) {
    let Some(server) = desk.server() else { return };
    server.is_stale.set(true);
    server.is_missing.set(false);
    query(desk).await;
}

/// Answers the query at hand: from the rows that are here, or by asking. Whoever comes while that
/// is being done has it done again.
pub async fn query(desk: Rc<Desk>) {
    if desk.is_serving.replace(true) {
        return desk.is_wanted.set(true);
    }
    loop {
        desk.is_wanted.set(false);
        if let Some(server) = desk.server() {
            let was_stale = server.is_stale.get();
            let outcome = step(&desk, &server).await;
            if let Err(failure) = outcome
                && is_current(&desk, &server)
            {
                // What is shown may be of before: it is not taken for what there is now.
                server.shown.set(None);
                // Rows that are held are no older for that: what they can answer, they do.
                server.is_stale.set(was_stale || server.is_stale.get());
                server.tell(Served::Failed(failure));
            }
        }
        if !desk.is_wanted.get() {
            break;
        }
    }
    desk.is_serving.set(false);
}

/// Whether this is still the server whose pulls are shown.
fn is_current(desk: &Desk, server: &Rc<Server>) -> bool {
    desk.server().is_some_and(|now| Rc::ptr_eq(&now, server))
}

/// Forgets what the readers hold of a server.
async fn forget(desk: &Desk) {
    desk.ask_all(&Job::ForgetFile(FILE)).await;
    desk.engine.borrow_mut().told = None;
    desk.counted.set(None);
    desk.changed();
}

/// Comes as near to the answer as one question allows. Nothing else touches rows of a server, so
/// that none come or go while others are counted.
async fn step(desk: &Rc<Desk>, server: &Rc<Server>) -> Result<(), Failure> {
    if desk.is_another.take() {
        forget(desk).await;
    }
    let arrived = server.arrived.take();
    if let Some(arrived) = arrived {
        server.is_fetching.set(false);
        receive(desk, server, arrived).await;
    }
    let Some((id, query)) = desk.query() else {
        return Ok(());
    };
    let needed = desk.engine.borrow().needed(&query);
    let is_held = needed.is_some_and(|span| {
        let held = server.months.borrow();
        months(span).all(|month| held.iter().any(|(first, _)| *first == month.first))
    });
    if server.is_stale.get() || !is_held {
        if server.has_rows() {
            return update(desk, server, id, query).await;
        }
        if server.is_stale.get() || !server.has_shown(id) {
            return look(desk, server, id, query).await;
        }
        return Ok(());
    }
    count(desk, server, id, &query).await;
    Ok(())
}

/// Counts the rows that are held. A view that the page has is counted, too, if it was counted
/// elsewhere: searches look through what was counted last.
async fn count(desk: &Desk, server: &Server, id: u32, query: &Query) {
    let now = Some((id, server.rows_version.get()));
    let is_shown = server.shown.get() == now;
    if is_shown && desk.counted.get() == Some(id) {
        return;
    }
    let is_counted = desk.count(id, query, false, !is_shown).await;
    server.shown.set(now.filter(|_| is_counted));
    if is_counted {
        server.tell(Served::Rows);
    }
}

/// Shows what the server counts, and has its rows come if it would send them.
async fn look(desk: &Rc<Desk>, server: &Rc<Server>, id: u32, query: Query) -> Result<(), Failure> {
    server.is_stale.set(false);
    let seen = server.shown.get().filter(|shown| shown.0 == id);
    let question = Question::Look {
        query: query.clone(),
        seen: seen.map(|shown| shown.1),
    };
    let answered = server.ask(question, PATIENCE_MS).await?;
    if !is_current(desk, server) {
        return Ok(());
    }
    match answered {
        Answer::View {
            told,
            view,
            version,
            rows_fit,
        } => {
            server.tell_view(id, version, view);
            let days = needed(told, &query).map_or(0, Span::days);
            if !rows_fit || days >= server.too_many_days.get() {
                server.tell(Served::Views);
            } else if server.is_missing.get() {
                server.tell(Served::Missed);
            } else {
                server.tell(Served::Coming);
                if !server.is_fetching.replace(true) {
                    spawn_local(fetch(Rc::clone(desk), Rc::clone(server), query));
                }
            }
            Ok(())
        }
        Answer::Unchanged => Ok(()),
        Answer::Nothing => {
            show_nothing(desk, server).await;
            Ok(())
        }
        _ => Err(Failure::Unreadable),
    }
}

/// The days that a query needs of a server that has told its own.
fn needed(told: Told, query: &Query) -> Option<Span> {
    let mut engine = pulls::desk::Desk::new(0);
    engine.told = Some(told);
    engine.needed(query)
}

/// Has the rows of a view come that was shown, and readers for them.
async fn fetch(desk: Rc<Desk>, server: Rc<Server>, query: Query) {
    let question = Question::View {
        query,
        has: Vec::new(),
    };
    // The view is drawn first, for which the processor is needed here and there.
    js::pause(FETCH_AFTER_MS).await;
    let asked = server.ask(question, PATIENCE_FOR_ROWS_MS);
    let ((), arrived) = join(desk.hire(), asked).await;
    *server.arrived.borrow_mut() = Some(arrived);
    self::query(desk).await;
}

/// Takes what came of [`fetch`]. Without rows each view is asked for, so that a view stands
/// whatever came.
async fn receive(desk: &Rc<Desk>, server: &Rc<Server>, arrived: Result<Answer, Failure>) {
    let is_expected = server.told.get() == Some(Served::Coming);
    match arrived {
        // The view that is shown by now has too many.
        Ok(Answer::Months { .. }) if !is_expected => {}
        Ok(Answer::Months {
            told,
            months,
            version,
        }) => {
            if hold(desk, server, told, months, version).await.is_err() {
                miss(server);
            } else if server.shown.get().is_some_and(|shown| shown.1 != version) {
                // What was shown meanwhile may be of later rows.
                server.is_stale.set(true);
            }
        }
        Ok(Answer::View { told, .. }) => {
            let days = desk
                .query()
                .and_then(|(_, query)| needed(told, &query))
                .map_or(0, Span::days);
            server.too_many_days.set(days);
            server.tell(Served::Views);
        }
        Ok(Answer::Nothing) => server.is_stale.set(true),
        Ok(_) | Err(_) => miss(server),
    }
}

/// Rows did not come.
fn miss(server: &Server) {
    server.is_missing.set(true);
    server.tell(Served::Missed);
}

/// Brings the rows that are held up to date, or to what a view needs.
async fn update(
    desk: &Rc<Desk>,
    server: &Rc<Server>,
    id: u32,
    query: Query,
) -> Result<(), Failure> {
    server.is_stale.set(false);
    let has = server.months.borrow().clone();
    let question = Question::View { query, has };
    let answered = server.ask(question, PATIENCE_FOR_ROWS_MS).await?;
    if !is_current(desk, server) {
        return Ok(());
    }
    match answered {
        Answer::Months {
            told,
            months,
            version,
        } => {
            hold(desk, server, told, months, version).await?;
            // They are counted next.
            desk.is_wanted.set(true);
            Ok(())
        }
        Answer::View { view, version, .. } => {
            server.tell_view(id, version, view);
            server.tell(Served::Views);
            // They would count beside what the server counts.
            drop_rows(desk, server).await;
            Ok(())
        }
        Answer::Nothing => {
            show_nothing(desk, server).await;
            Ok(())
        }
        _ => Err(Failure::Unreadable),
    }
}

/// There is no pull, or none any more.
async fn show_nothing(desk: &Desk, server: &Server) {
    server.shown.set(None);
    server.tell(Served::Nothing);
    drop_rows(desk, server).await;
}

async fn drop_rows(desk: &Desk, server: &Server) {
    if !server.months.take().is_empty() {
        forget(desk).await;
    }
}

/// Has the readers hold months, in place of those that they held.
async fn hold(
    desk: &Rc<Desk>,
    server: &Rc<Server>,
    told: Told,
    months: Vec<Month>,
    version: u64,
) -> Result<(), Failure> {
    server.rows_version.set(version);
    let outcome = hold_months(desk, server, told, months).await;
    if outcome.is_err() {
        // What is held is neither of before nor of now.
        server.months.borrow_mut().clear();
        forget(desk).await;
    }
    outcome
}

async fn hold_months(
    desk: &Desk,
    server: &Server,
    told: Told,
    months: Vec<Month>,
) -> Result<(), Failure> {
    if desk.readers().is_empty() {
        return Err(Failure::Worker);
    }
    let before = server.months.take();
    let gone = before
        .iter()
        .filter(|(first, _)| !months.iter().any(|month| month.first == *first));
    for (first, _) in gone {
        desk.ask_all(&Job::ForgetSlice(slice(*first))).await;
    }
    let mut held = Vec::with_capacity(months.len());
    for (at, month) in months.into_iter().enumerate() {
        if let Some(packed) = month.rows {
            let rows = unpacked(&packed).await.ok_or(Failure::Unreadable)?;
            let id = slice(month.first);
            // It may be held by another one.
            desk.ask_all(&Job::ForgetSlice(id)).await;
            let reader = &desk.readers()[at % desk.readers().len()];
            let job = Job::HoldBatch { id };
            let done = reader.ask(&job, &[rows.into()], false).await;
            match done {
                Some((Done::Fine, _)) => {}
                Some(_) => return Err(Failure::Unreadable),
                None => return Err(Failure::Worker),
            }
        }
        held.push((month.first, month.version));
    }
    *server.months.borrow_mut() = held;
    desk.engine.borrow_mut().told = Some(told);
    desk.changed();
    Ok(())
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

impl Desk {
    /// The server whose pulls are shown, if any.
    pub fn server(&self) -> Option<Rc<Server>> {
        self.server.borrow().clone()
    }

    /// The server that has to search, since rows of the query at hand are not counted here.
    pub fn searching(&self) -> Option<Rc<Server>> {
        let is_counted = self
            .query()
            .is_some_and(|(id, _)| self.counted.get() == Some(id));
        self.server().filter(|_| !is_counted)
    }
}
