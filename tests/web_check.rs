//! The check before a call, as JavaScript sees it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/check.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn what_works_is_said_and_nothing_is_left() {
    web::passes(run("whatWorksIsSaidAndNothingIsLeft", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refused_microphone_has_its_advice() {
    web::passes(run("aRefusedMicrophoneHasItsAdvice", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refused_registration_is_told() {
    web::passes(run("aRefusedRegistrationIsTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_unreachable_server_is_told() {
    web::passes(run("anUnreachableServerIsTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn servers_without_an_answer_are_told() {
    web::passes(run("serversWithoutAnAnswerAreTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn the_media_path_is_tried_by_a_call() {
    web::passes(run("theMediaPathIsTriedByACall", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_that_is_not_answered_is_told() {
    web::passes(run("aCallThatIsNotAnsweredIsTold", &web::make()).await);
}
