//! The page's end of the link to the desk.

use super::door::Door;
use leptos::prelude::GetUntracked;
use pulls_worker::js;
use pulls_worker::wire::{Ask, Tell, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// A running desk. Messages asked before it is ready wait here.
pub struct Link {
    worker: Worker,
    waiting: std::rc::Rc<std::cell::RefCell<Option<Vec<js_sys::Array>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Link {
    /// Talks to a started desk; `take` is called with what it tells.
    pub fn new(worker: Worker, door: Door, take: impl Fn(Tell, Vec<JsValue>) + 'static) -> Self {
        let is_ready = door.runs.get_untracked();
        let waiting = std::rc::Rc::new(std::cell::RefCell::new(
            (!is_ready).then(Vec::<js_sys::Array>::new),
        ));
        let (queue, port) = (std::rc::Rc::clone(&waiting), worker.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some((bytes, attachments)) = js::parts(&event.data()) else {
                return;
            };
            let Some(tell) = decode::<Tell>(&bytes) else {
                return;
            };
            if tell == Tell::Ready {
                // What is posted before the worker listens is lost: it waited here.
                for message in queue.borrow_mut().take().into_iter().flatten() {
                    let _ = port.post_message(&message);
                }
            }
            take(tell, attachments);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self {
            worker,
            waiting,
            _on_message: on_message,
        }
    }

    /// Sends a message; whether it could be sent.
    pub fn ask(&self, ask: &Ask, attachments: &[JsValue]) -> bool {
        let message = js::message(&encode(ask), attachments);
        match &mut *self.waiting.borrow_mut() {
            Some(waiting) => {
                waiting.push(message);
                true
            }
            None => self.worker.post_message(&message).is_ok(),
        }
    }
}
