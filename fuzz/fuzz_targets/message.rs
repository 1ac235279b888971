//! Any bytes as one WebSocket message: read or refused, and what is read is coherent and can be written again.
#![no_main]

#[path = "../../tests/support/walk.rs"]
mod walk;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| walk::walk(bytes));
