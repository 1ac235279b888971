//! How a device is listened to, and what it says to wrong arguments.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/listeners.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn the_target_is_the_device() {
    web::passes(run("theTargetIsTheDevice", &web::make()).await);
}

#[wasm_bindgen_test]
async fn options_are_those_of_event_target() {
    web::passes(run("optionsAreThoseOfEventTarget", &web::make()).await);
}

#[wasm_bindgen_test]
async fn on_gives_the_payload_and_returns_the_device() {
    web::passes(run("onGivesThePayloadAndReturnsTheDevice", &web::make()).await);
}

#[wasm_bindgen_test]
async fn old_names_are_aliases() {
    web::passes(run("oldNamesAreAliases", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_is_reported_and_the_others_run() {
    web::passes(run("aListenerThatThrowsIsReportedAndTheOthersRun", &web::make()).await);
}

#[wasm_bindgen_test]
async fn the_class_says_what_it_knows() {
    web::passes(run("theClassSaysWhatItKnows", &web::make()).await);
}

#[wasm_bindgen_test]
async fn what_is_no_listener_is_refused() {
    web::passes(run("whatIsNoListenerIsRefused", &web::make()).await);
}

#[wasm_bindgen_test]
async fn wrong_arguments_are_type_errors_at_once() {
    web::passes(run("wrongArgumentsAreTypeErrorsAtOnce", &web::make()).await);
}
