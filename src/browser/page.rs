//! News of the page and of its network, while the core heeds them.
//!
//! | event | told to the core |
//! |---|---|
//! | `online` | that there is a network |
//! | `change` of `navigator.connection`, where its type has changed | that it is another one |
//! | `visibilitychange` to visible | that the user looks at the page |
//! | `freeze` | nothing; but another tab is to lead, where tabs share a registration |
//! | `resume` | that the page was frozen |
//! | `pagehide` | that the page goes away |
//! | `pageshow` where it is persisted | that it is back |
//!
//! No `unload` and no `beforeunload`: they keep a page out of the back/forward cache.

use super::{Driver, get};
use crate::agent::{Hint, Input};
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// See the table above.
#[derive(Default)]
pub struct Page(RefCell<Vec<EventListener>>);

impl Page {
    /// Whether the news are wanted from now on.
    pub fn set_watched(&self, driver: &Rc<Driver>, wanted: bool) {
        let is_watched = !self.0.borrow().is_empty();
        if wanted && !is_watched {
            // What happened meanwhile nobody has told.
            driver.network_changed();
            self.0.replace(listen(driver));
        } else if !wanted {
            self.release();
        }
    }

    /// None are wanted.
    pub fn release(&self) {
        self.0.take();
    }
}

fn listen(driver: &Rc<Driver>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let on = |target: &EventTarget, name: &'static str, react: fn(&Rc<Driver>, &Event)| {
        let driver = Rc::downgrade(driver);
        EventListener::new(target, name, move |event| {
            if let Some(driver) = driver.upgrade() {
                react(&driver, event);
            }
        })
    };
    let mut listeners = vec![
        on(&window, "online", |driver, _| driver.hint(Hint::Online)),
        on(&window, "pagehide", |driver, event| driver.hide(is_persisted(event))),
        on(&window, "pageshow", |driver, event| {
            if is_persisted(event) {
                driver.turn(Input::PageShown);
            }
        }),
    ];
    if let Some(document) = window.document() {
        listeners.push(on(&document, "freeze", |driver, _| driver.freeze()));
        listeners.push(on(&document, "resume", |driver, _| driver.hint(Hint::Woke)));
        let page = document.clone();
        let driver = Rc::downgrade(driver);
        listeners.push(EventListener::new(&document, "visibilitychange", move |_| {
            let is_visible = get(&page, "visibilityState").as_string().as_deref() == Some("visible");
            if let Some(driver) = driver.upgrade().filter(|_| is_visible) {
                driver.hint(Hint::Visible);
            }
        }));
    }
    let connection = get(&window.navigator(), "connection");
    if connection.is_object() {
        let target: EventTarget = connection.unchecked_into();
        // It also tells of each new estimate of the speed.
        let known = RefCell::new(kind(&target));
        let driver = Rc::downgrade(driver);
        listeners.push(EventListener::new(&target.clone(), "change", move |_| {
            let now = kind(&target);
            let has_changed = known.replace(now.clone()) != now;
            if let Some(driver) = driver.upgrade().filter(|_| has_changed) {
                driver.hint(Hint::NetworkChanged);
            }
        }));
    }
    listeners
}

fn is_persisted(event: &Event) -> bool {
    get(event, "persisted").is_truthy()
}

fn kind(connection: &JsValue) -> Option<String> {
    get(connection, "type").as_string()
}
