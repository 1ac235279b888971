//! Chance from the platform's generator, once per device.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill(buffer: &mut [u8]);
}

/// 32 bytes of `crypto.getRandomValues`.
pub fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    fill(&mut seed);
    seed
}
