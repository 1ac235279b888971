//! A small SIP-over-WebSocket server with robots to call, for development and tests.
//!
//! [`core`] is the server itself, sans-IO like the SDK's own core: it is told what happened and says what to
//! do, and takes its message, authentication and transaction layers from the SDK. [`shell`] gives it sockets,
//! a clock and a web page; [`media`] lets its robots hear and play.

pub mod core;
#[cfg(not(target_arch = "wasm32"))]
pub mod media;
#[cfg(not(target_arch = "wasm32"))]
pub mod shell;
