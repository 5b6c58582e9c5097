//! The desk's end of its staff: the workers that it has the page start for it. It could start
//! them itself, as workers of its own; but in Firefox, now and then, `new Worker` never returns
//! inside a worker, and the desk stood still with it.
//!
//! Desk and page speak of them in arrays that begin with the worker's number:
//! `[number, address, name, port]` has one started and given the port once it listens, `[number]`
//! has it ended, and from the page `[number]` says that it has failed. All else that the two
//! say to each other begins with bytes ([`js::message`]).

use crate::js;
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// What is done when a worker fails.
type Fail = Rc<dyn Fn()>;

thread_local! {
    /// By each worker's number; `None` once it has ended.
    static STAFF: RefCell<Vec<Option<Fail>>> = const { RefCell::new(Vec::new()) };
}

/// A worker of the desk's. It ends when this is dropped.
pub struct Employee {
    number: usize,
    /// What is posted here waits until the worker listens.
    pub port: MessagePort,
}

/// Has a worker started. `take` is given what it says, `fail` is called when it fails, be it
/// to start or later.
///
/// # Errors
/// What the browser throws.
pub fn hire(
    address: &str,
    name: &str,
    take: impl FnMut(MessageEvent) + 'static,
    fail: impl Fn() + 'static,
) -> Result<Employee, JsValue> {
    let channel = MessageChannel::new()?;
    let port = channel.port1();
    let take = Closure::<dyn FnMut(MessageEvent)>::new(take).into_js_value();
    port.set_onmessage(Some(take.unchecked_ref()));
    let number = STAFF.with_borrow(Vec::len);
    let theirs = channel.port2();
    let message = Array::of4(
        &(number as u32).into(),
        &address.into(),
        &name.into(),
        &theirs,
    );
    js::scope().post_message_with_transfer(&message, &Array::of1(&theirs))?;
    STAFF.with_borrow_mut(|staff| staff.push(Some(Rc::new(fail))));
    Ok(Employee { number, port })
}

impl Drop for Employee {
    fn drop(&mut self) {
        STAFF.with_borrow_mut(|staff| staff[self.number] = None);
        self.port.close();
        // A number can be posted.
        let _ = js::scope().post_message(&Array::of1(&(self.number as u32).into()));
    }
}

/// Takes what the page says, if it is about the staff.
pub fn heard(message: &JsValue) {
    let number = message.dyn_ref::<Array>().and_then(|m| m.get(0).as_f64());
    let fail = STAFF.with_borrow(|staff| staff.get(number? as usize).cloned().flatten());
    if let Some(fail) = fail {
        fail();
    }
}

/// Listens, in a worker that was hired, to what the desk says to it. `hear` is also given the
/// port to answer by; first the port comes by itself, as what is said.
pub fn serve(hear: impl Fn(MessagePort, JsValue) + 'static) {
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let said = event.data();
        match said.dyn_ref::<MessagePort>() {
            Some(port) => {
                port.set_onmessage(js::scope().onmessage().as_ref());
                hear(port.clone(), JsValue::NULL);
            }
            None => hear(JsValue::from(event.current_target()).unchecked_into(), said),
        }
    });
    let scope = js::scope();
    scope.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    // Not before: what is said to a worker that does not listen is lost in Firefox.
    let _ = scope.post_message(&JsValue::NULL);
}
