//! The lines at which the time is read.

use crate::time::Instant;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn milliseconds() -> f64;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn since_1970() -> f64;
}

/// `Date.now()`: milliseconds since 1970, for people. It may jump.
pub fn wall() -> u64 {
    since_1970() as u64
}

/// `performance.now()`: monotonic, from the opening of the page.
pub fn now() -> Instant {
    Instant::from_millis(milliseconds() as u64)
}
