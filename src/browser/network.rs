//! When the network is another one.

use super::get;
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

/// Calls `react` when the browser is online again, or on another kind of network, for as long as the listeners are kept.
pub fn on_change(react: impl Fn() + 'static) -> Vec<EventListener> {
    let Some(page) = web_sys::window() else { return Vec::new() };
    let react = Rc::new(react);
    let online = Rc::clone(&react);
    let mut listeners = vec![EventListener::new(&page, "online", move |_| online())];
    let connection = get(&page.navigator(), "connection");
    if connection.is_object() {
        let target: EventTarget = connection.unchecked_into();
        // It also tells of each new estimate of the speed.
        let known = RefCell::new(kind(&target));
        listeners.push(EventListener::new(&target.clone(), "change", move |_| {
            let now = kind(&target);
            if known.replace(now.clone()) != now {
                react();
            }
        }));
    }
    listeners
}

fn kind(connection: &JsValue) -> Option<String> {
    get(connection, "type").as_string()
}
