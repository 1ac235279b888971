//! Which device this is (RFC 5626 §4.1): an id that outlives a reload, so that the new page takes the binding of the old
//! one over and leaves none behind.
//!
//! One id for each address of record at each registrar, and for each further device of a page that has the same; see
//! `glue.js`. It is asked for with the first socket, which waits for it. Where the browser has no storage or locks, or
//! forbids them, the core's own is used, which lasts as long as the device.

use super::{Driver, spawn};
use crate::agent::SocketId;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    type Claimed;

    #[wasm_bindgen(catch)]
    async fn claim(name: &str) -> Result<Claimed, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn id(this: &Claimed) -> String;

    #[wasm_bindgen(method)]
    fn release(this: &Claimed);

    /// What `keep` was told last, by this page or the one before; empty where there is nothing.
    #[wasm_bindgen(method, catch)]
    fn kept(this: &Claimed) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn keep(this: &Claimed, text: &str) -> Result<(), JsValue>;
}

/// An id of ours, until it is dropped.
struct Claim(Claimed);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.release();
    }
}

enum State {
    Unknown,
    /// The sockets that wait for it, with their URIs.
    Asked(Vec<(SocketId, String)>),
    /// Nothing where the core's own is used.
    Known(Option<Claim>),
}

/// Who is one device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This object alone; no page after it is the same.
    Object,
    /// The tab, over reloads.
    Tab,
    /// All tabs of the origin.
    Tabs,
}

/// The id of one device.
pub struct Instance {
    /// Nothing where no id is claimed, as the core's own is used.
    name: Option<String>,
    state: RefCell<State>,
}

impl Instance {
    /// Not asked for yet; one of those with this `name`.
    pub fn new(name: &str, scope: Scope) -> Self {
        let name = (scope != Scope::Object).then(|| name.into());
        Self { name, state: RefCell::new(State::Unknown) }
    }

    /// Whether it is known. If not, it is asked for, and the socket opens when the answer is there.
    pub fn is_known(&self, driver: &Rc<Driver>, socket: SocketId, uri: &str) -> bool {
        let Some(name) = &self.name else { return true };
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Known(_) => return true,
            State::Asked(waiting) => waiting.push((socket, uri.into())),
            State::Unknown => {
                *state = State::Asked(vec![(socket, uri.into())]);
                spawn(ask(Rc::downgrade(driver), name.clone()));
            }
        }
        false
    }

    fn answered(&self, driver: &Rc<Driver>, claim: Option<Claim>) {
        if !matches!(*self.state.borrow(), State::Asked(_)) {
            return; // the device was freed meanwhile
        }
        let kept = claim.as_ref().and_then(|Claim(claimed)| {
            driver.set_instance(&claimed.id());
            claimed.kept().ok()
        });
        let asked = self.state.replace(State::Known(claim));
        driver.wish(|agent, now| agent.restore(now, &kept.unwrap_or_default()));
        if let State::Asked(waiting) = asked {
            waiting.iter().for_each(|(socket, uri)| driver.open(*socket, uri));
        }
    }

    /// Keeps this text for the next page that is this device, in place of what was kept before. Where the browser keeps
    /// nothing, nothing is found again.
    pub fn keep(&self, text: &str) {
        if let State::Known(Some(Claim(claimed))) = &*self.state.borrow() {
            let _ = claimed.keep(text);
        }
    }

    /// A socket is no longer wanted.
    pub fn forget(&self, socket: SocketId) {
        if let State::Asked(waiting) = &mut *self.state.borrow_mut() {
            waiting.retain(|(it, _)| *it != socket);
        }
    }

    /// Lets go of it.
    pub fn release(&self) {
        self.state.replace(State::Unknown);
    }
}

async fn ask(driver: Weak<Driver>, name: String) {
    let claim = claim(&name).await.ok().map(Claim);
    if let Some(driver) = driver.upgrade() {
        driver.instance.answered(&driver, claim);
    }
}
