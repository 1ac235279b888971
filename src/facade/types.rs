//! The types that TypeScript sees beside the classes.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const MESSAGE: &str = include_str!("types/message.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const CONFIG: &str = include_str!("types/config.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const MEDIA: &str = include_str!("types/media.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const EVENTS: &str = include_str!("types/events.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const DEVICE: &str = include_str!("types/device.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const CALL: &str = include_str!("types/call.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const TRACE: &str = include_str!("types/trace.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const QUALITY: &str = include_str!("types/quality.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const SUBSCRIPTION: &str = include_str!("types/subscription.d.ts");
