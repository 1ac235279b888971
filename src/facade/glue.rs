//! What `glue.js` says in JavaScript.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    /// A real EventTarget whose events and listeners see its owner instead.
    pub type Emitter;

    /// The emitter of a device or call.
    pub fn emitter(owner: &JsValue) -> Emitter;

    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    pub fn add(this: &Emitter, kind: &JsValue, listener: &JsValue, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    pub fn remove(
        this: &Emitter,
        kind: &JsValue,
        listener: &JsValue,
        options: &JsValue,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = dispatchEvent)]
    pub fn dispatch(this: &Emitter, event: &JsValue) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn on(this: &Emitter, kind: &JsValue, listener: &JsValue, once: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn off(this: &Emitter, kind: &JsValue, listener: &JsValue) -> Result<(), JsValue>;

    /// Tells the listeners of `owner`: `detail` to those of the event, `arguments` to those given to `on`. False where
    /// nobody listens.
    pub fn emit(owner: &JsValue, kind: &str, detail: &JsValue, arguments: &Array) -> bool;

    /// The promise, with its rejection taken care of.
    pub fn ignorable(promise: &Promise) -> Promise;

    /// A subclass of Error.
    pub type TelnyxError;

    #[wasm_bindgen(constructor)]
    pub fn new(
        code: &str,
        message: &str,
        sip_cause: Option<&str>,
        response: &JsValue,
        cause: &JsValue,
    ) -> TelnyxError;

    #[wasm_bindgen(thread_local_v2, js_name = TelnyxError)]
    pub static TELNYX_ERROR: JsValue;
}
