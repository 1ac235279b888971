//! The lines at which the time is read.

use crate::time::Instant;
use std::cell::Cell;
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

/// How many milliseconds `Date.now()` has to run ahead: less may be a clock that is set right.
const SLEPT: f64 = 2_000.0;

/// Notices that the machine slept: `performance.now()` may stand still meanwhile, `Date.now()` does not.
#[derive(Default)]
pub struct Vigil(Cell<Option<f64>>);

impl Vigil {
    /// Whether it has since the last time that this was asked.
    pub fn has_slept(&self) -> bool {
        let ahead = since_1970() - milliseconds();
        self.0.replace(Some(ahead)).is_some_and(|before| ahead - before > SLEPT)
    }
}
