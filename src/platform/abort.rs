//! Calling off what is under way, by hand or because it takes too long.

use super::clock;
use std::{cell::Cell, rc::Rc};
use web_sys::{AbortController, AbortSignal};

/// Milliseconds that anything may take.
const PATIENCE_MS: u32 = 8_000;

/// Calls off requests when told, and by itself after a while.
#[derive(Debug)]
pub struct Abort {
    controller: AbortController,
    is_late: Rc<Cell<bool>>,
}

impl Abort {
    /// One whose time begins now; nothing in a browser without such controllers.
    pub fn new() -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let is_late = Rc::new(Cell::new(false));
        let (late, late_controller) = (Rc::clone(&is_late), controller.clone());
        clock::after(PATIENCE_MS, move || {
            // What has ended by then is not touched by it.
            late.set(true);
            late_controller.abort();
        });
        Some(Self {
            controller,
            is_late,
        })
    }

    /// What a request listens to.
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Calls off what listens.
    pub fn call_off(&self) {
        self.controller.abort();
    }

    /// Whether it was called off because it took too long.
    pub fn is_too_late(&self) -> bool {
        self.is_late.get()
    }
}
