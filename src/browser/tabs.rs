//! The other tabs of this origin, where they share one registration: locks and a channel (see [`crate::tabs`]).
//!
//! One group for each address of record at each registrar. Nothing is asked for before the first socket is.

use super::{Driver, get};
use crate::agent::{Input, SocketId, UserAgent};
use crate::tabs::{Output, Tabs as Core};
use crate::time::{Instant, Reason};
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    type Tab;

    #[wasm_bindgen(constructor)]
    fn new(name: &str, tab: &str, news: &Closure<dyn FnMut(JsValue, JsValue)>) -> Tab;

    #[wasm_bindgen(method)]
    fn post(this: &Tab, letter: Uint8Array);

    #[wasm_bindgen(method)]
    fn watch(this: &Tab, tab: &str);

    #[wasm_bindgen(method)]
    fn leave(this: &Tab);
}

/// Whether this browser has what it takes.
pub fn can_share() -> bool {
    let global = js_sys::global();
    let has_locks = get(&get(&global, "navigator"), "locks").is_object();
    has_locks && get(&global, "BroadcastChannel").is_function()
}

/// What holds the locks and the channel, until it is dropped.
struct Link {
    tab: Tab,
    _news: Closure<dyn FnMut(JsValue, JsValue)>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.tab.leave();
    }
}

/// This tab among them.
pub struct Tabs {
    name: String,
    core: RefCell<Core>,
    queue: RefCell<VecDeque<Output>>,
    working: Cell<bool>,
    link: RefCell<Option<Link>>,
}

impl Tabs {
    /// On its own for the present; one of those with this `name`.
    pub fn new(name: String, agent: &UserAgent, seed: [u8; 32]) -> Self {
        Self {
            name,
            core: RefCell::new(Core::new(agent.names().clone(), seed)),
            queue: RefCell::default(),
            working: Cell::new(false),
            link: RefCell::default(),
        }
    }

    pub fn poll_timeout(&self) -> Option<(Instant, Reason)> {
        self.core.borrow().poll_timeout()
    }

    /// News of a real socket.
    pub fn hear(&self, driver: &Rc<Driver>, input: Input) {
        self.feed(driver, |core, now| match input {
            Input::SocketOpened(socket) => core.handle_opened(socket),
            Input::SocketClosed { socket, code, reason, was_clean } => {
                core.handle_closed(socket, code, reason, was_clean);
            }
            Input::Received { socket, frame } => core.handle_received(now, socket, frame),
            _ => {}
        });
    }

    pub fn open(&self, driver: &Rc<Driver>, socket: SocketId, uri: String) {
        self.feed(driver, |core, _| core.open(socket, uri));
    }

    pub fn send(&self, driver: &Rc<Driver>, socket: SocketId, frame: Vec<u8>) {
        self.feed(driver, |core, now| core.send(now, socket, frame));
    }

    pub fn close(&self, driver: &Rc<Driver>, socket: SocketId) {
        self.feed(driver, |core, _| core.close(socket));
    }

    /// Tells the core what happened, and carries out what it wishes. What that brings about joins the queue.
    pub fn feed(&self, driver: &Rc<Driver>, feed: impl FnOnce(&mut Core, Instant)) {
        feed(&mut self.core.borrow_mut(), super::clock::now());
        self.collect();
        self.work(driver);
    }

    fn collect(&self) {
        let (mut core, mut queue) = (self.core.borrow_mut(), self.queue.borrow_mut());
        while let Some(output) = core.poll_output() {
            queue.push_back(output);
        }
    }

    fn work(&self, driver: &Rc<Driver>) {
        if self.working.replace(true) {
            return;
        }
        while let Some(output) = self.next() {
            self.carry_out(driver, output);
        }
        self.working.set(false);
        driver.rearm();
    }

    fn next(&self) -> Option<Output> {
        self.queue.borrow_mut().pop_front()
    }

    fn carry_out(&self, driver: &Rc<Driver>, output: Output) {
        match output {
            Output::Open { socket, uri } => driver.connect(socket, &uri),
            Output::Send { socket, frame } => driver.transmit(socket, &frame),
            Output::Close(socket) => driver.disconnect(socket),
            Output::Input(input) => driver.turn(input),
            Output::Names(names) => driver.set_names(names),
            Output::Unregister => {
                driver.wish(|agent, now| agent.unregister(now, false, Vec::new()));
            }
            Output::Seek { tab } => self.seek(driver, &tab),
            Output::Resign => self.release(),
            Output::Post(letter) => {
                if let Some(link) = &*self.link.borrow() {
                    link.tab.post(Uint8Array::from(letter.as_slice()));
                }
            }
            Output::Watch(tab) => {
                if let Some(link) = &*self.link.borrow() {
                    link.tab.watch(&tab);
                }
            }
        }
    }

    fn seek(&self, driver: &Rc<Driver>, tab: &str) {
        let driver = Rc::downgrade(driver);
        let news = Closure::new(move |kind: JsValue, value: JsValue| {
            let Some(driver) = driver.upgrade() else { return };
            let Some(tabs) = driver.tabs() else { return };
            let text = value.as_string();
            match kind.as_string().as_deref() {
                Some("elected") => tabs.feed(&driver, |core, _| core.handle_elected(text.as_deref())),
                Some("gone") => {
                    tabs.feed(&driver, |core, now| core.handle_gone(now, &text.unwrap_or_default()))
                }
                _ => {
                    let letter = Uint8Array::new(&value).to_vec();
                    tabs.feed(&driver, |core, now| core.handle_posted(now, &letter));
                }
            }
        });
        let tab = Tab::new(&self.name, tab, &news);
        self.link.replace(Some(Link { tab, _news: news }));
    }

    /// Lets go of the locks and the channel.
    pub fn release(&self) {
        let link = self.link.take();
        drop(link); // nothing is borrowed while others are told
    }
}

impl Driver {
    /// News of a socket of ours.
    pub(super) fn hear(self: &Rc<Self>, input: Input) {
        match self.tabs() {
            Some(tabs) => tabs.hear(self, input),
            None => self.turn(input),
        }
    }

    /// The user goes, or the page: what this device refuses from now on says nothing of the other tabs.
    pub fn retire(self: &Rc<Self>) {
        if let Some(tabs) = self.tabs() {
            tabs.feed(self, |core, _| core.retire());
        }
    }

    /// The browser is about to freeze the page, which can serve no other one then.
    pub(super) fn freeze(self: &Rc<Self>) {
        if let Some(tabs) = self.tabs() {
            tabs.feed(self, |core, _| core.yield_lead());
        }
    }
}
