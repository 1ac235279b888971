//! The trace of a device, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/trace.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn messages_and_events_stand_in_their_order() {
    web::passes(run("messagesAndEventsStandInTheirOrder", &web::make()).await);
}

#[wasm_bindgen_test]
async fn credentials_and_on_request_names_are_left_out() {
    web::passes(run("credentialsAndOnRequestNamesAreLeftOut", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_has_its_events() {
    web::passes(run("aCallHasItsEvents", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_trace_is_exported() {
    web::passes(run("aTraceIsExported", &web::make()).await);
}

#[wasm_bindgen_test]
async fn wrong_options_throw_at_once() {
    web::passes(run("wrongOptionsThrowAtOnce", &web::make()).await);
}
