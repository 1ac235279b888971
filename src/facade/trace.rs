//! What happened lately, for a report of a fault.

use super::device::TelnyxDevice;
use crate::agent::CallId;
use crate::browser::object;
use js_sys::{Array, Date};
use std::cell::RefCell;
use std::collections::VecDeque;
use wasm_bindgen::prelude::*;

/// How many events are kept.
const MAX_EVENTS: usize = 200;

/// Those that come all the time and tell nothing afterwards; `sip` is told by its message.
const IDLE: [&str; 3] = ["sip", "levels", "quality"];

/// The names of the last events.
#[derive(Default)]
pub struct Trace(RefCell<VecDeque<Told>>);

struct Told {
    time: f64,
    name: String,
    call: Option<CallId>,
}

impl Trace {
    /// An event is told, of the device or a call.
    pub fn note(&self, name: &str, call: Option<CallId>) {
        if IDLE.contains(&name) {
            return;
        }
        let mut events = self.0.borrow_mut();
        if events.len() >= MAX_EVENTS {
            events.pop_front();
        }
        events.push_back(Told { time: Date::now(), name: name.into(), call });
    }
}

#[wasm_bindgen]
impl TelnyxDevice {
    /// What happened lately, by time: the last SIP messages, without credentials, and events.
    #[wasm_bindgen(unchecked_return_type = "TraceEntry[]")]
    pub fn trace(&self) -> Array {
        let mut entries: Vec<(f64, JsValue)> = self.phone.driver.ask(|agent, now| {
            let wall = Date::now();
            let entry = |recorded: crate::agent::Recorded| {
                let time = wall - now.since(recorded.at).as_millis() as f64;
                let entry = object(&[
                    ("time", &time.into()),
                    ("type", &"sip".into()),
                    ("direction", &if recorded.outgoing { "out" } else { "in" }.into()),
                    ("text", &recorded.text.into()),
                ]);
                (time, entry.into())
            };
            agent.recent().map(entry).collect()
        });
        for told in self.phone.trace.0.borrow().iter() {
            let call = told.call.map_or(JsValue::NULL, |call| call.0.into());
            let entry = object(&[
                ("time", &told.time.into()),
                ("type", &"event".into()),
                ("name", &told.name.as_str().into()),
                ("call", &call),
            ]);
            entries.push((told.time, entry.into()));
        }
        entries.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}
