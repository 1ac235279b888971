//! The thin driver between the user agent and a web page: sockets, media, one timer, the clock and the seed.
//!
//! It decides nothing about SIP. It takes the time, feeds the core, and carries out what the core wishes; its handles
//! undo themselves when they are dropped.

mod audio;
mod clock;
mod driver;
mod gathering;
mod instance;
mod media;
mod network;
mod peer;
mod probe;
mod rtc;
mod seed;
mod socket;
mod stats;
mod warm;

pub use driver::{Application, Driver};
pub use media::News;
pub use probe::{Gathered, gather, ice_servers, pause, try_microphone, within};
pub use rtc::Rtc;
pub use stats::{Candidate, Codec, Flow, Pair, Reading};

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// A plain JavaScript object with these properties.
pub fn object(properties: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        set(&object, name, value);
    }
    object
}

/// Sets a property of an object of ours, which cannot refuse it.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// A property; `undefined` where there is none, or where reading it throws.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}
