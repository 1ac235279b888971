//! The end of a call's media, for whoever waits for the browser.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Comes once. A peer connection that is closed leaves what it has promised unsettled (W3C WebRTC §4.4.1.2, *chain*), and
/// whoever awaits that would wait for ever, with all that he holds.
pub struct Over {
    promise: Promise,
    resolve: Option<Function>,
}

impl Default for Over {
    fn default() -> Self {
        let mut resolve = None;
        let promise = Promise::new(&mut |given, _| resolve = Some(given));
        Self { promise, resolve }
    }
}

impl Over {
    /// It is over.
    pub fn come(&self) {
        if let Some(resolve) = &self.resolve {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }

    /// What `promise` comes to, or `undefined` as soon as it is over.
    ///
    /// # Errors
    /// What `promise` is rejected with.
    pub async fn or(&self, promise: &Promise) -> Result<JsValue, JsValue> {
        JsFuture::from(Promise::race(&Array::of2(promise, &self.promise))).await
    }
}
