//! How soon a call begins.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/dialing.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn without_servers_an_offer_leaves_after_the_last_host_candidate() {
    web::passes(run("withoutServersAnOfferLeavesAfterTheLastHostCandidate", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_silent_server_is_waited_for_once() {
    web::passes(run("aSilentServerIsWaitedForOnce", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_peer_connection_is_ready_while_registered() {
    web::passes(run("aPeerConnectionIsReadyWhileRegistered", &web::make()).await);
}

#[wasm_bindgen_test]
async fn nothing_is_ready_before_the_microphone_is_permitted() {
    web::passes(run("nothingIsReadyBeforeTheMicrophoneIsPermitted", &web::make()).await);
}

#[wasm_bindgen_test]
async fn nothing_is_ready_with_turn_or_where_not_wanted() {
    web::passes(run("nothingIsReadyWithTurnOrWhereNotWanted", &web::make()).await);
}

#[wasm_bindgen_test]
async fn ice_that_fails_with_candidates_left_is_restarted() {
    web::passes(run("iceThatFailsWithCandidatesLeftIsRestarted", &web::make()).await);
}

#[wasm_bindgen_test]
async fn candidates_that_come_late_go_by_themselves() {
    web::passes(run("candidatesThatComeLateGoByThemselves", &web::make()).await);
}
