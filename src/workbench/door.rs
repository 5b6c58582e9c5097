//! What is chosen, on its way to the workbench, and the desk's worker with those that it asks
//! for: small, so that files can be chosen as soon as the page stands. Both live as long as
//! the tab.

use crate::platform::{marks, meta};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use pulls_worker::wire::{BROKEN, DESK, READY, SERVED};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Whose pulls a desk has. Files stay open while those of a server are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Files of the reader’s own.
    Files,
    /// A namespace’s, which the server keeps.
    Server,
}

impl Of {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Files, Self::Server];
}

/// Something to read.
pub enum Choice {
    /// Files, chosen or dropped.
    Files(Vec<File>),
    /// The sample export.
    Sample,
}

/// Where choices come in. Copy it freely.
#[derive(Clone, Copy)]
pub struct Door {
    of: Of,
    waiting: RwSignal<Vec<Choice>, LocalStorage>,
    /// Whether any file is open.
    pub any_file: RwSignal<bool>,
    /// Whether what is open has something to show.
    pub shown: RwSignal<bool>,
    /// Whether the workers run.
    pub runs: RwSignal<bool>,
    /// Whether the workers could not be started, or one of them died.
    pub broken: RwSignal<bool>,
}

thread_local! {
    static DOORS: RefCell<[Option<(Owner, Door)>; Of::ALL.len()]> =
        const { RefCell::new([const { None }; Of::ALL.len()]) };
    static STARTED: RefCell<[Option<Worker>; Of::ALL.len()]> =
        const { RefCell::new([const { None }; Of::ALL.len()]) };
    static WAS_STARTED: Cell<[bool; Of::ALL.len()]> = const { Cell::new([false; Of::ALL.len()]) };
}

/// The tab's door to a desk.
pub fn door(of: Of) -> Door {
    DOORS.with(|cell| {
        cell.borrow_mut()[of as usize]
            .get_or_insert_with(|| {
                outliving(|| Door {
                    of,
                    waiting: RwSignal::new_local(Vec::new()),
                    any_file: RwSignal::new(false),
                    shown: RwSignal::new(false),
                    runs: RwSignal::new(false),
                    broken: RwSignal::new(false),
                })
            })
            .1
    })
}

/// Makes what outlives the page that asks first: under an owner without a parent. Making that
/// puts it in the page's place, which is undone.
pub fn outliving<T: 'static>(make: impl FnOnce() -> T) -> (Owner, T) {
    let page = Owner::current();
    let owner = Owner::new_root(None);
    let made = owner.with(make);
    if let Some(page) = page {
        page.set();
    }
    (owner, made)
}

impl Door {
    /// Files were chosen.
    pub fn files(self, files: Vec<File>) {
        if !files.is_empty() {
            marks::mark("files-chosen");
            self.waiting
                .update(|waiting| waiting.push(Choice::Files(files)));
        }
    }

    /// The sample export was asked for.
    pub fn sample(self) {
        marks::mark("files-chosen");
        self.waiting.update(|waiting| waiting.push(Choice::Sample));
    }

    /// Whether anything is open or waits to be; follows both.
    pub fn is_asked(self) -> bool {
        self.any_file.get() || self.waiting.with(|waiting| !waiting.is_empty())
    }

    /// What was chosen since the last time; follows the choices.
    pub fn take(self) -> Vec<Choice> {
        if self.waiting.with(Vec::is_empty) {
            return Vec::new();
        }
        self.any_file.set(true);
        self.waiting.try_update(std::mem::take).unwrap_or_default()
    }

    /// Starts the workers, once: before a file is chosen, so that reading begins at once.
    pub fn start(self) {
        let mut was_started = WAS_STARTED.get();
        if std::mem::replace(&mut was_started[self.of as usize], true) {
            return;
        }
        WAS_STARTED.set(was_started);
        let started = start(self);
        self.broken.set(started.is_err());
        STARTED.with_borrow_mut(|all| all[self.of as usize] = started.ok());
    }

    /// Takes the worker over; `None` where it could not be started, or was taken.
    pub fn worker(self) -> Option<Worker> {
        self.start();
        STARTED.with_borrow_mut(|all| all[self.of as usize].take())
    }
}

/// Starts a worker.
fn worker(address: &str, name: &str) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(name);
    Worker::new_with_options(address, &options)
}

/// Starts the desk, hears whether it runs, and starts for it whom it asks for.
fn start(door: Door) -> Result<Worker, JsValue> {
    let address = meta::content("pulls-worker").unwrap_or_default();
    let name = match door.of {
        Of::Files => [
            DESK,
            " ",
            &meta::content("gunzip-worker").unwrap_or_default(),
        ]
        .concat(),
        Of::Server => SERVED.to_owned(),
    };
    let desk = worker(&address, &name)?;
    let to_desk = desk.clone();
    let mut staff = Vec::new();
    let on_event = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return door.broken.set(true);
        };
        let parts: Array = event.data().unchecked_into();
        let first = parts.get(0);
        if first.as_f64().is_some() {
            return employ(&mut staff, &to_desk, &parts);
        }
        let bytes: Uint8Array = first.unchecked_into();
        match (bytes.length(), [bytes.get_index(0)]) {
            (1, READY) => door.runs.set(true),
            (1, BROKEN) => door.broken.set(true),
            _ => {}
        }
    });
    let on_event = on_event.into_js_value();
    for event in ["message", "error"] {
        desk.add_event_listener_with_callback(event, on_event.unchecked_ref())?;
    }
    Ok(desk)
}

/// Starts or ends a worker for the desk, as `pulls_worker::staff` has it.
fn employ(staff: &mut Vec<Option<Worker>>, desk: &Worker, parts: &Array) {
    let number = parts.get(0);
    let text = |at| parts.get(at).as_string();
    if let (Some(address), Some(name)) = (text(1), text(2)) {
        let hired = worker(&address, &name).ok();
        match &hired {
            Some(worker) => introduce(worker, parts.get(3), desk, number),
            None => has_failed(desk, &number),
        }
        staff.push(hired);
    } else if let Some(worker) = number
        .as_f64()
        .and_then(|at| staff.get_mut(at as usize)?.take())
    {
        // What hears it holds it.
        worker.set_onmessage(None);
        worker.set_onerror(None);
        worker.terminate();
    }
}

/// Tells the desk that a worker has failed. What that means for the page is the desk's to say.
fn has_failed(desk: &Worker, number: &JsValue) {
    // A number can be posted.
    let _ = desk.post_message(&Array::of1(number));
}

/// Gives a worker the port to the desk as soon as it listens, and tells the desk when it fails.
fn introduce(worker: &Worker, port: JsValue, desk: &Worker, number: JsValue) {
    let (listens, desk) = (worker.clone(), desk.clone());
    let on_event = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if event.is_instance_of::<MessageEvent>() {
            // A port can be posted.
            let _ = listens.post_message_with_transfer(&port, &Array::of1(&port));
        } else {
            event.prevent_default();
            has_failed(&desk, &number);
        }
    });
    let on_event = on_event.into_js_value();
    worker.set_onmessage(Some(on_event.unchecked_ref()));
    worker.set_onerror(Some(on_event.unchecked_ref()));
}
