//! Calls: their order of events, their media, and listeners that call back.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/calls.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn a_refused_microphone_ends_the_call_in_order() {
    web::passes(run("aRefusedMicrophoneEndsTheCallInOrder", &web::make()).await);
}

#[wasm_bindgen_test]
async fn other_media_trouble_is_a_web_rtc_error() {
    web::passes(run("otherMediaTroubleIsAWebRtcError", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_browser_without_web_rtc_says_so() {
    web::passes(run("aBrowserWithoutWebRtcSaysSo", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_answered_call_tells_its_story_in_order() {
    web::passes(run("anAnsweredCallTellsItsStoryInOrder", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_refusal_tells_its_story_in_order() {
    web::passes(run("aRefusalTellsItsStoryInOrder", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_canceled_call_tells_its_story_in_order() {
    web::passes(run("aCanceledCallTellsItsStoryInOrder", &web::make()).await);
}

#[wasm_bindgen_test]
async fn hanging_up_before_the_invite_sends_nothing() {
    web::passes(run("hangingUpBeforeTheInviteSendsNothing", &web::make()).await);
}

#[wasm_bindgen_test]
async fn everything_is_released_at_the_end() {
    web::passes(run("everythingIsReleasedAtTheEnd", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_listener_may_change_descriptions() {
    web::passes(run("aListenerMayChangeDescriptions", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_mute_before_media_holds_when_there_is_some() {
    web::passes(run("aMuteBeforeMediaHoldsWhenThereIsSome", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_transfer_that_nobody_hears_is_declined() {
    web::passes(run("aTransferThatNobodyHearsIsDeclined", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_transfer_is_placed_once_it_is_accepted() {
    web::passes(run("aTransferIsPlacedOnceItIsAccepted", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_redirection_that_nobody_hears_ends_the_call() {
    web::passes(run("aRedirectionThatNobodyHearsEndsTheCall", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_redirection_is_followed_by_consent() {
    web::passes(run("aRedirectionIsFollowedByConsent", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_answer_without_microphone_says_what_the_browser_said() {
    web::passes(run("anAnswerWithoutMicrophoneSaysWhatTheBrowserSaid", &web::make()).await);
}

#[wasm_bindgen_test]
async fn accept_inside_invite() {
    web::passes(run("acceptInsideInvite", &web::make()).await);
}

#[wasm_bindgen_test]
async fn disconnect_inside_accepted() {
    web::passes(run("disconnectInsideAccepted", &web::make()).await);
}

#[wasm_bindgen_test]
async fn free_inside_an_event() {
    web::passes(run("freeInsideAnEvent", &web::make()).await);
}
