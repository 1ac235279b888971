//! A small SIP-over-WebSocket server with robots to call, for development and tests.
//!
//! [`core`] is the server itself, sans-IO like the SDK's own core: it is told what happened and says what to
//! do, and takes its message, authentication and transaction layers from the SDK. [`host`] keeps its sockets and the
//! orders on them, and [`media`] lets its robots hear and play; neither does any IO. Two shells give it sockets
//! and a clock: [`shell`] with tokio, and [`node`] for Node.js, which runs it as WebAssembly.

pub mod core;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub mod host;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub mod media;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub mod node;
#[cfg(not(target_arch = "wasm32"))]
pub mod shell;
