//! How loud it is in both directions, ten times a second, while somebody listens and a call is up.

use super::{Driver, get, spawn};
use gloo_timers::callback::Interval;
use js_sys::Map;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds from one to the next.
const PERIOD: u32 = 100;

/// Whether it is measured.
#[derive(Default)]
pub struct Meter {
    /// Somebody listens, or did when last something was told.
    wanted: Cell<bool>,
    timer: RefCell<Option<Interval>>,
    /// The browser is counting.
    pending: Cell<bool>,
}

impl Meter {
    /// No call is up any more.
    pub fn stop(&self) {
        self.timer.take();
    }
}

impl Driver {
    /// Somebody listens.
    pub fn want_levels(self: &Rc<Self>) {
        self.meter.wanted.set(true);
        self.measure_levels();
    }

    /// A call may be up, or somebody listen.
    pub(super) fn measure_levels(self: &Rc<Self>) {
        if !self.meter.wanted.get() || self.meter.timer.borrow().is_some() || self.all_media().is_empty() {
            return;
        }
        let driver = Rc::downgrade(self);
        *self.meter.timer.borrow_mut() = Some(Interval::new(PERIOD, move || {
            if let Some(driver) = driver.upgrade()
                && !driver.meter.pending.replace(true)
            {
                spawn(async move {
                    driver.tell_levels().await;
                    driver.meter.pending.set(false);
                });
            }
        }));
    }

    async fn tell_levels(self: &Rc<Self>) {
        for session in self.all_media() {
            let Ok(report) = session.stats().await else { continue };
            let (input, output) = levels(&report);
            let input = if input.is_null() { session.level_sent() } else { input };
            if self.tell_level(session.call(), &input, &output) {
                continue;
            }
            self.meter.wanted.set(false);
            for session in self.all_media() {
                session.ear.take();
            }
            return self.meter.stop();
        }
    }
}

/// Of the audio sent, where the browser tells it (Firefox does not), and of the audio received, 0 to 1 (webrtc-stats
/// `audioLevel`). Where it does, no AudioContext is needed, which would keep a sound device open.
fn levels(report: &JsValue) -> (JsValue, JsValue) {
    let (mut input, mut output) = (JsValue::NULL, JsValue::from(0));
    // It has the methods of a Map, and is none.
    report.unchecked_ref::<Map>().for_each(&mut |entry, _| {
        let level = get(&entry, "audioLevel");
        if level.as_f64().is_some() {
            match get(&entry, "type").as_string().as_deref() {
                Some("media-source") => input = level,
                Some("inbound-rtp") => output = level,
                _ => {}
            }
        }
    });
    (input, output)
}
