//! The types that TypeScript sees beside the classes.

use wasm_bindgen::prelude::*;

// One section, as the order of several would be the linker's.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = concat!(
    include_str!("types/events.d.ts"),
    include_str!("types/config.d.ts"),
    include_str!("types/device.d.ts"),
    include_str!("types/call.d.ts"),
    include_str!("types/media.d.ts"),
    include_str!("types/message.d.ts"),
    include_str!("types/subscription.d.ts"),
    include_str!("types/quality.d.ts"),
    include_str!("types/trace.d.ts"),
);
