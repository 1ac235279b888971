//! The thin driver between the user agent and a web page: sockets, media, one timer, the clock and the seed.
//!
//! It decides nothing about SIP. It takes the time, feeds the core, and carries out what the core wishes; its handles
//! undo themselves when they are dropped.

mod capture;
mod clock;
mod codecs;
mod devices;
mod driver;
mod dtmf;
mod ear;
mod gathering;
mod instance;
mod levels;
mod media;
mod microphone;
mod options;
mod over;
mod page;
mod peer;
mod playing;
mod probe;
mod processor;
mod renegotiating;
mod rtc;
mod seed;
mod socket;
mod speaker;
mod stats;
mod tabs;
mod tones;
mod tracks;
mod trickle;
mod warm;

pub use devices::{Kind, list, no};
pub use driver::{Application, Driver};
pub use instance::Scope;
pub use media::{News, Session};
pub use microphone::cause_of;
pub use options::MediaOptions;
pub use probe::{Probe, Probed, is_turn, pause, try_microphone, within};
pub use rtc::Rtc;
pub use stats::{Flow, Reading, media_address, number as stat};
pub use tabs::can_share;
pub use tones::Tones;

use js_sys::{Array, Function, Object, Promise, Reflect};
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};

/// Work that goes on by itself. It is boxed, so that the module has what drives it only once.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// Lets this work go on by itself.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Work<()> = Box::pin(work);
    wasm_bindgen_futures::spawn_local(work);
}

/// The same, with a promise of its outcome.
pub fn promise_of(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let work: Work<Result<JsValue, JsValue>> = Box::pin(work);
    wasm_bindgen_futures::future_to_promise(work)
}

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
///
/// What throws is not tried where that is known: wasm-bindgen never frees the slot for the outcome of an import that threw.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    if !object.is_object() && !object.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// Calls a method that the browser may not have, or that throws.
pub fn invoke(object: &JsValue, method: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(object, method).dyn_into()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(object, &list)
}
