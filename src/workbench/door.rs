//! What is chosen, on its way to the workbench, and the desk's worker before
//! anything talks to it: small, so that files can be chosen as soon as the page
//! stands. Both live as long as the tab.

use crate::platform::{marks, meta};
use leptos::prelude::*;
use pulls_worker::wire::DESK;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, Worker, WorkerOptions, WorkerType};

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

/// A running desk that nobody talks to yet.
pub struct Started {
    /// The worker.
    pub worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

thread_local! {
    static DOOR: RefCell<Option<(Owner, Door)>> = const { RefCell::new(None) };
    static STARTED: RefCell<Option<Started>> = const { RefCell::new(None) };
    static WAS_STARTED: Cell<bool> = const { Cell::new(false) };
}

/// The tab's door.
pub fn door() -> Door {
    DOOR.with(|cell| {
        cell.borrow_mut()
            .get_or_insert_with(|| {
                outliving(|| Door {
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
        if WAS_STARTED.replace(true) {
            return;
        }
        let started = start(move || self.runs.set(true), move || self.broken.set(true));
        self.broken.set(started.is_err());
        STARTED.set(started.ok());
    }

    /// Takes the worker over; `None` where it could not be started, or was taken.
    pub fn worker(self) -> Option<Started> {
        self.start();
        STARTED.take()
    }
}

fn start(run: impl Fn() + 'static, fail: impl Fn() + 'static) -> Result<Started, JsValue> {
    let address = meta::content("pulls-worker").unwrap_or_default();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let mut name = String::from(DESK);
    name.push(' ');
    name.push_str(&meta::content("gunzip-worker").unwrap_or_default());
    options.set_name(&name);
    let worker = Worker::new_with_options(&address, &options)?;
    // It says nothing before it listens.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |_| run());
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(JsValue)>::new(move |_| fail());
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Started {
        worker,
        _on_message: on_message,
        _on_error: on_error,
    })
}
