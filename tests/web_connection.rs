//! Connection, registration and messages, as JavaScript sees them.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/connection.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn starting_opens_a_socket_for_sip() {
    web::passes(run("startingOpensASocketForSip", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_server_without_the_sub_protocol_is_a_failure() {
    web::passes(run("aServerWithoutTheSubProtocolIsAFailure", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_server_that_cannot_even_be_tried_is_a_failure() {
    web::passes(run("aServerThatCannotEvenBeTriedIsAFailure", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_lost_socket_is_told_at_once() {
    web::passes(run("aLostSocketIsToldAtOnce", &web::make()).await);
}

#[wasm_bindgen_test]
async fn registration_is_told() {
    web::passes(run("registrationIsTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_password_is_asked_for_when_a_challenge_comes() {
    web::passes(run("aPasswordIsAskedForWhenAChallengeComes", &web::make()).await);
}

#[wasm_bindgen_test]
async fn what_the_registrar_grants_is_told() {
    web::passes(run("whatTheRegistrarGrantsIsTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refused_registration_rejects_and_is_told() {
    web::passes(run("aRefusedRegistrationRejectsAndIsTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_new_device_inside_registered() {
    web::passes(run("aNewDeviceInsideRegistered", &web::make()).await);
}

#[wasm_bindgen_test]
async fn stopping_unregisters_and_starting_restores() {
    web::passes(run("stoppingUnregistersAndStartingRestores", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_message_is_answered_after_its_listeners() {
    web::passes(run("aMessageIsAnsweredAfterItsListeners", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_message_is_sent() {
    web::passes(run("aMessageIsSent", &web::make()).await);
}

#[wasm_bindgen_test]
async fn sip_messages_pass_without_credentials() {
    web::passes(run("sipMessagesPassWithoutCredentials", &web::make()).await);
}

#[wasm_bindgen_test]
async fn every_promise_settles_when_a_device_is_freed() {
    web::passes(run("everyPromiseSettlesWhenADeviceIsFreed", &web::make()).await);
}

#[wasm_bindgen_test]
async fn binary_frames_are_read() {
    web::passes(run("binaryFramesAreRead", &web::make()).await);
}
