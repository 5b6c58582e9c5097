//! Memory for text on its way through this worker, used again and again: to
//! find new memory for every slice takes longer than to copy it.

use std::cell::RefCell;

/// So many wait to be used again: one that is scanned or copied from, and the next.
const KEPT: usize = 2;

thread_local! {
    static TEXTS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Memory that holds anything.
pub fn take() -> Vec<u8> {
    TEXTS.with_borrow_mut(Vec::pop).unwrap_or_default()
}

/// Gives memory back.
pub fn give(text: Vec<u8>) {
    TEXTS.with_borrow_mut(|texts| {
        if texts.len() < KEPT {
            texts.push(text);
        }
    });
}
