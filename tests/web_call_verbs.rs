//! What a call can do: hold, transfer, tones, messages, several at once; and what it knows of itself.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/call_verbs.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn on_hold_nobody_is_heard() {
    web::passes(run("onHoldNobodyIsHeard", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refused_hold_is_a_rejection_and_changes_nothing() {
    web::passes(run("aRefusedHoldIsARejectionAndChangesNothing", &web::make()).await);
}

#[wasm_bindgen_test]
async fn the_far_side_holds() {
    web::passes(run("theFarSideHolds", &web::make()).await);
}

#[wasm_bindgen_test]
async fn one_call_is_heard_at_a_time() {
    web::passes(run("oneCallIsHeardAtATime", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_that_waits_is_accepted_and_the_other_held() {
    web::passes(run("aCallThatWaitsIsAcceptedAndTheOtherHeld", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_transfer_is_told_until_they_talk() {
    web::passes(run("aTransferIsToldUntilTheyTalk", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_transfer_that_fails_leaves_the_call() {
    web::passes(run("aTransferThatFailsLeavesTheCall", &web::make()).await);
}

#[wasm_bindgen_test]
async fn two_far_sides_are_connected() {
    web::passes(run("twoFarSidesAreConnected", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_takes_the_place_of_another() {
    web::passes(run("aCallTakesThePlaceOfAnother", &web::make()).await);
}

#[wasm_bindgen_test]
async fn infos_and_messages_go_both_ways() {
    web::passes(run("infosAndMessagesGoBothWays", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_reply_stays_in_the_call() {
    web::passes(run("aReplyStaysInTheCall", &web::make()).await);
}

#[wasm_bindgen_test]
async fn tones_are_played_where_the_far_side_takes_them() {
    web::passes(run("tonesArePlayedWhereTheFarSideTakesThem", &web::make()).await);
}

#[wasm_bindgen_test]
async fn tones_go_by_info_where_it_is_wished_or_nothing_else_is_there() {
    web::passes(run("tonesGoByInfoWhereItIsWishedOrNothingElseIsThere", &web::make()).await);
}

#[wasm_bindgen_test]
async fn hanging_up_between_tones_is_a_rejection() {
    web::passes(run("hangingUpBetweenTonesIsARejection", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_knows_who_and_when_and_why() {
    web::passes(run("aCallKnowsWhoAndWhenAndWhy", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_call_may_speak_for_another() {
    web::passes(run("aCallMaySpeakForAnother", &web::make()).await);
}

#[wasm_bindgen_test]
async fn hanging_up_says_why() {
    web::passes(run("hangingUpSaysWhy", &web::make()).await);
}
