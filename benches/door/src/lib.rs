//! A door from JavaScript to the message layer, for benchmarks: text in, values out, and the other way round.
#![cfg(target_arch = "wasm32")]

mod reading;
mod writing;
