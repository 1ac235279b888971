//! The one line at which the time is read.

use crate::time::Instant;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn milliseconds() -> f64;
}

/// `performance.now()`: monotonic, from the opening of the page.
pub fn now() -> Instant {
    Instant::from_millis(milliseconds() as u64)
}
