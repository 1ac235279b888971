//! What the tests in a browser share. Each of them is a scenario in JavaScript, as an application would write it, in the
//! file beside this one that has its name.

use telnyx_device::facade::TelnyxDevice;
use wasm_bindgen::prelude::*;

// The scenarios import these.
#[wasm_bindgen(module = "/tests/web/assert.js")]
extern "C" {
    fn equal(actual: &JsValue, expected: &JsValue);
}
#[wasm_bindgen(module = "/tests/web/far_side.js")]
extern "C" {
    fn header(message: &str, name: &str) -> JsValue;
}
/// `config => new TelnyxDevice(config)`.
pub fn make() -> JsValue {
    equal(&header("A: b\r\n", "a"), &"b".into());
    Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(|config: JsValue| TelnyxDevice::new(&config))
        .into_js_value()
}

/// Panics with what the scenario threw.
#[allow(clippy::panic)] // a test says what it expects by panicking
pub fn passes(outcome: Result<JsValue, JsValue>) {
    if let Err(error) = outcome {
        let stack = js_sys::Reflect::get(&error, &"stack".into()).ok().and_then(|stack| stack.as_string());
        let text = String::from(js_sys::Object::from(error).to_string());
        panic!("{text}\n{}", stack.unwrap_or_default());
    }
}

/// A test for each scenario of a file.
macro_rules! scenarios {
    ($file:literal, $($test:ident: $name:literal,)+) => {
        use wasm_bindgen::prelude::*;
        use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

        wasm_bindgen_test_configure!(run_in_browser);

        #[wasm_bindgen(module = $file)]
        extern "C" {
            #[wasm_bindgen(catch)]
            async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
        }

        $(
            #[wasm_bindgen_test]
            async fn $test() {
                web::passes(run($name, &web::make()).await);
            }
        )+
    };
}
