//! What a device takes for a config, and what it keeps to itself.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/config.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn what_is_missing_has_the_old_texts() {
    web::passes(run("whatIsMissingHasTheOldTexts", &web::make()).await);
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_named() {
    web::passes(run("whatIsWrongIsNamed", &web::make()).await);
}

#[wasm_bindgen_test]
async fn what_is_right_is_taken() {
    web::passes(run("whatIsRightIsTaken", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_unknown_key_is_a_warning_with_the_nearest() {
    web::passes(run("anUnknownKeyIsAWarningWithTheNearest", &web::make()).await);
}

#[wasm_bindgen_test]
async fn constructing_has_no_side_effect() {
    web::passes(run("constructingHasNoSideEffect", &web::make()).await);
}

#[wasm_bindgen_test]
async fn the_config_is_neither_kept_nor_readable() {
    web::passes(run("theConfigIsNeitherKeptNorReadable", &web::make()).await);
}

#[wasm_bindgen_test]
async fn errors_keep_secrets() {
    web::passes(run("errorsKeepSecrets", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_promise_that_is_ignored_raises_nothing() {
    web::passes(run("aPromiseThatIsIgnoredRaisesNothing", &web::make()).await);
}
