//! A peer connection that is kept ready, its candidates gathered, while the device is registered.
//!
//! | what happens | the peer connection |
//! |---|---|
//! | registered, and the microphone is permitted | is made, and gathers |
//! | a call begins, placed or accepted | is the call's; another one is made [`PAUSE`] later |
//! | the network changes, or it is [`AGE`] old | is made anew |
//! | not registered any more, or the permission is taken back | is closed |
//!
//! Before the microphone is permitted, browsers hide our addresses: what they gather then is useless to a SIP server. With
//! TURN servers none is kept, so that no allocation lies idle there. It never opens the microphone.

use super::rtc::{Made, Rtc};
use super::{get, object, spawn};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

/// Milliseconds until the next one is made, so that it does not get in the way of the call that took the last.
const PAUSE: u32 = 1_000;

/// Milliseconds after which candidates may be stale without any news of it.
const AGE: u32 = 120_000;

/// See the table above.
pub struct Warm {
    rtc: Rc<Rtc>,
    registered: Cell<bool>,
    permitted: Cell<bool>,
    permission: RefCell<Option<EventListener>>,
    ready: RefCell<Option<Made>>,
    /// What makes the next one, or this one anew.
    next: RefCell<Option<Timeout>>,
}

impl Warm {
    /// Nothing is made yet.
    pub fn new(rtc: &Rc<Rtc>) -> Rc<Self> {
        Rc::new(Self {
            rtc: Rc::clone(rtc),
            registered: Cell::new(false),
            permitted: Cell::new(false),
            permission: RefCell::default(),
            ready: RefCell::default(),
            next: RefCell::default(),
        })
    }

    /// The device is registered.
    pub fn begin(self: &Rc<Self>) {
        if self.registered.replace(true) || !can_gather_early() {
            return;
        }
        let warm = Rc::clone(self);
        spawn(async move { warm.ask().await });
    }

    /// It is not, or no longer.
    pub fn end(&self) {
        self.registered.set(false);
        self.permission.take();
        self.next.take();
        self.ready.take();
    }

    /// A call has the microphone.
    pub fn permit(self: &Rc<Self>) {
        if !self.permitted.replace(true) {
            self.renew_after(PAUSE);
        }
    }

    /// The peer connection for a call that begins, with a head start where there can be one: the one that is ready, or a
    /// new one that gathers while the microphone opens.
    pub fn take(self: &Rc<Self>) -> Option<Made> {
        if !self.permitted.get() || !can_gather_early() {
            return None;
        }
        self.renew_after(PAUSE);
        let ready = self.ready.take();
        ready.or_else(|| self.rtc.connect_early())
    }

    /// Whether the microphone is permitted already, and whether that changes.
    async fn ask(self: Rc<Self>) {
        let Some(status) = permission().await else { return };
        if !self.registered.get() {
            return;
        }
        let target: EventTarget = status.unchecked_into();
        self.permitted.set(self.permitted.get() || is_granted(&target));
        let (warm, changed) = (Rc::downgrade(&self), target.clone());
        self.permission.replace(Some(EventListener::new(&target, "change", move |_| {
            if let Some(warm) = warm.upgrade() {
                warm.permitted.set(is_granted(&changed));
                warm.renew();
            }
        })));
        self.renew();
    }

    /// Makes it anew, as what it has gathered may be stale.
    pub fn renew(self: &Rc<Self>) {
        self.ready.take();
        if self.is_wanted() {
            self.ready.replace(self.rtc.connect_early());
        }
        self.renew_after(AGE);
    }

    fn renew_after(self: &Rc<Self>, milliseconds: u32) {
        let warm = Rc::downgrade(self);
        self.next.replace(self.is_wanted().then(|| {
            Timeout::new(milliseconds, move || {
                if let Some(warm) = warm.upgrade() {
                    warm.renew();
                }
            })
        }));
    }

    fn is_wanted(&self) -> bool {
        can_gather_early()
            && self.rtc.warm
            && !self.rtc.servers.turn
            && self.registered.get()
            && self.permitted.get()
    }
}

/// Whether this is a browser whose `iceCandidatePoolSize` works: Chromium. Firefox takes it and does nothing.
fn can_gather_early() -> bool {
    web_sys::window().is_some_and(|page| get(&page.navigator(), "userAgentData").is_object())
}

async fn permission() -> Option<JsValue> {
    let permissions = get(&web_sys::window()?.navigator(), "permissions");
    let query: Function = get(&permissions, "query").dyn_into().ok()?;
    let asked = query.call1(&permissions, &object(&[("name", &"microphone".into())])).ok()?;
    JsFuture::from(asked.dyn_into::<Promise>().ok()?).await.ok()
}

fn is_granted(status: &JsValue) -> bool {
    get(status, "state").as_string().as_deref() == Some("granted")
}
