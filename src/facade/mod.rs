//! What JavaScript sees: [`TelnyxDevice`], [`TelnyxCall`], their events and their errors.

mod call;
mod config;
mod console;
mod device;
mod error;
mod events;
mod given;
mod glue;
mod listeners;
mod message;
mod nearest;
mod phone;
mod received;
mod types;

pub use call::TelnyxCall;
pub use device::TelnyxDevice;
pub use message::{SipMessage, SipUri};
pub use received::TelnyxMessage;
