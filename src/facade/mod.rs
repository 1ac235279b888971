//! What JavaScript sees: [`TelnyxDevice`], [`TelnyxCall`], their events and their errors.

mod call;
mod call_media;
mod call_quality;
mod call_verbs;
mod check;
mod config;
mod consent;
mod console;
mod device;
mod device_events;
mod device_media;
mod error;
mod events;
mod given;
mod given_media;
mod glue;
mod listeners;
mod message;
mod nearest;
mod notice;
mod phone;
mod placing;
mod publication;
mod received;
mod subscription;
mod trace;
mod types;

/// While developing, a fault of ours is read in the console. It has no room in a release.
#[cfg(debug_assertions)]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
fn tell_panics() {
    console_error_panic_hook::set_once();
}

pub use call::TelnyxCall;
pub use device::TelnyxDevice;
pub use message::{SipMessage, SipUri};
pub use publication::Publication;
pub use received::TelnyxMessage;
pub use subscription::Subscription;
pub use trace::TelnyxTrace;
