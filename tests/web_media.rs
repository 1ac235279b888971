//! What calls do with the browser's media.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)] // clippy does not see that these functions are tests

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

mod web;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/web/media.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn run(name: &str, make: &JsValue) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen_test]
async fn late_news_of_a_released_call_is_not_told() {
    web::passes(run("lateNewsOfAReleasedCallIsNotTold", &web::make()).await);
}

#[wasm_bindgen_test]
async fn the_ice_servers_are_those_of_the_config() {
    web::passes(run("theIceServersAreThoseOfTheConfig", &web::make()).await);
}

#[wasm_bindgen_test]
async fn early_media_is_heard_before_the_answer() {
    web::passes(run("earlyMediaIsHeardBeforeTheAnswer", &web::make()).await);
}

#[wasm_bindgen_test]
async fn an_answer_that_is_no_sdp_ends_the_call() {
    web::passes(run("anAnswerThatIsNoSdpEndsTheCall", &web::make()).await);
}

#[wasm_bindgen_test]
async fn a_later_offer_of_the_far_side_is_answered() {
    web::passes(run("aLaterOfferOfTheFarSideIsAnswered", &web::make()).await);
}
